package detectors

import (
	"math"

	"github.com/paulmach/orb"

	"milepost/geo"
	"milepost/telemetry"
)

// Distance measures a trip three ways: by odometer, which is the truth where there
// is one; by integrating speed; by the path of the fixes.
type Distance struct {
	odometer odometer
	speed    integral
	path     path
	hole     hole
	pathThen float64 // way by fixes at the last complete second
}

// Metres are a trip's distances by source; absent sources are zero.
type Metres struct {
	Odometer         float64
	OdometerReadings int
	// Ends is the way by speed before the first and after the last reading.
	Ends float64
	// OdometerResets counts steps that no car can have driven; they count nothing.
	OdometerResets int
	Speed          float64
	// Bridged is the way by fixes over times without speed that were too long to be
	// told by the speeds at their ends; GapS is those times, s.
	Bridged float64
	GapS    float64
	// Spikes counts single speed readings that no car can have had.
	Spikes int
	Path   float64
}

// BySpeed is the way by speed with its gaps bridged, m.
func (m Metres) BySpeed() float64 { return m.Speed + m.Bridged }

// Begin starts at a way already driven, m, in a time in µs; at some moment of it the car
// was as fast as its mean.
func (d *Distance) Begin(way float64, in int64) {
	d.speed.metres += way
	if way > 0 && in > 0 {
		d.speed.highest = max(d.speed.highest, float32(way/(float64(in)/second)))
	}
}

// Apply adds the chunk's odometer and speed readings, in the order of time.
func (d *Distance) Apply(c *Chunk) {
	e, i := &c.Frame.Energy, c.Lo[telemetry.TrackSpeed]
	for k := c.Lo[telemetry.TrackEnergy]; k < c.Hi[telemetry.TrackEnergy]; k++ {
		if v := telemetry.At(e.Odometer, k); telemetry.Known(v) {
			i = d.speeds(c, i, e.At[k])
			at := c.Frame.Start + int64(e.At[k])
			d.odometer.read(at, v, d.speed.metresAt(at))
		}
	}
	d.speeds(c, i, telemetry.MaxSpan)
}

// speeds adds the chunk's speed readings from index i on that are not after an
// offset, and gives the index reached.
func (d *Distance) speeds(c *Chunk, i int, upTo int32) int {
	t := &c.Frame.Speed
	for ; i < c.Hi[telemetry.TrackSpeed] && t.At[i] <= upTo; i++ {
		if v := telemetry.At(t.Speed, i); telemetry.Known(v) {
			d.read(c.Frame.Start+int64(t.At[i]), max(v, -v))
		}
	}
	return i
}

// read adds a speed reading, m/s.
func (d *Distance) read(at int64, v float32) {
	if gapped := d.speed.read(at, v); gapped {
		d.hole.settle(d.path.metres, d.speed.metres)
		d.hole.open(at, d.speed.pathAt, d.speed.metres)
	}
	d.speed.pathAt = d.pathThen
}

// Fix adds a believed fix.
func (d *Distance) Fix(here orb.Point) { d.path.fix(here) }

// Leave forgets where the car was: the way to the next fix is not to be told.
func (d *Distance) Leave() { d.path.ok, d.path.anchor = false, orb.Point{} }

// Roll tells that all samples before a whole second have been applied.
func (d *Distance) Roll(now int64) {
	d.pathThen = d.path.metres
	if d.hole.at != 0 && now*second-d.hole.at >= 3*second {
		d.hole.settle(d.path.metres, d.speed.metres)
	}
}

// Metres gives the distances so far.
func (d *Distance) Metres() Metres {
	hole := d.hole
	hole.settle(d.path.metres, d.speed.metres)
	return Metres{
		Odometer: d.odometer.driven, OdometerReadings: d.odometer.readings, OdometerResets: d.odometer.resets,
		Ends:  d.odometer.waysAround(d.speed.metres),
		Speed: d.speed.metres, Bridged: hole.bridged, GapS: float64(d.speed.gap) / second, Spikes: d.speed.spikes,
		Path: d.path.metres,
	}
}

// Driven is the way so far by speed, m.
func (d *Distance) Driven() float64 { return d.speed.metres }

// Driving is the time moving, as far as speed was known, µs.
func (d *Distance) Driving() int64 { return d.speed.driving }

// Idle is the time standing, as far as speed was known, µs.
func (d *Distance) Idle() int64 { return d.speed.idle }

