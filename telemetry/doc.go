// Package telemetry owns the facts milepost consumes: the Frame with its tracks,
// the table of COVESA VSS 6.0 signals, and the protobuf contract of the uplink.
//
// Inside, values are SI (m, s, m/s, m/s², W; angles and rates in degrees); the
// signal table converts to and from the VSS units that the outside sees. The
// package imports nothing of the project, does no I/O and reads no clock.
package telemetry
