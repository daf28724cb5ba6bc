package telemetry

import "math"

// limits is a column's plausible range in inside units, and its row in the table.
type limits struct {
	row    int
	lo, hi float64
}

// floatLimits and doubleLimits follow the order of Frame.Floats and Doubles;
// bodyRow finds a body signal's row, -1 for none.
var (
	floatLimits  [trackCount][]limits
	doubleLimits [trackCount][]limits
	bodyRow      [bodySignalEnd]int
)

func init() {
	for i := range bodyRow {
		bodyRow[i] = -1
	}
	for row, s := range signals {
		l := limits{row: row, lo: s.Min / s.Scale, hi: s.Max / s.Scale}
		switch {
		case s.Track == TrackBody:
			bodyRow[s.Index] = row
		case s.Double:
			doubleLimits[s.Track] = append(doubleLimits[s.Track], l)
		default:
			floatLimits[s.Track] = append(floatLimits[s.Track], l)
		}
	}
}

// Clean makes the frame fit for use, in place: samples whose time does not
// increase are removed, values outside their range become NaN, positions at 0,0
// lose their place, unknown body signals go, and all of a frame whose clock is wild. Of
// changes whose value is out of range only a switch of sharing stays, as one that hides. What
// it drops it counts in d. It is idempotent and allocates nothing.
func (f *Frame) Clean(d *Drops) {
	if f.Start < earliest || f.Start > latest {
		f.dropAll(WildClock, d)
	}
	f.cleanLengths(d)
	for t := range trackCount {
		f.cleanTimes(t, d)
	}
	cleanColumns(f.Motion.floats(), TrackMotion, d)
	cleanColumns(f.Speed.floats(), TrackSpeed, d)
	cleanColumns(f.Position.floats(), TrackPosition, d)
	cleanColumns(f.Energy.floats(), TrackEnergy, d)
	cleanColumn(&f.Position.Latitude, d, doubleLimits[TrackPosition][0])
	cleanColumn(&f.Position.Longitude, d, doubleLimits[TrackPosition][1])
	cleanColumn(&f.Energy.Odometer, d, doubleLimits[TrackEnergy][0])
	cleanColumn(&f.Energy.ChargedEnergy, d, doubleLimits[TrackEnergy][1])
	f.cleanPlaces(d)
	f.cleanBody(d)
}

// The times between which a frame may start, Unix µs: 2000 to 2100. What is beyond
// comes from a clock that was never set.
const (
	earliest = 946_684_800_000_000
	latest   = 4_102_444_800_000_000
)

// dropAll removes every sample, for the frame's clock is not believed.
func (f *Frame) dropAll(r Reason, d *Drops) {
	for t := range trackCount {
		for range *f.Offsets(t) {
			d.Sample(t, r)
		}
		f.truncate(t, 0)
	}
}

// What a vehicle's clock may show when its record arrives, µs: it may run ahead a
// little, and a record may have been kept for as long as trips are amended.
const (
	ahead  = 5 * 60 * 1_000_000
	oldest = 7 * 24 * 3600 * 1_000_000
)

// Timely reports whether a vehicle's time can be believed of a record that arrived
// then: of this century, at most 5 min later, at most 7 days earlier. Both are Unix µs;
// an arrival of 0 is unknown.
func Timely(at, arrived int64) bool {
	return at >= earliest && at <= latest &&
		(arrived == 0 || at <= arrived+ahead && at >= arrived-oldest)
}

// RefuseUntimely removes every sample of a frame that ends at a time that Timely does
// not believe. One from the future would make all that follows look old; an old one is
// of a clock that was never set or has rolled over, or of a trip that nobody amends any
// more.
func (f *Frame) RefuseUntimely(d *Drops) {
	switch end := f.End(); {
	case f.Samples() == 0 || Timely(end, f.Arrived):
	case end > f.Arrived:
		f.dropAll(WildClock, d)
	default:
		f.dropAll(TooOld, d)
	}
}

func cleanColumns(columns []*[]float32, t Track, d *Drops) {
	for i, c := range columns {
		cleanColumn(c, d, floatLimits[t][i])
	}
}

