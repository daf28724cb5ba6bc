package pipeline

import (
	"slices"

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

// hearLate takes the switches of a late frame that say that the location is not shared: a
// stretch that was in doubt was not, from there on. Trips that ended in it are withheld.
func (v *Vehicle) hearLate(f *telemetry.Frame, s *Scratch) {
	b := &f.Body
	for i, signal := range b.Signal {
		if signal != telemetry.LocationShared || i >= len(b.Value) || i >= len(b.At) || b.Value[i] == 1 {
			continue
		}
		at := f.Start + int64(b.At[i])
		k := slices.IndexFunc(v.hides, func(h hide) bool { return !h.unshared && h.from <= at && at < h.to })
		if k < 0 || !telemetry.Timely(at, f.Arrived) {
			continue
		}
		to := v.hides[k].to
		v.unshareDoubt(k, at)
		v.withholdEnded(extent{at, to}, func(int64, int64) bool { return true }, s)
		v.uncharge(at, to, s)
	}
}

// leaked remembers a stretch, its end inclusive, of which it comes out late that it was not
// shared, though the vehicle had never said anything. Trips that ended in it are withheld;
// but where nobody knows when it began, none.
func (v *Vehicle) leaked(from, to int64, s *Scratch) {
	if to = min(to, v.passed(0)); from <= 0 || to < from {
		return
	}
	v.hides = slices.Insert(v.hides, 0, hide{extent{from, to + 1}, true})
	v.boundHides()
	v.withholdEnded(extent{from, to + 1}, func(int64, int64) bool { return true }, s)
	v.uncharge(from, to+1, s)
}

// stripLate takes out of a late frame, whose turns of the gate stand in the scratch, what
// gives places away of stretches that are known not to be shared. What the frame itself says
// counts more than what was known before.
func (v *Vehicle) stripLate(f *telemetry.Frame, s *Scratch) {
	if len(v.hides) == 0 && len(s.turns) == 0 {
		return
	}
	Strip(f, func(at int64) bool { return v.wasUnshared(at, s.turns) })
}

// wasUnshared reports whether the location was unshared at a time, by what a frame says
// itself and else by what is remembered.
func (v *Vehicle) wasUnshared(at int64, own []privacy.Turn) bool {
	unshared := v.unsharedAt(at)
	for _, t := range own {
		if t.At <= at && (t.Unshared || !t.Hidden) { // a doubt says nothing
			unshared = t.Unshared
		}
	}
	return unshared
}

// turnHides adds to the turns in the scratch, which a late frame makes itself, those of the
// stretches that are remembered: a shadow that gathers the frame then knows of both.
func (v *Vehicle) turnHides(f *telemetry.Frame, w *Vehicle, s *Scratch) {
	if len(v.hides) == 0 && len(s.turns) == 0 && v.settings == nil {
		return
	}
	times, own := []int64{f.Start}, slices.Clone(s.turns)
	for _, t := range own {
		times = append(times, max(t.At, f.Start))
	}
	for _, h := range v.hides {
		times = append(times, h.from, h.to)
	}
	slices.Sort(times)
	hidden, unshared := w.hidden, w.unshared
	s.turns = s.turns[:0]
	for _, at := range slices.Compact(times) {
		if at < f.Start || at > f.End() {
			continue
		}
		now := privacy.Turn{At: at, Unshared: v.wasUnshared(at, own)}
		if n := turnsBefore(own, at+1); n > 0 {
			now.Hidden = own[n-1].Hidden
		}
		if now.Hidden = now.Hidden || now.Unshared; now.Hidden != hidden || now.Unshared != unshared {
			s.turns = append(s.turns, now)
		}
		hidden, unshared = now.Hidden, now.Unshared
		if at == f.Start {
			w.past.say(now) // whatever was told of the time between late frames
		}
	}
}

// say keeps how the location is shared at a time, though it was kept last that it is so.
func (p *past) say(t privacy.Turn) {
	p.sum.has[sharingIndex] = false
	p.turn(t)
}

// sharingIndex is that of sharing among the marked signals.
var sharingIndex, _ = marked(telemetry.LocationShared)
