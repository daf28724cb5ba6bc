package cars

// timers is a heap of cars by the arrival time at which they have something to do.
// An entry that its car no longer means is skipped: a driving car moves its time on
// with every record, and the heap hears of it only when the old time comes.
type timers []timer

type timer struct {
	due int64 // arrival time, µs
	car *car
}

func (t *timers) push(x timer) {
	h := append(*t, x)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[up].due <= h[i].due {
			break
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
	*t = h
}

// pop removes the earliest; there must be one.
func (t *timers) pop() timer {
	h := *t
	first, last := h[0], len(h)-1
	h[0], h[last] = h[last], timer{}
	h = h[:last]
	for i := 0; ; {
		low := i
		for _, down := range [...]int{2*i + 1, 2*i + 2} {
			if down < len(h) && h[down].due < h[low].due {
				low = down
			}
		}
		if low == i {
			break
		}
		h[low], h[i] = h[i], h[low]
		i = low
	}
	*t = h
	return first
}
