package match

import "milepost/geo/roads"

// Path is one connected way on the map: each edge begins where the one before ends,
// is drivable, and may be turned into.
type Path struct {
	Edges []roads.Edge
	Start float64 // where the path begins, m along the first edge
	End   float64 // where it ends, m along the last edge
	Fixes []On    // the fixes that it was made from, in order; see Matcher.Fill for those between
}

// On is a fix's place on a path.
type On struct {
	Fix        int     // its index in the track
	Edge       int     // index in Path.Edges
	Along      float64 // m from the path's start; never falls from one fix to the next
	Off        float64 // m from the fix to the road; NaN for a fix that was only filled in
	Confidence float32 // 0..1: how likely it is that this street was driven, and no other
}

// Options say how much of a track is looked at.
type Options struct {
	// Thin makes paths of the fixes that Thin chooses: several times faster, for a
	// street that is as good as always the same.
	Thin bool
}
