package privacy

import (
	"math"

	"milepost/fleet"
	"milepost/telemetry"
)

// walk goes through one frame in the order of time and applies to a gate the switches
// of the vehicle and the dates of its settings.
type walk struct {
	gate     *Gate
	frame    *telemetry.Frame
	settings *fleet.History
	since    int64 // time of the newest sample before the frame
	turns    []Turn
	first    int   // index in turns of the first of this frame
	before   told  // what was told before that one
	next     int   // index in the body track of the next change to look at
	setting  int64 // time up to which settings are applied
}

// upTo applies what changes up to and at a time.
func (w *walk) upTo(at int64) {
	for {
		i := w.nextSwitch()
		switched, dated := int64(math.MaxInt64), w.nextSetting(at)
		if i >= 0 {
			switched = w.frame.Start + int64(w.frame.Body.At[i])
		}
		switch {
		case min(switched, dated) > at:
			return
		case switched <= dated:
			w.next = i + 1
			w.turnSignal(switched, w.frame.Body.Value[i])
		default:
			w.setting = dated
			w.gate.setting = w.settings.Unshared(dated)
			w.tell(dated)
		}
	}
}

func (w *walk) turnSignal(at, value int64) {
	timely := telemetry.Timely(at, w.frame.Arrived)
	w.gate.set(at, value, timely)
	if !timely {
		at = w.since
	}
	w.tell(at)
}

// nextSwitch is the index of the next change of the signal, -1 for none.
func (w *walk) nextSwitch() int {
	b := &w.frame.Body
	for ; w.next < len(b.At) && w.next < len(b.Signal); w.next++ {
		if b.Signal[w.next] == telemetry.LocationShared {
			return w.next
		}
	}
	return -1
}

// nextSetting is the next date of the settings up to a time that can be believed, the
// largest int64 for none.
func (w *walk) nextSetting(upTo int64) int64 {
	if w.settings == nil || !telemetry.Timely(upTo, w.frame.Arrived) {
		return math.MaxInt64
	}
	for i := range w.settings.Profiles {
		if from := int64(w.settings.Profiles[i].From); from > w.setting {
			return from
		}
	}
	return math.MaxInt64
}

// tell notes a turn where what is let through has changed. One that is taken back at
// its very instant was none.
func (w *walk) tell(at int64) {
	g := w.gate
	now := told{g.Hidden(), g.Unshared()}
	if now == g.told {
		return
	}
	if g.told.hidden && !now.hidden {
		g.opened = at
	}
	g.told = now
	if n := len(w.turns); n > w.first && w.turns[n-1].At == at {
		w.turns = w.turns[:n-1]
		if w.last() == now {
			return
		}
	}
	w.turns = append(w.turns, Turn{At: at, Hidden: now.hidden, Unshared: now.unshared})
}

// last is what the newest turn of the frame told, or what was told before it.
func (w *walk) last() told {
	if n := len(w.turns); n > w.first {
		return told{w.turns[n-1].Hidden, w.turns[n-1].Unshared}
	}
	return w.before
}
