// Package decode turns a record of a wire format into a telemetry.Frame: milepost's
// own protobuf (and back), Tesla fleet-telemetry V records, DIMO signals. A Decoder
// says whose record it is before it reads what it holds, and no VIN leaves it. It
// reuses the buffers of message and frame, never panics on input, counts the values
// that it could not use, and leaves the judgement of the others to
// telemetry.Frame.Clean. It reads no topic, writes no dead letter and keeps no order.
package decode
