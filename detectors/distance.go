package detectors

import (
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
}

// Metres are a trip's distances by source; absent sources are zero.
type Metres struct {
	Odometer float64
	// OdometerReadings is their number.
	OdometerReadings int
	// Ends is the way by speed before the first and after the last reading.
	Ends float64
	// OdometerResets counts steps that no car can have driven; they count nothing.
	OdometerResets int
	Speed          float64
	// SpeedGapS is time without speed that was too long to be bridged by it.
	SpeedGapS float64
	Path      float64
	// PathGap is the part of Path that spans fixes more than longGap apart.
	PathGap float64
	// BadFixes counts fixes too uncertain or too far off to be on the path.
	BadFixes int
}

// Apply adds the chunk's samples; driven is Driven at the last complete second.
func (d *Distance) Apply(c *Chunk, driven float64) {
	d.odometer.apply(c, driven)
	d.speed.apply(c)
	d.path.apply(c)
}

// Metres gives the distances so far.
func (d *Distance) Metres() Metres {
	return Metres{
		Odometer: d.odometer.driven, OdometerReadings: d.odometer.readings, OdometerResets: d.odometer.resets,
		Ends:  d.odometer.atFirst + max(0, d.speed.metres-d.odometer.atLast),
		Speed: d.speed.metres, SpeedGapS: float64(d.speed.gap) / second,
		Path: d.path.metres, PathGap: d.path.gap, BadFixes: d.path.bad,
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

const (
	// longGap is the longest time over which the speeds at its ends tell the distance between.
	longGap = 30 * second
	// fastest is the highest speed believed between two readings, m/s.
	fastest = 70.0
	// standstill is the speed below which a car stands, m/s.
	standstill = 0.5
)

type odometer struct {
	at               int64
	last, driven     float64
	readings, resets int
	atFirst, atLast  float64 // way by speed at the first and last reading, m
}

func (o *odometer) apply(c *Chunk, way float64) {
	e := &c.Frame.Energy
	if len(e.Odometer) == 0 {
		return
	}
	for i := c.Lo[telemetry.TrackEnergy]; i < c.Hi[telemetry.TrackEnergy]; i++ {
		if v := e.Odometer[i]; telemetry.Known(v) {
			o.read(c.Frame.Start+int64(e.At[i]), v, way)
		}
	}
}

func (o *odometer) read(at int64, v, way float64) {
	if o.readings == 0 {
		o.atFirst = way
	} else {
		step := v - o.last
		// 100 m of slack: readings may lag.
		if step < 0 || step > float64(fastest*(float64(at-o.at)/second))+100 {
			o.resets++
		} else {
			o.driven += step
		}
	}
	o.at, o.last, o.atLast = at, v, way
	o.readings++
}

type integral struct {
	at            int64
	v, highest    float32
	ok            bool
	metres        float64
	gap           int64
	driving, idle int64
}

func (s *integral) apply(c *Chunk) {
	t := &c.Frame.Speed
	if len(t.Speed) == 0 {
		return
	}
	for i := c.Lo[telemetry.TrackSpeed]; i < c.Hi[telemetry.TrackSpeed]; i++ {
		if v := t.Speed[i]; telemetry.Known(v) {
			s.read(c.Frame.Start+int64(t.At[i]), max(v, -v))
		}
	}
}

func (s *integral) read(at int64, v float32) {
	if s.ok {
		step := at - s.at
		if step > longGap {
			s.gap += step
		} else {
			mean := (float64(s.v) + float64(v)) / 2
			s.metres += mean * (float64(step) / second)
			if mean > standstill {
				s.driving += step
			} else {
				s.idle += step
			}
		}
	}
	s.at, s.v, s.ok = at, v, true
	s.highest = max(s.highest, v)
}

// path sums chords between fixes that are far enough apart to be movement, not noise.
type path struct {
	seen        int64 // time of the newest fix believed
	anchor      orb.Point
	ok          bool
	metres, gap float64
	bad         int
}

const (
	chord       = 10.0  // m
	worstFix    = 100.0 // m of accuracy: what cells and stale fixes give
	chordSlackM = 30.0  // m
)

// Doubtful reports whether a fix of this horizontal accuracy, m, is too uncertain
// to stand on a trip's path; NaN, not reported, is not.
func Doubtful(accuracy float32) bool { return accuracy > worstFix }

func (p *path) apply(c *Chunk) {
	t := &c.Frame.Position
	if len(t.Latitude) == 0 {
		return
	}
	for i := c.Lo[telemetry.TrackPosition]; i < c.Hi[telemetry.TrackPosition]; i++ {
		if !telemetry.Known(t.Latitude[i]) {
			continue
		}
		if Doubtful(telemetry.At(t.Accuracy, i)) {
			p.bad++
			continue
		}
		p.fix(c.Frame.Start+int64(t.At[i]), orb.Point{t.Longitude[i], t.Latitude[i]})
	}
}

func (p *path) fix(at int64, here orb.Point) {
	if !p.ok {
		p.seen, p.anchor, p.ok = at, here, true
		return
	}
	d, step := geo.Distance(p.anchor, here), at-p.seen
	// A wild fix does not move seen, so the bound grows until fixes are believed again.
	if d > float64(fastest*(float64(step)/second))+chordSlackM {
		p.bad++
		return
	}
	if d >= chord {
		p.metres += d
		if step > longGap {
			p.gap += d
		}
		p.anchor = here
	}
	p.seen = at
}
