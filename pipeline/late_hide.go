package pipeline

import (
	"milepost/geo/privacy"
	"milepost/telemetry"
)

// passed is the time, µs, up to which positions can have been let through: those of late
// data may be newer than the newest sample.
func (v *Vehicle) passed(arrived int64) int64 {
	at := max(v.seen(), arrived)
	for i := range v.past.runs {
		at = max(at, v.past.runs[i].to)
	}
	return at
}

// hideLate takes the positions out of a late frame that may not have been shared: of
// a vehicle that uses the signal, all but those after a switch in this very frame; and
// those of which the settings say so. The turns of the gate go to the scratch.
func (v *Vehicle) hideLate(f *telemetry.Frame, s *Scratch) {
	var g privacy.Gate
	if v.inDoubt() {
		g = privacy.Shut()
	}
	removed := 0
	removed, s.turns = g.Apply(f, f.Start, v.settings, s.turns[:0])
	s.Hidden, s.turned = s.Hidden+int64(removed), 0
}

// inDoubt reports whether a place of which nothing else is known may be hidden.
func (v *Vehicle) inDoubt() bool {
	g := v.gate
	g.Missed()
	return g.Hidden()
}
