package pipeline

import (
	"math"
	"slices"

	"milepost/detectors"
	"milepost/geo/privacy"
	"milepost/telemetry"
)

// shadow is a vehicle as this one is known, without a past.
func (v *Vehicle) shadow() *Vehicle {
	return &Vehicle{id: v.id, known: v.known, settings: v.settings, past: &past{}, shares: &shares{}, collisions: &collisions{}}
}

// digest makes summaries of the late frames that wait, in the order of event time,
// and puts them with what came late before. Where that cannot be read nothing is lost:
// the frames go on waiting, and s.Err says why.
func (v *Vehicle) digest(s *Scratch) {
	p := v.past
	v.collideLate(s)
	frames := make([]*telemetry.Frame, 0, len(p.held))
	for _, h := range p.held {
		if h.trip {
			frames = append(frames, h.Frame)
		}
	}
	for len(frames) > 0 {
		n := together(frames, detectors.Near)
		r, told := v.summarise(frames[:n], s)
		err := p.put(r, &told, s.Chunks)
		for v.forgo(err, s) {
			err = p.put(r, &told, s.Chunks)
		}
		if err != nil {
			s.Err = err
			p.held, p.due = p.held[:0], p.due+lateWait
			for _, f := range frames {
				p.held = append(p.held, heldFrame{f, true})
			}
			return
		}
		frames = frames[n:]
	}
	p.held = nil
}

// together is how many frames, of those in the order of event time, lie near each other.
func together(frames []*telemetry.Frame, near func(us int64) bool) int {
	end := frames[0].End()
	for i, f := range frames {
		if !near(f.Start - end) {
			return i
		}
		end = max(end, f.End())
	}
	return len(frames)
}

// summarise runs frames through the same estimators and detectors as those of a trip.
func (v *Vehicle) summarise(frames []*telemetry.Frame, s *Scratch) (run, story) {
	w := v.shadow()
	w.active, w.past.under = true, true
	w.trip.begin(standing{}, frames[0].Start, v.termsAt(frames[0].Start))
	r, g := &w.past.live, &w.past.sum
	r.begin(g, frames[0].Start)
	out := run{fresh: true}
	for _, f := range frames {
		// What waited may have come before the signal was first heard.
		v.hideLate(f, s)
		v.turnHides(f, w, s)
		r.note(g, mark{at: f.Start, value: int64(f.Boot)})
		w.trim(f, s)
		chunks := detectors.NewChunks(f)
		for c, ok := chunks.Next(); ok; c, ok = chunks.Next() {
			w.gather(&c, s.turnsBefore((c.Second+1)*1_000_000), s)
		}
		w.turn(s.turnsBefore(math.MaxInt64), s)
		if v.inDoubt() && !w.unshared {
			// What lies between these places and the next was hidden, for all that is known.
			w.turn([]privacy.Turn{{At: f.End() + 1, Hidden: true}, {At: f.End() + 1}}, s)
		}
		out.arrived, r.to = max(out.arrived, f.Arrived), max(r.to, f.End())
	}
	r.roll(g, &w.trip)
	w.trip.finish(s, math.MaxInt64)
	r.found = sentFindings(&w.trip)
	told, err := r.read(nil)
	if err != nil {
		// It was written a moment ago, in memory.
		s.Err = err
	}
	told.sort()
	out.record = record{from: frames[0].Start, to: r.to}
	return out, told
}

// put adds what came late to what came late before it around the same time.
func (p *past) put(r run, told *story, from Reader) error {
	near := p.near(r.from, r.to)
	told.seconds = slices.DeleteFunc(told.seconds, func(s summary) bool {
		return p.complete(s.second*1_000_000, s.second*1_000_000+999_999)
	})
	if len(told.seconds) == 0 && len(told.marks) == 0 {
		return nil
	}
	if len(near) == 0 {
		told.sort()
		r.write(told)
		p.insert(r)
		return nil
	}
	all := story{}
	for _, i := range near {
		old, err := p.runs[i].read(from)
		if err != nil {
			return err
		}
		all.add(&old)
		r.from, r.to = min(r.from, p.runs[i].from), max(r.to, p.runs[i].to)
	}
	fresh := all.add(told)
	for _, i := range near {
		fresh = fresh || p.runs[i].fresh
		r.arrived = max(r.arrived, p.runs[i].arrived)
	}
	if !fresh {
		return nil
	}
	for _, i := range slices.Backward(near) {
		p.runs = slices.Delete(p.runs, i, i+1)
	}
	r.fresh = true
	r.write(&all)
	p.insert(r)
	return nil
}

func (p *past) insert(r run) {
	i := 0
	for i < len(p.runs) && p.runs[i].from < r.from {
		i++
	}
	p.runs = slices.Insert(p.runs, i, r)
}
