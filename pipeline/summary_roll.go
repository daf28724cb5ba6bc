package pipeline

import (
	"math"

	"milepost/detectors"
	"milepost/telemetry"
)

// summing gathers the summary of the second under way.
type summing struct {
	s    summary
	open bool

	firstAt, lastAt int64 // µs, of its speeds
	firstV, lastV   float32
	high            float32
	before          int64 // newest speed before this second, 0 for none
	beforeV         float32

	// Of its newest fix, believed or not.
	fixAt    int64 // µs, 0 for none
	heading  uint16
	accuracy uint8
	altitude uint16

	// What the trip had counted when the second began.
	driven       float64
	moving       int64
	breaks       int
	drawn, regen float64
	powerSecond  int64

	last [markedSignals]int64 // value of each marked signal, so that only changes are kept
	has  [markedSignals]bool
}

// begin starts the summaries of a trip that has counted nothing yet.
func (r *record) begin(g *summing, from int64) {
	r.reset()
	r.from, r.to = from, from
	*g = summing{}
}

// note keeps a change that decides about trips or places.
func (r *record) note(g *summing, m mark) {
	i, ok := marked(m.signal)
	if !ok || g.has[i] && g.last[i] == m.value {
		return
	}
	g.has[i], g.last[i] = true, m.value
	r.tail = r.coder.mark(r.tail, m)
}

// take looks at a chunk before the trip gathers it.
func (r *record) take(g *summing, c *detectors.Chunk, t *trip) {
	if !g.open || c.Second != g.s.second {
		r.roll(g, t)
		g.s, g.open, g.high = summary{second: c.Second, odometer: -1, fuel: -1}, true, 0
	}
	for t := range g.s.counts {
		g.s.counts[t] += uint16(c.Hi[t] - c.Lo[t])
	}
	g.speeds(c)
	g.fix(c)
	if lo, hi := c.Lo[telemetry.TrackEnergy], c.Hi[telemetry.TrackEnergy]; lo != hi {
		g.energy(c, lo, hi)
		r.ambient(g, c, lo, hi)
	}
}

func (g *summing) speeds(c *detectors.Chunk) {
	f := &c.Frame.Speed
	if len(f.Speed) == 0 {
		return
	}
	for i := c.Lo[telemetry.TrackSpeed]; i < c.Hi[telemetry.TrackSpeed]; i++ {
		v := f.Speed[i]
		if v != v {
			continue
		}
		at := c.Frame.Start + int64(f.At[i])
		if !g.s.speeds {
			g.s.speeds, g.firstAt, g.firstV = true, at, v
		}
		g.lastAt, g.lastV = at, v
		g.high = max(g.high, v, -v)
	}
}

// fix notes the newest fix, for what the trip keeps of a fix is its place.
func (g *summing) fix(c *detectors.Chunk) {
	f, i := &c.Frame.Position, c.Hi[telemetry.TrackPosition]-1
	if i < c.Lo[telemetry.TrackPosition] {
		return
	}
	g.fixAt, g.heading, g.accuracy, g.altitude = c.Frame.Start+int64(f.At[i]), 0, 0, 0
	if h := float64(telemetry.At(f.Heading, i)); telemetry.Known(h) {
		g.heading = uint16(math.Mod(math.Mod(math.Round(h), 360)+360+359, 360)) + 1
	}
	if a := float64(telemetry.At(f.Accuracy, i)); telemetry.Known(a) {
		g.accuracy = uint8(max(1, min(math.Round(2*a), 255)))
	}
	if h := float64(telemetry.At(f.Altitude, i)); telemetry.Known(h) {
		g.altitude = uint16(max(1, min(math.Round(h)+altitudeZero, highest+altitudeZero)))
	}
}

