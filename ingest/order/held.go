package order

import "milepost/telemetry"

// HeldFrame is a frame that waits. It holds until the next one.
type HeldFrame struct {
	t    *ticket
	f    *telemetry.Frame // once it was opened
	read int              // samples it then had
}

// Place is the frame's boot and sequence.
func (h *HeldFrame) Place() (boot uint32, sequence uint64) { return h.t.at.boot, h.t.at.seq }

// Switches reports whether the frame says anything about the sharing of its location.
func (h *HeldFrame) Switches() bool { return h.t.switches }

// Frame reads the frame. Samples may be taken out of it, which changes nothing in the
// order.
func (h *HeldFrame) Frame() *telemetry.Frame {
	if h.f == nil {
		h.f = spare.Get().(*telemetry.Frame)
		if h.t.open(h.f) != nil {
			h.f.Reset() // it was written here: it can be read
		}
		h.read = h.f.Samples()
	}
	return h.f
}

// close keeps what was changed.
func (h *HeldFrame) close(w *waiting) {
	if h.f == nil {
		return
	}
	if h.f.Samples() != h.read {
		fresh := newTicket(h.f, h.t.at).packed
		w.bytes += len(fresh) - len(h.t.packed)
		h.t.packed = fresh
	}
	spare.Put(h.f)
}

// Held gives the frames that wait, in their order.
func (q *Queue) Held(yield func(*HeldFrame) bool) {
	for _, t := range q.waiting.byPosition[q.waiting.head:] {
		h := HeldFrame{t: t}
		more := yield(&h)
		if h.close(&q.waiting); !more {
			return
		}
	}
}
