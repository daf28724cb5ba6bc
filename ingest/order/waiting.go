package order

import (
	"slices"

	"milepost/telemetry"
)

// waiting holds copies of frames, by position for their turn and by arrival for
// their patience. Adding at the end and taking from the front cost the same however
// many wait.
type waiting struct {
	byPosition []*ticket
	byArrival  []*ticket
	head, old  int // first still there of each
	values     int // samples in all that are there
	free       []*telemetry.Frame
}

// ticket is a waiting frame; gone once taken.
type ticket struct {
	f    *telemetry.Frame
	gone bool
}

// What a vehicle keeps for frames to come: whole buffers, and places in the lists.
const (
	keptFree   = 2
	keptPlaces = 128
)

func (w *waiting) n() int { return len(w.byPosition) - w.head }

// first is the frame whose turn is next, nil for none.
func (w *waiting) first() *telemetry.Frame {
	if w.n() == 0 {
		return nil
	}
	return w.byPosition[w.head].f
}

// oldest is the arrival of the frame that has waited longest; one must be there.
func (w *waiting) oldest() int64 {
	for w.byArrival[w.old].gone {
		w.byArrival[w.old] = nil
		w.old++
	}
	return w.byArrival[w.old].f.Arrived
}

// add keeps a copy of a frame; false where one of its position waits already.
func (w *waiting) add(f *telemetry.Frame, at position) bool {
	here := w.byPosition[w.head:]
	i, found := slices.BinarySearchFunc(here, at, func(t *ticket, p position) int { return positionOf(t.f).compare(p) })
	if found {
		return false
	}
	t := &ticket{f: w.copyOf(f)}
	w.values += f.Samples()
	w.byPosition = slices.Insert(w.byPosition, w.head+i, t)
	w.byArrival = append(w.byArrival, t)
	return true
}

// take gives the first frame, whose buffers are used again from the next add on.
func (w *waiting) take() *telemetry.Frame {
	if w.n() == 0 {
		return nil
	}
	t := w.byPosition[w.head]
	w.byPosition[w.head] = nil
	w.head++
	t.gone = true
	w.values -= t.f.Samples()
	w.compact()
	if len(w.free) < keptFree {
		w.free = append(w.free, t.f)
	}
	return t.f
}

// compact frees the places of frames taken once they are more than half of a list: a
// vehicle that keeps losing frames always has one waiting, and its lists never empty.
func (w *waiting) compact() {
	switch {
	case w.n() == 0 && cap(w.byPosition) > keptPlaces:
		*w = waiting{free: w.free}
		return
	case w.head > len(w.byPosition)/2:
		w.byPosition = slices.Delete(w.byPosition, 0, w.head)
		w.head = 0
	}
	if len(w.byArrival) > 2*w.n() {
		w.byArrival = slices.DeleteFunc(w.byArrival, func(t *ticket) bool { return t == nil || t.gone })
		w.old = 0
	}
}

func (w *waiting) copyOf(f *telemetry.Frame) *telemetry.Frame {
	c := &telemetry.Frame{}
	if n := len(w.free); n > 0 {
		c, w.free = w.free[n-1], w.free[:n-1]
	}
	c.CopyFrom(f)
	return c
}
