package order

import (
	"slices"
	"sync"

	"milepost/state"
	"milepost/telemetry"
)

// waiting holds copies of frames, by position for their turn and by arrival for
// their patience. Adding at the end and taking from the front cost the same however
// many wait.
type waiting struct {
	byPosition []*ticket
	byArrival  []*ticket
	head, old  int              // first still there of each
	bytes      int              // of all that are there
	given      *telemetry.Frame // by take, the caller's until recycle
}

// spare is the buffers of frames that were taken, shared by all vehicles: most have
// none waiting.
var spare = sync.Pool{New: func() any { return &telemetry.Frame{} }}

// ticket is a waiting frame, as bytes: its columns would take four times the memory,
// and a fleet that is seen for the first time waits all at once.
type ticket struct {
	at       position
	arrived  int64
	packed   []byte
	switches bool // it says something about the sharing of its location
	gone     bool // taken
}

func newTicket(f *telemetry.Frame, at position) *ticket {
	return &ticket{at: at, arrived: f.Arrived, packed: packed(f), switches: slices.Contains(f.Body.Signal, telemetry.LocationShared)}
}

func packed(f *telemetry.Frame) []byte {
	var room [1024]byte
	c := state.NewWriter(room[:0])
	f.State(c, true)
	b, _ := c.Done() // a writer has no errors
	return slices.Clone(b)
}

// open reads the frame back.
func (t *ticket) open(f *telemetry.Frame) error { return unpack(t.packed, f, true) }

// unpack reads a frame that was packed, as queues of the first version did where charged is
// false.
func unpack(b []byte, f *telemetry.Frame, charged bool) error {
	c := state.NewReader(b)
	f.State(c, charged)
	_, err := c.Done()
	return err
}

// keptPlaces is how many places in its lists a vehicle keeps for frames to come.
const keptPlaces = 128

func (w *waiting) n() int { return len(w.byPosition) - w.head }

// first is the frame whose turn is next, nil for none.
func (w *waiting) first() *ticket {
	if w.n() == 0 {
		return nil
	}
	return w.byPosition[w.head]
}

// oldest is the arrival of the frame that has waited longest; one must be there.
func (w *waiting) oldest() int64 {
	for w.byArrival[w.old].gone {
		w.byArrival[w.old] = nil
		w.old++
	}
	return w.byArrival[w.old].arrived
}

// add keeps a copy of a frame; false where one of its position waits already.
func (w *waiting) add(f *telemetry.Frame, at position) bool {
	here := w.byPosition[w.head:]
	i, found := slices.BinarySearchFunc(here, at, func(t *ticket, p position) int { return t.at.compare(p) })
	if found {
		return false
	}
	t := newTicket(f, at)
	w.bytes += len(t.packed)
	w.byPosition = slices.Insert(w.byPosition, w.head+i, t)
	w.byArrival = append(w.byArrival, t)
	return true
}

// take gives the first frame, which is the caller's until recycle.
func (w *waiting) take() *telemetry.Frame {
	w.recycle()
	if w.n() == 0 {
		return nil
	}
	t := w.byPosition[w.head]
	w.byPosition[w.head] = nil
	w.head++
	t.gone = true
	w.bytes -= len(t.packed)
	w.compact()
	w.given = spare.Get().(*telemetry.Frame)
	if t.open(w.given) != nil {
		w.given.Reset() // it was written here: it can be read
	}
	return w.given
}

// recycle takes back the frame that take gave.
func (w *waiting) recycle() {
	if w.given != nil {
		spare.Put(w.given)
		w.given = nil
	}
}

// compact frees the places of frames taken once they are more than half of a list: a
// vehicle that keeps losing frames always has one waiting, and its lists never empty.
func (w *waiting) compact() {
	switch {
	case w.n() == 0 && cap(w.byPosition) > keptPlaces:
		*w = waiting{}
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
