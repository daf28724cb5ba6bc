package detectors

import (
	"math"

	"milepost/telemetry"
)

// Grid gives speed at whole seconds of event time, interpolated between samples.
// What is computed on it is the same estimator at every rate, so that figures
// from 1, 5 and 10 Hz can be compared.
type Grid struct {
	at     int64 // of the newest reading laid
	v      float64
	ok     bool
	nextAt int64 // of the reading after it, not yet laid
	nextV  float64
	waits  bool
	broken bool // the step to that reading is a gap
	fresh  bool // the next point begins a run
	frozen frozen
	known  bool
	Breaks int        // steps that no car drove: held values, leaps
	second int64      // newest whole second known
	recent [4]float64 // v at second, second-1, ... at index s%4; NaN where unknown
}

// gridGap is the longest step that is interpolated over.
const gridGap = 3 * second

// Point is the speed at a whole second.
type Point struct {
	Second int64   // Unix time, s
	V      float64 // m/s
	Fresh  bool    // nothing is known of the way from the second before to this one
}

// Apply appends the whole seconds that the chunk's speed samples complete.
func (g *Grid) Apply(c *Chunk, out []Point) []Point {
	s := &c.Frame.Speed
	if len(s.Speed) == 0 {
		return out
	}
	for i := c.Lo[telemetry.TrackSpeed]; i < c.Hi[telemetry.TrackSpeed]; i++ {
		if v := s.Speed[i]; telemetry.Known(v) {
			out = g.push(c.Frame.Start+int64(s.At[i]), float64(v), out)
		}
	}
	return out
}

// push takes a reading and lays the one before it on the grid: only now is it known
// whether the step to that one was a gap.
func (g *Grid) push(at int64, v float64, out []Point) []Point {
	verdict := g.frozen.next(at, float32(v))
	if g.waits {
		out = g.lay(g.nextAt, g.nextV, g.broken || verdict == brokenBefore, out)
	}
	g.nextAt, g.nextV, g.waits, g.broken = at, v, true, verdict == brokenHere
	return out
}

// lay puts the way from the reading before to this one on the grid.
func (g *Grid) lay(at int64, v float64, broken bool, out []Point) []Point {
	if broken {
		g.Breaks++
	}
	if broken || !g.ok || at-g.at > gridGap {
		g.fresh = true
		if at%second == 0 {
			out = g.know(Point{Second: at / second, V: v}, out)
		}
	} else {
		for s := floorSecond(g.at) + 1; s*second <= at; s++ {
			w := float64(s*second-g.at) / float64(at-g.at)
			out = g.know(Point{Second: s, V: g.v + float64(w*(v-g.v))}, out)
		}
	}
	g.at, g.v, g.ok = at, v, true
	return out
}

func (g *Grid) know(p Point, out []Point) []Point {
	p.Fresh = g.fresh || !g.ok
	if p.Fresh {
		g.recent = [4]float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	}
	g.known, g.fresh = true, false
	g.second, g.recent[p.Second%4] = p.Second, p.V
	return append(out, p)
}

// at second s, NaN where it is unknown or too long ago.
func (g *Grid) speed(s int64) float64 {
	if !g.known || s > g.second || s <= g.second-4 {
		return math.NaN()
	}
	return g.recent[s%4]
}

// change of speed over the whole second that begins at s, NaN where unknown.
func (g *Grid) change(s int64) float64 { return g.speed(s+1) - g.speed(s) }
