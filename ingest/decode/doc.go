// Package decode turns wire formats into telemetry.Frame and back: milepost's own
// protobuf so far. It reuses the buffers of message and frame, never panics on
// input, and leaves the judgement of values to telemetry.Frame.Clean.
package decode
