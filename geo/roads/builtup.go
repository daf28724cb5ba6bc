package roads

// Whether a road lies among houses decides its default limit, and few tags say it. But
// where people live there are residential streets: a place is built up where enough of
// their length lies around it.
const (
	cellShift     = 14  // cells of 2^14 units: 182 m from south to north
	builtUpMetres = 400 // m of residential streets, in a cell and the eight around it
)

type cell struct{ lat, lon int32 }

func cellOf(p point) cell { return cell{p.lat >> cellShift, p.lon >> cellShift} }

// neighbourhood is how many m of residential streets lie in each cell.
type neighbourhood map[cell]float64

// houses measures the residential streets.
func (g *graph) houses() neighbourhood {
	n := neighbourhood{}
	for _, w := range g.ways {
		if w.class != Residential && w.class != LivingStreet {
			continue
		}
		for i := w.begin + 1; i < w.end; i++ {
			n.add(g.points[i-1], g.points[i])
		}
	}
	return n
}

// add spreads the length of a segment over the cells that it crosses.
func (n neighbourhood) add(from, to point) {
	const step, most = 80, 1000 // m; pieces, for a street across a continent is none
	length := lengthOf([]point{from, to})
	pieces := min(int64(length/step)+1, most)
	for i := range pieces {
		at := point{along(from.lat, to.lat, 2*i+1, 2*pieces), along(from.lon, to.lon, 2*i+1, 2*pieces)}
		n[cellOf(at)] += length / float64(pieces)
	}
}

// along is the coordinate a share of the way between two.
func along(from, to int32, share, of int64) int32 {
	return int32(int64(from) + (int64(to)-int64(from))*share/of)
}

// houses reports whether the place is built up.
func (n neighbourhood) houses(p point) bool {
	at, metres := cellOf(p), 0.0
	for lat := at.lat - 1; lat <= at.lat+1; lat++ {
		for lon := at.lon - 1; lon <= at.lon+1; lon++ {
			metres += n[cell{lat, lon}]
		}
	}
	return metres >= builtUpMetres
}
