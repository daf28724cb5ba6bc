// Package maxspeed owns speed limits as OpenStreetMap's tags say them: it reads
// maxspeed in all its forms, and knows what holds by national law where no tag says
// more. It does no I/O, reads no clock and knows no road.
package maxspeed
