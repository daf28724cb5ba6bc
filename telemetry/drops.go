package telemetry

// Reason says why a value or sample was dropped.
type Reason uint8

// The reasons for a drop.
const (
	OutOfRange    Reason = iota // the value is beyond its signal's plausible range
	NullIsland                  // a position of 0,0
	NotIncreasing               // the sample's time is not after its predecessor's
	UnknownSignal               // a body signal of a newer uplink
	Lopsided                    // a column neither absent nor as long as its track
	WildClock                   // the frame's time is not of this century, or after its arrival
	TooOld                      // the frame is of more than 7 days before its arrival
	reasonCount
)

// String is the reason's name in summaries and metrics.
func (r Reason) String() string {
	return [...]string{"out_of_range", "position_zero", "time_not_increasing", "unknown_signal", "column_length", "clock_out_of_range", "too_old"}[r]
}

// Drops counts what was dropped, by signal and reason. The zero value is ready.
type Drops struct {
	bySignal [96][reasonCount]int64 // rows of the signal table
	byTrack  [trackCount][reasonCount]int64
}

// Drop is one counter of a Drops report.
type Drop struct {
	What   string `json:"what"` // a VSS path, or a track's name for whole samples
	Reason string `json:"reason"`
	Count  int64  `json:"count"`
}

func (d *Drops) value(row int, r Reason) { d.bySignal[row][r]++ }

// Sample counts a whole sample of a track as dropped.
func (d *Drops) Sample(t Track, r Reason) { d.byTrack[t][r]++ }

// Add adds another count to this one.
func (d *Drops) Add(other *Drops) {
	for i := range d.bySignal {
		for r := range reasonCount {
			d.bySignal[i][r] += other.bySignal[i][r]
		}
	}
	for t := range d.byTrack {
		for r := range reasonCount {
			d.byTrack[t][r] += other.byTrack[t][r]
		}
	}
}

// Report lists the counters above zero, samples first, in a fixed order.
func (d *Drops) Report() []Drop {
	var out []Drop
	add := func(what string, r Reason, n int64) {
		if n > 0 {
			out = append(out, Drop{What: what, Reason: r.String(), Count: n})
		}
	}
	for t := range trackCount {
		for r := range reasonCount {
			add(t.String(), r, d.byTrack[t][r])
		}
	}
	for i, s := range signals {
		for r := range reasonCount {
			add(s.Path, r, d.bySignal[i][r])
		}
	}
	return out
}
