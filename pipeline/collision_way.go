package pipeline

import (
	"milepost/detectors"
	"milepost/geo/privacy"
	"milepost/telemetry"
)

// waypoints goes through a chunk in the order of time and gives to the collisions its
// places, those aside that are hidden and may be kept, the turns of the gate, and who
// sits behind the wheel.
type waypoints struct {
	chunk   *detectors.Chunk
	scratch *Scratch
	vehicle *Vehicle
	place   int // how many of the chunk's places are used
	change  int // likewise of its changes
}

// upTo goes on to a time, inclusive; math.MaxInt64 is the chunk's end.
func (w *waypoints) upTo(at int64) {
	c := w.chunk
	at = min(at, (c.Second+1)*1_000_000-1)
	w.places(at)
	b, f := &c.Frame.Body, c.Frame
	for i := c.Lo[telemetry.TrackBody] + w.change; i < c.Hi[telemetry.TrackBody] && f.Start+int64(b.At[i]) <= at; i++ {
		w.change++
		if b.Signal[i] == telemetry.DriverID {
			w.vehicle.collisions.wheel.take(f.Start+int64(b.At[i]), b.Value[i])
		}
	}
}

// places takes shown and hidden ones as their times come.
func (w *waypoints) places(upTo int64) {
	f, s, v := w.chunk.Frame, w.scratch, w.vehicle
	shown, veiled := f.Position.At[w.chunk.Lo[telemetry.TrackPosition]:w.chunk.Hi[telemetry.TrackPosition]], s.veiled.Position.At
	for {
		next, of := upTo+1, f
		i := w.place + w.chunk.Lo[telemetry.TrackPosition]
		if w.place < len(shown) {
			next = min(next, f.Start+int64(shown[w.place]))
		}
		if s.unveiled < len(veiled) && s.veiled.Start+int64(veiled[s.unveiled]) < next {
			next, of, i = s.veiled.Start+int64(veiled[s.unveiled]), &s.veiled, s.unveiled
		}
		v.hide(s.crashTurns(min(next, upTo) + 1))
		switch {
		case next > upTo:
			return
		case of == f:
			w.place++
		default:
			s.unveiled++
		}
		if here, ok := fixOf(of, i); ok {
			here.veiled = of != f
			v.collisions.veils = v.collisions.veils || here.veiled
			v.collisions.places.add(here)
		}
	}
}

// crashTurns gives the turns of the gate that the collisions have not had yet and that
// come before a time.
func (s *Scratch) crashTurns(before int64) []privacy.Turn {
	from := s.crashTurned
	s.crashTurned += turnsBefore(s.turns[from:], before)
	return s.turns[from:s.crashTurned]
}

// hide applies turns of the gate: what was shown before is not the place of what happens
// after, but where the consent says so, of the turn's time and of the place's own.
func (v *Vehicle) hide(turns []privacy.Turn) {
	x := v.collisions
	for _, t := range turns {
		if !t.Hidden {
			continue
		}
		given := v.consented != nil && v.mayVeil(t.At, x.arrived)
		x.places.end(t.At, func(f *fix) bool { return given && v.mayVeil(f.at, x.arrived) })
		x.veils = x.veils || given && !x.places.empty()
	}
}
