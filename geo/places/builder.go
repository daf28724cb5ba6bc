package places

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Builder gathers places. The zero value is ready.
type Builder struct {
	all []Place
}

// Add takes a place that was made elsewhere.
func (b *Builder) Add(p Place) { b.all = append(b.all, p) }

// Build makes the list, and empties the builder.
func (b *Builder) Build() *List {
	all := b.all
	b.all = nil
	return newList(all)
}

// add takes a place with its tags. What is of no kind is none.
func (b *Builder) add(id string, at orb.Point, tags map[string]string) {
	p := Place{ID: id, At: at, Kinds: kindsOf(tags)}
	if p.Kinds == 0 {
		return
	}
	p.describe(tags)
	b.all = append(b.all, p)
}

// centre is the centroid of an area, or of an open line; false where there are no points.
func centre(points []orb.Point) (orb.Point, bool) {
	if len(points) == 0 {
		return orb.Point{}, false
	}
	if n := len(points); n > 3 && points[0] == points[n-1] {
		if c, area := planar.CentroidArea(orb.Ring(points)); area != 0 {
			return c, true
		}
	}
	if c, length := planar.CentroidArea(orb.LineString(points)); length == 0 && len(points) > 1 && c != (orb.Point{}) {
		return c, true
	}
	return points[0], true
}

func osmID(kind string, id int64) string { return fmt.Sprintf("%s/%d", kind, id) }