func (g *summing) energy(c *detectors.Chunk, lo, hi int) {
	f, s := &c.Frame.Energy, &g.s
	for i := lo; i < hi; i++ {
		s.known, s.energyAt = true, millis(c.Frame.Start+int64(f.At[i]))
		if v := telemetry.At(f.Odometer, i); v == v {
			s.odometer = int64(math.Round(max(v, 0) * 10))
		}
		if v := telemetry.At(f.FuelConsumed, i); v == v {
			s.fuel = int64(math.Round(float64(max(v, 0)) * 1e4))
		}
		if v := telemetry.At(f.EngineRunning, i); v == v {
			s.engine = engineOff
			if v != 0 {
				s.engine = engineOn
			}
		}
	}
}

// ambient notes the air's temperature where it has changed by a degree.
func (r *record) ambient(g *summing, c *detectors.Chunk, lo, hi int) {
	f := &c.Frame.Energy
	if len(f.Ambient) == 0 {
		return
	}
	for i := lo; i < hi; i++ {
		t := float64(f.Ambient[i])
		if k, _ := marked(ambientMark); t == t && (!g.has[k] || math.Abs(t-float64(g.last[k])) >= 1) {
			r.note(g, mark{at: c.Frame.Start + int64(f.At[i]), signal: ambientMark, value: int64(math.Round(t))})
		}
	}
}

// millis is the whole milliseconds of a time into its second.
func millis(at int64) int32 { return int32((at - floorSecond(at)*1_000_000) / 1000) }

// roll ends the second under way with what the trip has made of it.
func (r *record) roll(g *summing, t *trip) {
	if !g.open {
		return
	}
	g.open = false
	s := &g.s
	driven, moving := t.distance.Driven(), t.distance.Driving()
	if s.speeds {
		g.way(driven-g.driven, moving-g.moving, float32(t.distance.MaxSpeed()))
	}
	s.broken = t.grid.Breaks != g.breaks
	if at := t.next.At; at != 0 && floorSecond(at) == s.second {
		s.fix, s.fixAt = true, millis(at)
		s.lat, s.lon = int32(math.Round(t.next.Lat*1e6)), int32(math.Round(t.next.Lon*1e6))
	}
	if s.fix && g.fixAt == t.next.At {
		s.heading, s.accuracy, s.altitude = g.heading, g.accuracy, g.altitude
	}
	if s.known {
		g.joules(t)
	}
	g.driven, g.moving, g.breaks = driven, moving, t.grid.Breaks
	r.tail = r.coder.second(r.tail, s)
	r.seconds++
}

// way writes the second's speeds, and what the trip counted within it beyond the
// straight lines to and between them.
func (g *summing) way(metres float64, moving int64, highest float32) {
	s := &g.s
	s.first, s.last = millis(g.firstAt), millis(g.lastAt)
	s.v, s.w = cm(float64(g.firstV)), cm(float64(g.lastV))
	if g.before != 0 {
		m, d := detectors.Lead(g.before, g.beforeV, g.firstAt, g.firstV)
		metres, moving = metres-m, moving-d
	}
	m, d := detectors.Lead(g.firstAt, g.firstV, g.lastAt, g.lastV)
	s.metres, s.driving = cm(metres-m), int32((moving-d)/1000)
	s.high = max(0, cm(float64(min(g.high, highest)))-max(s.v, -s.v, s.w, -s.w))
	g.before, g.beforeV = g.lastAt, g.lastV
}

// joules writes the mean power since the energy sample before.
func (g *summing) joules(t *trip) {
	drawn, regen, known := t.energy.Joules()
	s, span := &g.s, 1.0
	if step := g.s.second - g.powerSecond; step <= energySteady {
		span = float64(max(step, 1))
	}
	s.power = known
	s.drawn, s.regen = decajoules((drawn-g.drawn)/span), decajoules((regen-g.regen)/span)
	g.drawn, g.regen, g.powerSecond = drawn, regen, s.second
}

// energySteady is how long, s, power is taken to be steady between two samples.
const energySteady = 10

func decajoules(j float64) uint32 { return uint32(math.RoundToEven(max(j, 0) / 10)) }

// cm is whole centimetres (or cm/s); what no car drives is cut off.
func cm(m float64) int32 { return int32(math.RoundToEven(max(-1e6, min(m, 1e6)) * 100)) }
