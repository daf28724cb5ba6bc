//go:build race

package main

// raceEnabled: memory and time are then not those of the program.
const raceEnabled = true
