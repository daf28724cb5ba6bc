// Package route finds ways on the map: the shortest and the fastest between two places,
// and what a stop adds to a way. It keeps to one-ways and turn restrictions, gives the
// same way for the same question always, and does no I/O. docs/method/places.md says how.
package route
