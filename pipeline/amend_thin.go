package pipeline

import (
	"math"

	"milepost/detectors"
	"milepost/telemetry"
)

// thin writes the frame of one second: its first and last speed, its fix, what the
// powertrain told, and the changes that are marked.
func (r *rerun) thin(second *summary, marks []mark) {
	f := &r.frame
	f.Reset()
	f.Start, f.Boot = second.second*1_000_000, r.boot
	if second.speeds {
		f.Speed.At, f.Speed.Speed = append(f.Speed.At, second.first*1000), append(f.Speed.Speed, float32(float64(second.v)/100))
		if second.last > second.first {
			f.Speed.At, f.Speed.Speed = append(f.Speed.At, second.last*1000), append(f.Speed.Speed, float32(float64(second.w)/100))
		}
	}
	if second.counts[telemetry.TrackMotion] > 0 {
		f.Motion.At = append(f.Motion.At, second.last*1000)
	}
	if second.fix {
		p := &f.Position
		p.At, p.Latitude, p.Longitude = append(p.At, second.fixAt*1000), append(p.Latitude, float64(second.lat)/1e6), append(p.Longitude, float64(second.lon)/1e6)
	}
	if second.known {
		e := &f.Energy
		nan := float32(math.NaN())
		fuel, engine := nan, nan
		if second.fuel >= 0 {
			fuel = float32(float64(second.fuel) / 1e4)
		}
		if second.engine != unknownEngine {
			engine = float32(second.engine - engineOff)
		}
		e.At, e.FuelConsumed, e.EngineRunning = append(e.At, second.energyAt*1000), append(e.FuelConsumed, fuel), append(e.EngineRunning, engine)
	}
	for _, m := range marks {
		if m.signal == beatMark && !second.speeds {
			f.Speed.At, f.Speed.Speed = append(f.Speed.At, int32(m.at-f.Start)), append(f.Speed.Speed, beatSpeed*float32(m.value))
		}
		if m.signal != bootMark && m.signal < beatMark {
			f.Body.At = append(f.Body.At, int32(m.at-f.Start))
			f.Body.Signal, f.Body.Value = append(f.Body.Signal, m.signal), append(f.Body.Value, m.value)
		}
	}
}

// beatSpeed is taken for that of an unshared drive that moves, m/s: trips tell no more of it.
const beatSpeed = 2

// gatherThin adds a part of a second that was summarised.
func (t *trip) gatherThin(c *detectors.Chunk, second *summary, r *rerun, s *Scratch) {
	if c.Second != t.second {
		t.roll(c.Second)
	}
	f := c.Frame
	s.points = s.points[:0]
	for i := c.Lo[telemetry.TrackSpeed]; i < c.Hi[telemetry.TrackSpeed]; i++ {
		at, v := f.Start+int64(f.Speed.At[i]), f.Speed.Speed[i]
		s.points = t.grid.Read(at, float64(v), second.broken && i == 0, s.points)
		t.distance.ReadSpeed(at, v)
		if i == len(f.Speed.At)-1 {
			highest := float32(float64(max(second.v, -second.v, second.w, -second.w)+second.high) / 100)
			t.distance.Correct(float64(second.metres)/100, int64(second.driving)*1000, highest)
		}
	}
	for _, p := range s.points {
		t.dynamics.Add(p)
		t.night.add(p, t.terms.zone)
	}
	if c.Lo[telemetry.TrackEnergy] != c.Hi[telemetry.TrackEnergy] {
		r.energy(c, second)
	}
	t.locate(c, r.turns)
	if r.noted != second {
		r.noted = second
		t.spans.addSecond(second)
	}
}

// energy adds what the powertrain told in a second.
func (r *rerun) energy(c *detectors.Chunk, second *summary) {
	t := &r.w.trip
	if second.odometer >= 0 {
		t.distance.ReadOdometer(c.Frame.Start+int64(second.energyAt)*1000, float64(second.odometer)/10)
	}
	if second.power {
		step := second.second - r.power
		if step > energySteady {
			step = 1
		}
		joules := 10 * float64(max(step, 1))
		t.energy.Draw(float64(float64(second.drawn)*joules), float64(float64(second.regen)*joules))
		r.power = second.second
	}
	t.energy.Apply(c, t.driven, t.moving)
}

// addSecond notes the samples of a second.
func (s *spans) addSecond(second *summary) {
	from, to := second.second*1_000_000, second.second*1_000_000+int64(second.last)*1000
	for t, n := range second.counts {
		if n > 0 {
			s.track[t].add(from, to, int64(n), trackGap)
		}
	}
	if second.counts[telemetry.TrackMotion]+second.counts[telemetry.TrackSpeed]+second.counts[telemetry.TrackPosition] > 0 {
		s.drive.add(from, to, 1, driveGap)
	}
}
