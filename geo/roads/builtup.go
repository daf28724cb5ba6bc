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
			n[cellOf(g.points[i])] += lengthOf(g.points[i-1 : i+1])
		}
	}
	return n
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
