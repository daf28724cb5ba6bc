package places

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/quadtree"

	"milepost/geo"
)

// List is a set of places with an index. It is read-only and safe for concurrent use.
type List struct {
	places  []Place // in the order of their ids
	tree    *quadtree.Quadtree
	version string
}

// numbered is a place in the tree.
type numbered struct {
	at orb.Point
	n  int
}

// Point is where it lies.
func (p numbered) Point() orb.Point { return p.at }

// newList sorts the places and indexes them. Those that lie nowhere, or are of no kind,
// are left out; of two with one id the first is kept.
func newList(all []Place) *List {
	all = slices.DeleteFunc(all, func(p Place) bool {
		return p.Kinds&All == 0 || !(math.Abs(p.At[0]) <= 180 && math.Abs(p.At[1]) <= 90)
	})
	for i := range all {
		all[i].At = orb.Point{seven(all[i].At[0]), seven(all[i].At[1])}
	}
	slices.SortStableFunc(all, func(a, b Place) int { return cmp.Compare(a.ID, b.ID) })
	all = slices.CompactFunc(all, func(a, b Place) bool { return a.ID == b.ID })
	l := &List{places: all, tree: quadtree.New(orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}})}
	for i := range all {
		_ = l.tree.Add(numbered{all[i].At, i}) // it refuses only what is off the earth
	}
	l.version = l.hash()
	return l
}

// seven rounds degrees to 1e-7, about 1 cm.
func seven(degrees float64) float64 { return math.Round(degrees*1e7) / 1e7 }

// Len is the number of places.
func (l *List) Len() int { return len(l.places) }

// Place is one of them, from 0 on in the order of ids. It is not to be written.
func (l *List) Place(i int) *Place { return &l.places[i] }

// Version names the list by its content.
func (l *List) Version() string { return l.version }

// Count is the number of places of any of the kinds.
func (l *List) Count(k Kinds) (n int) {
	for i := range l.places {
		if l.places[i].Kinds&k != 0 {
			n++
		}
	}
	return n
}

// Within gives the numbers of the places of any of the kinds that lie within so many m
// of a point by straight line, the nearest first.
func (l *List) Within(k Kinds, p orb.Point, metres float64) []int {
	var found []int
	for _, box := range boxes(p, metres) {
		for _, at := range l.tree.InBoundMatching(nil, box, func(at orb.Pointer) bool {
			n := at.(numbered)
			return l.places[n.n].Kinds&k != 0 && geo.Distance(p, n.at) <= metres
		}) {
			found = append(found, at.(numbered).n)
		}
	}
	slices.SortFunc(found, func(a, b int) int {
		return cmp.Or(cmp.Compare(geo.Distance(p, l.places[a].At), geo.Distance(p, l.places[b].At)), cmp.Compare(a, b))
	})
	return slices.Compact(found)
}

// boxes hold all places within so many m: two where the date line runs between.
func boxes(p orb.Point, metres float64) []orb.Bound {
	const metresPerDegree = 111_000 // a little less than it is
	lat := metres / metresPerDegree
	lon := 360.0
	if c := math.Cos(min(math.Abs(p[1])+lat, 90) * math.Pi / 180); c > 1e-3 {
		lon = min(lat/c, 360)
	}
	b := orb.Bound{Min: orb.Point{p[0] - lon, p[1] - lat}, Max: orb.Point{p[0] + lon, p[1] + lat}}
	all := []orb.Bound{b}
	if b.Min[0] < -180 {
		all = append(all, orb.Bound{Min: orb.Point{b.Min[0] + 360, b.Min[1]}, Max: orb.Point{180, b.Max[1]}})
	}
	if b.Max[0] > 180 {
		all = append(all, orb.Bound{Min: orb.Point{-180, b.Min[1]}, Max: orb.Point{b.Max[0] - 360, b.Max[1]}})
	}
	return all
}
