package pipeline

import (
	"math"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/state"
	"milepost/telemetry"
)

// heed takes a frame that is about to be used.
func (v *Vehicle) heed(f *telemetry.Frame, s *Scratch) {
	x := v.collisions
	s.crashTurned = 0
	x.arrived = max(x.arrived, f.Arrived)
	x.expire(x.arrived)
	if len(f.Motion.At)+len(f.Speed.At)+len(f.Position.At)+len(s.veiled.Position.At) > 0 || x.hush != 0 {
		x.hush = x.arrived + hushAfter
	}
}

// forgetAfter is how long, in µs of event time, a place is kept that is no longer that of
// what happens: a collision is found sooner.
const forgetAfter = 10_000_000

// heeded ends a frame: hidden places of seconds in which nothing else was, and turns of
// the gate behind the last sample.
func (v *Vehicle) heeded(s *Scratch) {
	x := v.collisions
	if x.detector.Pending() {
		x.hush = x.arrived + hushAfter // an airbag's change, alone in its frame, may have opened it
	}
	if s.unveiled < len(s.veiled.Position.At) || s.crashTurned < len(s.turns) {
		way := waypoints{chunk: &detectors.Chunk{Frame: &telemetry.Frame{}, Second: math.MaxInt64/1_000_000 - 1}, scratch: s, vehicle: v}
		way.upTo(math.MaxInt64)
	}
	if v.consented != nil {
		s.forgetVeiled()
	}
	if x.places.ended {
		x.places.forgetBefore(v.seen() - forgetAfter)
	}
	v.decided(s)
}

// quietAt is the arrival time at which silence ends what is open, the largest int64
// where nothing is.
func (v *Vehicle) quietAt() int64 {
	if v.collisions.hush == 0 {
		return math.MaxInt64
	}
	return v.collisions.hush
}

// quiet makes what is open final, as far as its evidence goes, and lets go of what only
// a drive needs. What is on its way may still revise it: the detector goes on as if
// nothing had been.
func (v *Vehicle) quiet(s *Scratch) {
	x := v.collisions
	x.hush = 0
	x.places.rest()
	x.recount()
	if !x.detector.Pending() {
		x.detector.Silence(nil)
		return
	}
	end := cloneDetector(&x.detector)
	s.crashes = end.Silence(s.crashes[:0])
	v.guess(s)
}

// lapsesAt is the arrival time at which a consent ends with which a hidden place is
// kept, the largest int64 for none.
func (v *Vehicle) lapsesAt() int64 {
	at := int64(math.MaxInt64)
	if !v.collisions.veils {
		return at
	}
	v.collisions.eachPlace(func(f *fix) bool {
		if f.veiled {
			at = min(at, v.lapseOf(f))
		}
		return true
	})
	return at
}

// lapseOf is when the consent ends with which a hidden place is kept.
func (v *Vehicle) lapseOf(f *fix) int64 {
	given, until := v.consented.Consents(f.at, outcome.ConsentCollisionPosition)
	if !given {
		return f.at
	}
	return until
}

// lapse forgets the hidden places whose consent ends next.
func (v *Vehicle) lapse() {
	now := v.lapsesAt()
	v.collisions.places.judge = detectors.Fixes{} // it knows the newest place
	v.collisions.eachPlace(func(f *fix) bool { return !f.veiled || v.lapseOf(f) > now })
	v.collisions.recount()
}

// eachPlace visits every place that is kept, and drops those of which keep is false.
func (x *collisions) eachPlace(keep func(*fix) bool) {
	x.places.each(keep)
	for _, k := range x.known {
		k.places = keepFixes(k.places, keep)
	}
}

// recount notes whether any hidden place is kept.
func (x *collisions) recount() {
	if x.veils {
		x.veils = false
		x.eachPlace(func(f *fix) bool {
			x.veils = x.veils || f.veiled
			return true
		})
	}
}

// unplaceCollisions forgets places from a time up to another that were let through for nobody
// knew that they were hidden, and tells collisions again that named one. With the
// consent they stay.
func (v *Vehicle) unplaceCollisions(from, to, arrived int64, s *Scratch) {
	x := v.collisions
	keep := func(f *fix, happens int64) bool {
		if f.at < from || f.at > to {
			// No way reaches over what was hidden.
			if f.at < from && happens >= from && !v.mayVeil(from, arrived) {
				return false
			}
			return true
		}
		f.veiled = v.mayVeil(f.at, arrived)
		x.veils = x.veils || f.veiled
		return f.veiled
	}
	x.places.judge = detectors.Fixes{}
	x.places.each(func(f *fix) bool { return keep(f, math.MaxInt64) })
	for _, k := range x.known {
		n := len(k.places)
		if k.places = keepFixes(k.places, func(f *fix) bool { return keep(f, k.at) }); len(k.places) < n {
			v.tell(k, arrived, s)
		}
	}
}

// cloneDetector gives a detector of its own that knows the same.
func cloneDetector(d *detectors.Collisions) *detectors.Collisions {
	out := &detectors.Collisions{}
	w := state.NewWriter(nil)
	d.State(w)
	b, err := w.Done()
	if err != nil {
		return out // a writer has no errors
	}
	r := state.NewReader(b)
	out.State(r)
	return out
}
