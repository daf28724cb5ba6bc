package order

import "milepost/telemetry"

// HeldFrame is a frame that waits.
type HeldFrame struct {
	t *ticket
	w *waiting
}

// Place is the frame's boot and sequence.
func (h *HeldFrame) Place() (boot uint32, sequence uint64) { return h.t.at.boot, h.t.at.seq }

// Switches reports whether the frame says anything about the sharing of its location.
func (h *HeldFrame) Switches() bool { return h.t.switches }

// Change reads the frame, and keeps it as change leaves it where that says so. Its place
// stays what it was.
func (h *HeldFrame) Change(change func(*telemetry.Frame) bool) {
	f := spare.Get().(*telemetry.Frame)
	defer spare.Put(f)
	if h.t.open(f) != nil {
		f.Reset() // it was written here: it can be read
	}
	if change(f) {
		fresh := newTicket(f, h.t.at).packed
		h.w.bytes += len(fresh) - len(h.t.packed)
		h.t.packed = fresh
	}
}

// Held gives the frames that wait, in their order.
func (q *Queue) Held(yield func(*HeldFrame) bool) {
	for _, t := range q.waiting.byPosition[q.waiting.head:] {
		if !yield(&HeldFrame{t: t, w: &q.waiting}) {
			return
		}
	}
}
