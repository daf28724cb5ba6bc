package pipeline

import (
	"iter"

	"milepost/geo/privacy"
	"milepost/telemetry"
)

// Hidden reports whether the location is not shared, as of the last frame.
func (v *Vehicle) Hidden() bool { return v.gate.Hidden() }

// Waiting is a frame that waits for its turn.
type Waiting interface {
	Place() (boot uint32, sequence uint64)
	Switches() bool // it says something about the sharing of its location
	Frame() *telemetry.Frame
}

// Conceal takes positions out of frames that wait for their turn, so that none is kept
// that is hidden as things stand: by the last frame, by a setting, or by a switch in
// one that waits before it. What would have shared them again and comes later does not
// bring them back. Fresh is the frame that has just come to those that wait, nil where
// something else has changed.
func (v *Vehicle) Conceal(held iter.Seq[Waiting], fresh *telemetry.Frame, s *Scratch) {
	g, boot, all := v.gate, v.boot, fresh == nil
	for w := range held {
		at, sequence := w.Place()
		is := fresh != nil && at == fresh.Boot && sequence == fresh.Sequence
		if !w.Switches() && !is && !all {
			continue
		}
		if at != boot {
			g.Missed() // as it will be when its turn comes
			boot = at
		}
		var removed int
		removed, s.turns = g.Apply(w.Frame(), v.seen(), v.settings, s.turns[:0])
		s.Hidden += int64(removed)
		if is && !w.Switches() {
			return
		}
		all = all || is
	}
}

// ConcealUnshared takes out of a frame that is about to wait what the settings say is
// not shared. It is for formats that have no signal that says so.
func (v *Vehicle) ConcealUnshared(f *telemetry.Frame, s *Scratch) {
	if v.settings == nil {
		return
	}
	var g privacy.Gate
	var removed int
	removed, s.turns = g.Apply(f, f.Start, v.settings, s.turns[:0])
	s.Hidden += int64(removed)
}
