// Package remote puts trips onto the roads of a Valhalla service, for fleets whose
// roads do not fit one file: matching by /trace_attributes, the way between two points
// by /route, and the service's version by /status. It is the one package of geo that
// asks over a network. What it asks ends within its time-outs, and neither its errors nor
// anything else it gives away holds a position, a request or an answer.
package remote
