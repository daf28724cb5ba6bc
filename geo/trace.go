package geo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/twpayne/go-polyline"
)

// Trace is the line of a trip's fixes, thinned as it grows: a point is kept every
// 10 s or 50 m, and where the direction turns.
type Trace struct {
	points  []packed
	kept    int64 // time of the newest kept point, µs
	bearing float64
	newest  packed // newest fix seen, kept or not
	at      int64  // its time
	breaks  []int  // indexes of points that begin a run
	left    bool   // the next point begins a run, however near
	sparse  int64  // doubles the spacing each time the trace has grown long
}

// Run is a stretch of consecutive points, From..To inclusive, between gaps.
type Run struct{ From, To int }

// packed is a position in 1e-7 degrees.
type packed struct{ lat, lon int32 }

const (
	keepEvery = 10_000_000 // µs
	keepM     = 50.0
	turnDeg   = 10.0
	leastM    = 8.0    // closer points are noise
	longest   = 10_000 // points before the spacing grows: a day's driving
)

// Where fixes are longer apart than TraceGap (µs) and at least TraceGapM (m), nothing is
// known of the line between them.
const (
	TraceGap  = 10_000_000
	TraceGapM = 100.0
)

// Reset empties the trace and keeps its buffer.
func (t *Trace) Reset() { *t = Trace{points: t.points[:0], breaks: t.breaks[:0]} }

// Add offers a fix at a time in µs; latitude and longitude in degrees.
func (t *Trace) Add(at int64, lat, lon float64) {
	p := packed{int32(math.Round(lat * 1e7)), int32(math.Round(lon * 1e7))}
	before, left := t.at, t.left
	t.left = false
	t.newest, t.at = p, at
	if len(t.points) == 0 {
		t.keep(p, at, math.NaN())
		return
	}
	last := t.points[len(t.points)-1].point()
	d := Distance(last, p.point())
	if d < leastM && !left {
		return
	}
	if left || at-before > TraceGap && d >= TraceGapM {
		t.breaks = append(t.breaks, len(t.points))
		t.keep(p, at, math.NaN())
		return
	}
	bearing := geo.Bearing(last, p.point())
	turned := math.Abs(math.Remainder(bearing-t.bearing, 360)) >= turnDeg
	if d >= keepM*float64(1+t.sparse) || at-t.kept >= keepEvery*(1+t.sparse) || turned && t.sparse == 0 || math.IsNaN(t.bearing) {
		t.keep(p, at, bearing)
	}
}

// Len is the number of points kept, without the newest fix.
func (t *Trace) Len() int { return len(t.points) }

// Newest is the time of the newest fix, µs; 0 where there is none.
func (t *Trace) Newest() int64 { return t.at }

// Leave ends a run: nothing is to be told of the line to the next fix.
func (t *Trace) Leave() { t.left = len(t.points) > 0 }

func (t *Trace) keep(p packed, at int64, bearing float64) {
	if len(t.points) == longest<<min(t.sparse, 3) {
		t.sparse = 2*t.sparse + 1
	}
	t.points = append(t.points, p)
	t.kept, t.bearing = at, bearing
}

// Polyline encodes the trace, ending at the newest fix, in Google's format with 5
// decimals, and gives its runs. Empty where there are fewer than two points.
func (t *Trace) Polyline() (line string, runs []Run) {
	coords := make([][]float64, 0, len(t.points)+1)
	add := func(p packed) { coords = append(coords, []float64{float64(p.lat) / 1e7, float64(p.lon) / 1e7}) }
	for _, p := range t.points {
		add(p)
	}
	if n := len(t.points); n > 0 && t.points[n-1] != t.newest {
		add(t.newest)
	}
	if len(coords) < 2 {
		return "", nil
	}
	from := 0
	for _, b := range t.breaks {
		runs = append(runs, Run{from, b - 1})
		from = b
	}
	return string(polyline.EncodeCoords(coords)), append(runs, Run{from, len(coords) - 1})
}

func (p packed) point() orb.Point { return orb.Point{float64(p.lon) / 1e7, float64(p.lat) / 1e7} }

// Ends gives the first and the newest fix; false where there are none.
func (t *Trace) Ends() (from, to orb.Point, ok bool) {
	if len(t.points) == 0 {
		return from, to, false
	}
	return t.points[0].point(), t.newest.point(), true
}
