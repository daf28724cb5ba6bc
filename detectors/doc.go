// Package detectors finds things in one vehicle's samples: trips, harsh braking,
// acceleration and cornering, distance, energy. Each detector is one small file,
// takes whole columns of a Chunk and keeps a fixed-size state. Nothing here does
// I/O, reads a clock or depends on how samples were cut into frames.
package detectors
