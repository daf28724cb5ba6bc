package pipeline

import (
	"iter"
	"slices"

	"milepost/geo"
	"milepost/telemetry"
)

// Hidden reports whether the location is not shared, as of the last frame.
func (v *Vehicle) Hidden() bool { return v.gate.Hidden() }

// Conceal takes positions out of frames that wait for their turn, so that none is kept
// that is hidden as things stand: by the last frame, by a setting, or by a switch in
// one that waits before it. What would have shared them again and comes later does not
// bring them back. Fresh is the frame that has just come to those that wait, nil where
// something else has changed.
func (v *Vehicle) Conceal(held iter.Seq[*telemetry.Frame], fresh *telemetry.Frame, s *Scratch) {
	g, boot, all := v.gate, v.boot, fresh == nil
	for f := range held {
		switches := slices.Contains(f.Body.Signal, telemetry.LocationShared)
		is := fresh != nil && f.Boot == fresh.Boot && f.Sequence == fresh.Sequence
		if !switches && !is && !all {
			continue
		}
		if f.Boot != boot {
			g.Missed() // as it will be when its turn comes
			boot = f.Boot
		}
		var removed int
		removed, s.turns = g.Apply(f, v.seen(), v.settings, s.turns[:0])
		s.Hidden += int64(removed)
		if is && !switches {
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
	var g geo.Gate
	var removed int
	removed, s.turns = g.Apply(f, f.Start, v.settings, s.turns[:0])
	s.Hidden += int64(removed)
}
