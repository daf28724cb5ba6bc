package pipeline

import (
	"milepost/geo/follow"
	"milepost/geo/match"
	"milepost/geo/route"
	"milepost/outcome"
	"milepost/scoring/coaching"
)

// Roads puts trips onto roads. It is not safe for concurrent use: each worker has its own.
// What it gives must follow from what it is given and its map alone.
type Roads interface {
	// Follow writes the way of a track. The error says that the map could not be asked:
	// the trip then keeps the line of its fixes.
	Follow(t *match.Track, w *follow.Way) error
	// Between gives the shortest way between two places; with any error the stretch stays blank.
	Between(a, b route.End) (route.Stretch, error)
	// Receipt names what was asked last.
	Receipt() outcome.MapReceipt
}

// drive is what a trip's line and limits are computed from: its seconds and the marks in
// them, both in the order of time.
type drive struct {
	seconds []summary
	marks   []mark
	lost    bool // they were put away, and are damaged or gone
}

// paving holds what putting a drive onto roads takes; its buffers are reused.
type paving struct {
	track  match.Track
	steps  []step
	places []onLine
	doubts []int // fixes before which it was in doubt what was shared: steps go on there
	way    follow.Way
	levels []level
	grades []grade // by step
	draws  []draw
	trip   coaching.Trip
	coach  coaching.Result
}

// step is the time from one second's speeds to the next one's.
type step struct {
	at, span int64   // µs: its end, and how long it took
	metres   float64 // by the wheels
	driven   float64 // m since the trip's begin, at its end
	speed    float64 // m/s
	sign     int64   // km/h, in force at its end; 0 for none
	unseen   bool    // too long to be judged

	begin, end float64         // m/s, at its ends
	cut        bool            // nothing is known of the time before it
	engine     coaching.Engine // at its end
	fuel       float64         // l; NaN unknown
	indicator  outcome.Mode
	fix        int     // of the track, newest in it; -1 for none
	limit      float64 // m/s; NaN unknown

	line    int     // that its middle is on; -1 for none
	along   float64 // m from the line's beginning
	match   float64 // how likely it is that road
	over    bool    // faster than a known limit
	highway bool
	ev      *bool // nil unknown
	mode    outcome.Mode
}
