package sketch

import (
	"math"

	"github.com/paulmach/orb"
)

// Sizes of the picture, in its own units: pixels at its natural size.
const (
	width   = 1000.0
	border  = 24.0 // around everything
	heading = 74.0 // above the map
	leastM  = 700  // m that the map shows at least
)

// frame is where the map lies and how places come onto it: a plane that touches the
// middle, good to a part in a thousand within a hundred kilometres.
type frame struct {
	lon, lat   float64 // of the middle
	scale      float64 // pixels a metre
	wide, high float64 // pixels
}

// newFrame makes the map as high as what it shows, within bounds.
func newFrame(parts []part) frame {
	b := bound(parts)
	wide, high := metres(b)
	wide, high = max(wide*1.16, leastM), max(high*1.16, leastM/2)
	f := frame{lon: (b.Min[0] + b.Max[0]) / 2, lat: (b.Min[1] + b.Max[1]) / 2, wide: width - 2*border}
	f.high = math.Round(min(max(f.wide*high/wide, 430), 900))
	f.scale = min(f.wide/wide, f.high/high)
	return f
}

const metresPerDegree = 6_371_008.8 * math.Pi / 180 // mean radius, IUGG

// at gives a place on the picture.
func (f *frame) at(p orb.Point) point {
	east := math.Remainder(p[0]-f.lon, 360) * metresPerDegree * math.Cos(f.lat*math.Pi/180)
	north := (p[1] - f.lat) * metresPerDegree
	return point{border + f.wide/2 + east*f.scale, heading + f.high/2 - north*f.scale}
}

// point is on the picture: right and down, in pixels.
type point struct{ x, y float64 }

func (p point) to(q point) float64 { return math.Hypot(q.x-p.x, q.y-p.y) }

// placed brings a line onto the picture; points that cannot be told apart become one.
func (f *frame) placed(line orb.LineString, least float64) []point {
	var out []point
	for i, p := range line {
		at := f.at(p)
		if n := len(out); n > 0 && i < len(line)-1 && out[n-1].to(at) < least {
			continue
		}
		out = append(out, at)
	}
	return out
}

// holds reports whether a part of a line may lie on the map.
func (f *frame) holds(line []point) bool {
	west, north, east, south := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range line {
		west, east, north, south = min(west, p.x), max(east, p.x), min(north, p.y), max(south, p.y)
	}
	return east >= border && west <= border+f.wide && south >= heading && north <= heading+f.high
}