// MaxSpeed is the highest speed seen, m/s.
func (d *Distance) MaxSpeed() float64 { return float64(d.speed.highest) }

// hole is a time without speed whose way is still to be told by the fixes around it.
type hole struct {
	at          int64   // its end; 0 where there is none
	path, speed float64 // way by fixes at its start, by speed at its end
	bridged     float64
}

func (h *hole) open(at int64, path, speed float64) { h.at, h.path, h.speed = at, path, speed }

// settle adds the way by fixes since the hole's start less that by speed since its end.
func (h *hole) settle(path, speed float64) {
	if h.at != 0 {
		h.bridged += max(0, path-h.path-(speed-h.speed))
		h.at = 0
	}
}

// odometer sums the steps between readings, and the way by speed around its runs of them.
type odometer struct {
	at               int64
	last, driven     float64
	readings, resets int
	running          bool    // a reading has come in this run
	ends             float64 // way by speed before the first reading of this run, and around those of runs before, m
	atLast           float64 // way by speed at the newest reading of the run or, before any, at its beginning
}

func (o *odometer) read(at int64, v, way float64) {
	if !o.running {
		o.running, o.ends = true, o.ends+(way-o.atLast)
		o.readings = max(o.readings, 1)
	} else {
		o.readings++
		step := v - o.last
		// 100 m of slack: readings may lag.
		if step < 0 || step > float64(fastest*(float64(at-o.at)/second))+100 {
			o.resets++
		} else {
			o.driven += step
		}
	}
	o.at, o.last, o.atLast = at, v, way
}

// waysAround is the way by speed before the first and after the last reading of each run, at a
// way by speed.
func (o *odometer) waysAround(way float64) float64 { return o.ends + max(0, way-o.atLast) }

const (
	// longGap is the longest time over which the speeds at its ends tell the distance between.
	longGap = 30 * second
	// standstill is the speed below which a car stands, m/s.
	standstill = 0.5
)

type integral struct {
	at            int64
	v, highest    float32
	ok, doubted   bool
	doubtAt       int64 // a reading that no car can have come to: a spike, or a step
	doubtV        float32
	spikes        int
	metres        float64
	pathAt        float64 // way by fixes when the newest reading came
	gap           int64
	driving, idle int64
}

// read adds a reading and reports whether a long gap lies before it. A reading that
// no car can have come to waits for the next one, which tells a spike from a step.
func (s *integral) read(at int64, v float32) (gapped bool) {
	switch {
	case s.doubted && s.leaps(s.doubtAt, s.doubtV, at, v) && !s.leaps(s.at, s.v, at, v):
		s.doubted = false
		s.spikes++
	case s.doubted:
		s.doubted = false
		gapped = s.add(s.doubtAt, s.doubtV)
	case s.ok && s.leaps(s.at, s.v, at, v):
		s.doubted, s.doubtAt, s.doubtV = true, at, v
		return false
	}
	return s.add(at, v) || gapped
}

// metresAt is the way up to a time not before the newest reading, at its speed.
func (s *integral) metresAt(at int64) float64 {
	if step := at - s.at; s.ok && step <= gridGap {
		return s.metres + float64(float64(s.v)*(float64(step)/second))
	}
	return s.metres
}

// leaps reports whether a step of speed is beyond what tyres can do.
func (s *integral) leaps(from int64, v float32, to int64, w float32) bool {
	return math.Abs(float64(w-v)) > float64(impossible*max(float64(to-from)/second, 0.2))
}

func (s *integral) add(at int64, v float32) (gapped bool) {
	if s.ok {
		step := at - s.at
		if gapped = step > longGap; gapped {
			s.gap += step
		} else {
			mean := (float64(s.v) + float64(v)) / 2
			s.metres += float64(mean * (float64(step) / second))
			if mean > standstill {
				s.driving += step
			} else {
				s.idle += step
			}
		}
	}
	s.at, s.v, s.ok = at, v, true
	s.highest = max(s.highest, v)
	return gapped
}

// path sums chords between fixes that are far enough apart to be movement, not noise.
type path struct {
	anchor orb.Point
	ok     bool
	metres float64
}

const chord = 10.0 // m

func (p *path) fix(here orb.Point) {
	if !p.ok {
		p.anchor, p.ok = here, true
		return
	}
	if d := geo.Distance(p.anchor, here); d >= chord {
		p.metres += d
		p.anchor = here
	}
}
