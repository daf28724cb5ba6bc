package places

import (
	"context"
	"errors"
	"fmt"
	"io"

	"milepost/geo/blocks"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
)

// area is a place that is drawn by ways.
type area struct {
	id   string
	tags map[string]string
	ways []osm.WayID // the outer ones
}

// areas are those of a file, and what of its ways and nodes they need.
type areas struct {
	all   []area
	lines map[osm.WayID][]osm.NodeID
	at    map[osm.NodeID]orb.Point
}

// ReadPBF adds the places of an .osm.pbf file: nodes, and the centroids of ways and
// multipolygons. open is called once for each of the three readings, of relations, ways
// and nodes, so that only what belongs to places is kept of the file. Areas of which the
// file lacks all nodes are left out. Errors are those of the reader and of a broken file.
func (b *Builder) ReadPBF(ctx context.Context, open func() (io.ReadCloser, error)) error {
	a := areas{lines: map[osm.WayID][]osm.NodeID{}, at: map[osm.NodeID]orb.Point{}}
	from := blocks.CheckedOpener(open) // the first time
	passes := []struct {
		what string
		set  func(*osmpbf.Scanner)
		take func(osm.Object)
	}{
		{"relations", func(s *osmpbf.Scanner) { s.SkipNodes, s.SkipWays = true, true }, a.relation},
		{"ways", func(s *osmpbf.Scanner) { s.SkipNodes, s.SkipRelations = true, true }, a.way},
		{"nodes", func(s *osmpbf.Scanner) { s.SkipWays, s.SkipRelations = true, true }, func(o osm.Object) { b.node(&a, o) }},
	}
	for _, p := range passes {
		if err := scan(ctx, from, p.set, p.take); err != nil {
			return fmt.Errorf("read OpenStreetMap's %s: %w", p.what, err)
		}
		from = open
	}
	for i := range a.all {
		if at, ok := a.centre(&a.all[i]); ok {
			b.add(a.all[i].id, at, a.all[i].tags)
		}
	}
	return nil
}

var errNothing = errors.New("it holds nothing: is it an .osm.pbf?")

// scan reads the file once.
func scan(ctx context.Context, open func() (io.ReadCloser, error), set func(*osmpbf.Scanner), take func(osm.Object)) (err error) {
	f, err := open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	const decoders = 2
	s := osmpbf.New(ctx, f, decoders)
	defer func() { err = errors.Join(err, s.Close()) }()
	set(s)
	header, err := s.Header()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if header == nil {
		return errNothing
	}
	for s.Scan() {
		take(s.Object())
	}
	return errors.Join(s.Err(), ctx.Err())
}

func (a *areas) relation(o osm.Object) {
	r, ok := o.(*osm.Relation)
	if !ok || r.Tags.Find("type") != "multipolygon" || !isPlace(r.Tags) {
		return
	}
	found := area{id: osmID("relation", int64(r.ID)), tags: r.Tags.Map()}
	for _, m := range r.Members {
		if m.Type == osm.TypeWay && (m.Role == "outer" || m.Role == "") {
			found.ways = append(found.ways, osm.WayID(m.Ref))
			a.lines[osm.WayID(m.Ref)] = nil
		}
	}
	a.all = append(a.all, found)
}

func (a *areas) way(o osm.Object) {
	w, ok := o.(*osm.Way)
	if !ok {
		return
	}
	_, wanted := a.lines[w.ID]
	if isPlace(w.Tags) {
		a.all = append(a.all, area{osmID("way", int64(w.ID)), w.Tags.Map(), []osm.WayID{w.ID}})
		wanted = true
	}
	if wanted {
		nodes := w.Nodes.NodeIDs()
		a.lines[w.ID] = nodes
		for _, n := range nodes {
			a.at[n] = orb.Point{}
		}
	}
}

func (b *Builder) node(a *areas, o osm.Object) {
	n, ok := o.(*osm.Node)
	if !ok {
		return
	}
	if _, wanted := a.at[n.ID]; wanted {
		a.at[n.ID] = n.Point()
	}
	if isPlace(n.Tags) {
		b.add(osmID("node", int64(n.ID)), n.Point(), n.Tags.Map())
	}
}

// isPlace tells without making a map of the tags of every node.
func isPlace(tags osm.Tags) bool {
	for _, t := range tags {
		if t.Key == "amenity" || t.Key == "highway" {
			if kindsOf(map[string]string{t.Key: t.Value}) != 0 {
				return true
			}
		}
	}
	return false
}

// centre is that of the area's outer ways, of which a part may lack its nodes.
func (a *areas) centre(of *area) (orb.Point, bool) {
	var points []orb.Point
	for _, w := range of.ways {
		line := make([]orb.Point, 0, len(a.lines[w]))
		for _, n := range a.lines[w] {
			if at := a.at[n]; at != (orb.Point{}) {
				line = append(line, at)
			}
		}
		if len(of.ways) == 1 {
			return centre(line)
		}
		points = append(points, line...)
	}
	if len(points) == 0 {
		return orb.Point{}, false
	}
	b := orb.MultiPoint(points).Bound()
	return orb.Point{(b.Min[0] + b.Max[0]) / 2, (b.Min[1] + b.Max[1]) / 2}, true
}
