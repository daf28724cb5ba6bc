package pipeline

import (
	"math"

	"milepost/detectors"
	"milepost/geo/match"
	"milepost/outcome"
	"milepost/telemetry"
)

// seenStep is the longest step, µs, whose speed is that at its end; readStep the longest
// that the speeds at its ends tell the way of.
const (
	seenStep = steadySeconds * 1_000_000
	readStep = 30 * 1_000_000
)

// laying goes over a drive's seconds.
type laying struct {
	from  int64 // µs, of the trip
	p     *paving
	marks []mark
	next  int // mark

	hidden   bool // places are
	unshared bool // everything is
	left     bool // the location was hidden since the last fix
	doubt    bool // in part only because nothing was heard
	sign     int64
	boot     int64
	rebooted bool // a boot is known

	told      lately
	indicator outcome.Mode
	air       air
	newest    int // fix; -1 for none
	run       int // of fixes that nothing hidden lies between

	at       int64 // µs, of the newest speed; 0 for none
	v        int32 // cm/s, then
	driven   float64
	odometer float64 // newest reading, m; NaN for none
	driveOdo float64 // m driven then
}

// lay makes the steps and the track of a drive from one time to another, µs.
// Marks may be older.
func (p *paving) lay(d *drive, start, end int64) {
	p.track.Reset()
	p.steps, p.doubts, p.levels, p.draws = p.steps[:0], p.doubts[:0], p.levels[:0], p.draws[:0]
	l := laying{p: p, from: start, marks: d.marks, odometer: math.NaN(), told: nothing, newest: -1}
	for i := range d.seconds {
		s := &d.seconds[i]
		zero := s.second * 1_000_000
		first, energy := zero+int64(s.first)*1000, zero+int64(s.energyAt)*1000
		known := s.known && energy < end
		if known && (!s.speeds || s.energyAt <= s.last) {
			l.hear(min(first, energy) + 999)
			l.energy(s, energy)
			known = false
		}
		if s.speeds && first < end {
			l.hear(first + 999)
			l.step(s, first, zero+int64(s.last)*1000)
		}
		if known {
			l.hear(energy + 999)
			l.energy(s, energy)
		}
		if at := zero + int64(s.fixAt)*1000; s.fix && at < end {
			l.hear(at + 999)
			l.fix(s, at)
		}
	}
	p.trip.AmbientC = l.air.mean()
}

// hear takes the marks up to a time.
func (l *laying) hear(at int64) {
	for ; l.next < len(l.marks) && l.marks[l.next].at <= at; l.next++ {
		switch m := l.marks[l.next]; m.signal {
		case telemetry.LocationShared:
			l.hide(m.value)
		case telemetry.SpeedLimitSign:
			if l.sign = m.value; l.unshared {
				l.sign = 0
			}
		case telemetry.SystemState:
			// A stall ends no sign; the ignition between two trips does.
			if m.at < l.from && switchedOff(m) {
				l.sign = 0
			}
		case telemetry.HybridIndicator:
			l.indicator = indicated(m.value)
		case ambientMark:
			l.air.celsius, l.air.known = float64(m.value), true
		case bootMark:
			if l.rebooted && m.value != l.boot {
				l.sign, l.indicator = 0, ""
			}
			l.boot, l.rebooted = m.value, true
		}
	}
}

// hide forgets, where the location is not shared, whatever reaches over that: of a doubt,
// places alone, for what the vehicle tells of itself goes on.
func (l *laying) hide(shared int64) {
	l.unshared = shared == 0
	if l.hidden = shared != 1; !l.hidden {
		return
	}
	if l.left, l.newest = true, -1; shared == 0 {
		l.at, l.sign, l.odometer, l.told, l.indicator, l.air.known = 0, 0, math.NaN(), nothing, "", false
	} else {
		l.doubt = true
	}
}

// step adds the time from the newest speed to the last one of a second. A second with one
// speed was driven at that; else its mean counts, as far as it can be told.
func (l *laying) step(s *summary, first, last int64) {
	q := step{at: last, span: last - first, sign: l.sign, line: -1, limit: math.NaN(), cut: l.at == 0,
		begin: pace(s.v), end: pace(s.w), indicator: l.indicator, fix: l.newest}
	if l.at != 0 && first > l.at {
		lead, _ := detectors.Lead(l.at, float32(float64(l.v)/100), first, float32(float64(s.v)/100))
		q.metres, q.span, q.begin = lead, last-l.at, pace(l.v)
	}
	within, _ := detectors.Lead(first, float32(float64(s.v)/100), last, float32(float64(s.w)/100))
	within = max(0, within+float64(s.metres)/100)
	q.metres += within
	q.speed = math.Abs(float64(s.v)+float64(s.w)) / 200
	if in := last - first; in >= 500_000 {
		q.speed = within / seconds(in)
	}
	q.unseen = q.span > seenStep || s.broken
	l.driven += q.metres
	if q.span > readStep {
		l.bridge(s)
	}
	l.at, l.v, q.driven = last, s.w, l.driven
	if s.odometer >= 0 {
		l.odometer, l.driveOdo = float64(s.odometer)/10, l.driven
	}
	l.told.give(&q)
	l.air.over(q.span)
	l.p.steps = append(l.p.steps, q)
}

// pace is how fast a speed, cm/s, is, m/s.
func pace(v int32) float64 { return math.Abs(float64(v)) / 100 }

// bridge adds the way of a time without speeds, as the odometer tells it.
func (l *laying) bridge(s *summary) {
	if s.odometer < 0 || math.IsNaN(l.odometer) {
		return
	}
	if way := l.driveOdo + float64(s.odometer)/10 - l.odometer - l.driven; way > 0 && way < fastest*float64(s.second-l.at/1_000_000) {
		l.driven += way
	}
}

// fastest is no car's mean speed, m/s.
const fastest = 70

// fix adds a second's fix to the track.
func (l *laying) fix(s *summary, at int64) {
	t := &l.p.track
	if n := t.Len(); l.hidden || n > 0 && at <= t.At[n-1] {
		return
	}
	nan := float32(math.NaN())
	f := match.Fix{At: at, Lat: float64(s.lat) / 1e6, Lon: float64(s.lon) / 1e6, Accuracy: nan, Heading: nan, Speed: nan, Driven: math.NaN(), Break: l.left}
	if s.heading != 0 {
		f.Heading = float32(s.heading % 360)
	}
	if s.accuracy != 0 {
		f.Accuracy = float32(s.accuracy) / 2
	}
	if since := at - l.at; l.at != 0 && since < 3_000_000 {
		v := math.Abs(float64(l.v)) / 100
		f.Speed, f.Driven = float32(v), max(0, l.driven+float64(v*seconds(since)))
	}
	if l.left {
		l.run++
	}
	if l.left && l.doubt {
		l.p.doubts = append(l.p.doubts, t.Len())
	}
	l.left, l.doubt = false, false
	l.newest = t.Len()
	t.Add(f)
	if s.altitude != 0 && f.Driven == f.Driven {
		l.p.levels = append(l.p.levels, level{l.run, at, f.Driven, float64(s.altitude), float64(f.Accuracy)})
	}
}