func cleanColumn[T float32 | float64](c *[]T, d *Drops, l limits) {
	lo, hi := T(l.lo), T(l.hi)
	for i, v := range *c {
		if v < lo || v > hi { // false for NaN
			(*c)[i] = T(math.NaN())
			d.value(l.row, OutOfRange)
		}
	}
}

// cleanLengths drops the columns that are neither absent nor as long as their track:
// nobody knows to which samples their values belong.
func (f *Frame) cleanLengths(d *Drops) {
	cleanLength(f.Motion.floats(), len(f.Motion.At), TrackMotion, d)
	cleanLength(f.Speed.floats(), len(f.Speed.At), TrackSpeed, d)
	cleanLength(f.Position.floats(), len(f.Position.At), TrackPosition, d)
	cleanLength(f.Energy.floats(), len(f.Energy.At), TrackEnergy, d)
	dropLopsided(&f.Position.Latitude, len(f.Position.At), TrackPosition, d)
	dropLopsided(&f.Position.Longitude, len(f.Position.At), TrackPosition, d)
	dropLopsided(&f.Energy.Odometer, len(f.Energy.At), TrackEnergy, d)
	dropLopsided(&f.Energy.ChargedEnergy, len(f.Energy.At), TrackEnergy, d)
	if b := &f.Body; len(b.Signal) != len(b.At) || len(b.Value) != len(b.At) {
		d.Sample(TrackBody, Lopsided)
		f.truncate(TrackBody, 0)
	}
}

func cleanLength(columns []*[]float32, n int, t Track, d *Drops) {
	for _, c := range columns {
		dropLopsided(c, n, t, d)
	}
}

func dropLopsided[T float32 | float64](c *[]T, n int, t Track, d *Drops) {
	if len(*c) != n && len(*c) != 0 {
		d.Sample(t, Lopsided)
		*c = (*c)[:0]
	}
}

// densest is the shortest step, in µs, between samples of a track. No sensor of a car
// samples faster than 1 kHz, but a bus may deliver two readings close together.
const densest = 100

// follows reports whether a sample may come after one at last; body changes may
// come together.
func (t Track) follows(last, at int32) bool {
	if at < 0 || at > MaxSpan {
		return false
	}
	if t == TrackBody {
		return at >= last
	}
	return last < 0 || at-last >= densest
}

// cleanTimes removes the samples of a track whose offset is negative, beyond
// MaxSpan, or not well above the one before.
func (f *Frame) cleanTimes(t Track, d *Drops) {
	last, good := int32(-1), true
	for _, a := range *f.Offsets(t) {
		good = good && t.follows(last, a)
		last = a
	}
	if good {
		return
	}
	last = -1
	f.Filter(t, func(a int32) bool {
		if !t.follows(last, a) {
			d.Sample(t, NotIncreasing)
			return false
		}
		last = a
		return true
	})
}

// cleanPlaces drops half positions and 0,0, which receivers report without a fix.
func (f *Frame) cleanPlaces(d *Drops) {
	p := &f.Position
	if len(p.Latitude) != len(p.Longitude) {
		p.Latitude, p.Longitude = p.Latitude[:0], p.Longitude[:0]
	}
	for i, lat := range p.Latitude {
		lon := p.Longitude[i]
		if lat == 0 && lon == 0 {
			d.Sample(TrackPosition, NullIsland)
			lat = math.NaN()
		}
		if !Known(lat) || !Known(lon) {
			p.Latitude[i], p.Longitude[i] = math.NaN(), math.NaN()
		}
	}
}

// cleanBody removes changes of unknown signals and values out of range. But a switch of sharing
// that says nothing sensible hides, and goes on doing so for whoever reads the frame again.
func (f *Frame) cleanBody(d *Drops) {
	b, n := &f.Body, 0
	for i, s := range b.Signal {
		if s >= bodySignalEnd || bodyRow[s] < 0 {
			d.Sample(TrackBody, UnknownSignal)
			continue
		}
		if row := bodyRow[s]; !signals[row].Plausible(float64(b.Value[i])) {
			d.value(row, OutOfRange)
			if s != LocationShared {
				continue
			}
			b.Value[i] = 0
		}
		b.At[n], b.Signal[n], b.Value[n] = b.At[i], b.Signal[i], b.Value[i]
		n++
	}
	f.truncate(TrackBody, n)
}
