package pipeline

import (
	"iter"

	"milepost/geo/privacy"
	"milepost/telemetry"
)

// Hidden reports whether the location is not shared, as of the last frame.
func (v *Vehicle) Hidden() bool { return v.gate.Hidden() }

// Unshared reports whether the signal or the setting says that the location is not shared,
// as of the last frame.
func (v *Vehicle) Unshared() bool { return v.gate.Unshared() }

// Waiting is a frame that waits for its turn.
type Waiting interface {
	Place() (boot uint32, sequence uint64)
	Switches() bool // it says something about the sharing of its location
	// Change reads the frame, and keeps it as change leaves it where that says so.
	Change(change func(*telemetry.Frame) bool)
}

// Conceal takes out of frames that wait for their turn positions, and what else gives
// places away (Strip), so that nothing is kept that is hidden as things stand: by the last frame, by a setting, or by a switch in
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
		w.Change(func(f *telemetry.Frame) bool { return v.veilWaiting(f, &g, v.seen(), s) })
		if is && !w.Switches() {
			return
		}
		all = all || is
	}
}

// veilWaiting takes out of a frame what a gate hides, and reports whether that was anything.
func (v *Vehicle) veilWaiting(f *telemetry.Frame, g *privacy.Gate, since int64, s *Scratch) bool {
	before := g.Unshared()
	removed, turns := g.Apply(f, since, v.settings, s.turns[:0])
	s.turns, s.Hidden = turns, s.Hidden+int64(removed)
	if !before && len(turns) == 0 {
		return removed > 0
	}
	// A turn that a doubt about its time put before the frame holds from its beginning.
	return Strip(f, func(at int64) bool { return privacy.UnsharedAt(before, turns, at) }) || removed > 0
}

// ConcealUnshared takes out of a frame that is about to wait what the settings say is
// not shared. It is for formats that have no signal that says so.
func (v *Vehicle) ConcealUnshared(f *telemetry.Frame, s *Scratch) {
	if v.settings == nil {
		return
	}
	var g privacy.Gate
	v.veilWaiting(f, &g, f.Start, s)
}
