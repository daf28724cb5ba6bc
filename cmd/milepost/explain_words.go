package main

// meanings says of inputs, thresholds and parts what they are, in a line.
var meanings = map[string]string{
	"duration_s": "from start to end",
}
