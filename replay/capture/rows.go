package capture

import (
	"milepost/telemetry"
)

// rows walks a frame's sample instants in order of time. The samples of all
// tracks at one time share a row; body changes share it as long as they stand in
// the order of the signal table, so that reading gives back their order.
type rows struct {
	frame   *telemetry.Frame
	offsets [telemetry.TrackCount][]int32
	passed  [telemetry.TrackCount]int // the first sample not yet in a row

	at      int32                     // the row's time
	samples [telemetry.TrackCount]int // the sample in the row, -1 for none
	changes [2]int                    // the body changes in the row: from, to
	empty   bool                      // the single row of a frame without samples
	begun   bool
}

func rowsOf(f *telemetry.Frame) rows {
	r := rows{frame: f, empty: f.Samples() == 0}
	for i := range r.offsets {
		r.offsets[i] = *f.Offsets(telemetry.Track(i))
	}
	return r
}

// next moves to the next row and reports whether there is one.
func (r *rows) next() bool {
	first := !r.begun
	r.begun = true
	if !r.earliest() {
		r.at, r.changes = 0, [2]int{}
		for i := range r.samples {
			r.samples[i] = -1
		}
		return first && r.empty
	}
	for i, at := range r.offsets {
		r.samples[i] = -1
		n := r.passed[i]
		if telemetry.Track(i) != telemetry.TrackBody && n < len(at) && at[n] == r.at {
			r.samples[i] = n
			r.passed[i]++
		}
	}
	r.takeChanges()
	return true
}

// earliest sets the row's time to the earliest of the tracks' next samples.
func (r *rows) earliest() bool {
	found := false
	for i, at := range r.offsets {
		if n := r.passed[i]; n < len(at) && (!found || at[n] < r.at) {
			r.at, found = at[n], true
		}
	}
	return found
}

func (r *rows) takeChanges() {
	at, from := r.offsets[telemetry.TrackBody], r.passed[telemetry.TrackBody]
	to := from
	for to < len(at) && at[to] == r.at {
		if to > from && r.frame.Body.Signal[to] <= r.frame.Body.Signal[to-1] {
			break
		}
		to++
	}
	r.changes, r.passed[telemetry.TrackBody] = [2]int{from, to}, to
}
