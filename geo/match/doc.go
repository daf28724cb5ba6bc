// Package match finds the way that a track was driven on the map: hidden-Markov map
// matching after Newson and Krumm (2009), with headings, speeds and the wheels'
// distance. It owns tracks, paths and how far a match can be trusted. It does no I/O,
// reads no clock and never matches by force: what fits no road is in no path.
//
// docs/method/roads.md has formulas, parameters and what was measured.
package match
