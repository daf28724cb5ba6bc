package roads

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"milepost/geo/blocks"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
)

// PBFReadings is how often ReadPBF reads its file.
const PBFReadings = 3

// ReadPBF adds the roads of an extract of OpenStreetMap (.osm.pbf), with the rules of
// turning and the countries whose whole border is in it. open is called for each of
// PBFReadings: of relations, ways and nodes.
func (b *Builder) ReadPBF(ctx context.Context, open func() (io.ReadCloser, error)) error {
	x := extract{Builder: b, borders: map[osm.WayID][]*border{}, tags: map[string]map[string]string{}, known: b.wayIDs()}
	from := blocks.CheckedOpener(open) // the first time
	for _, pass := range []struct {
		what  string
		scan  func(*osmpbf.Scanner)
		takes func(osm.Object)
	}{
		{"relations", func(s *osmpbf.Scanner) { s.SkipNodes, s.SkipWays = true, true }, x.relation},
		{"ways", func(s *osmpbf.Scanner) { s.SkipNodes, s.SkipRelations = true, true }, x.way},
		{"nodes", x.wanted, x.node},
	} {
		if err := x.scan(ctx, from, pass.scan, pass.takes); err != nil {
			return fmt.Errorf("read the %s of the extract: %w", pass.what, err)
		}
		from = open
	}
	x.AddCredit(creditOSM)
	x.place()
	return ctx.Err()
}

var errNothing = errors.New("it holds nothing: is it an .osm.pbf?")

// wayIDs are the ways that were added so far, sorted.
func (b *Builder) wayIDs() (ids []int64) {
	for _, w := range b.ways {
		ids = append(ids, w.id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// scan reads a file once.
func (x *extract) scan(ctx context.Context, open func() (io.ReadCloser, error), prepare func(*osmpbf.Scanner), take func(osm.Object)) (err error) {
	f, err := open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s := osmpbf.New(ctx, f, runtime.GOMAXPROCS(0))
	defer func() { err = errors.Join(err, s.Close()) }()
	prepare(s)
	header, err := s.Header()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if header == nil {
		return errNothing
	}
	if at := header.ReplicationTimestamp; !at.IsZero() {
		x.dataTime = max(x.dataTime, at.UTC().Format(time.RFC3339))
	}
	for s.Scan() {
		take(s.Object())
	}
	return s.Err()
}

// extract is one while it is read.
type extract struct {
	*Builder
	ways    []osmWay
	known   []int64                 // ways that another extract had
	borders map[osm.WayID][]*border // by the ways that they are made of
	all     []*border
	tags    map[string]map[string]string // shared by ways, by what stands in them
	ids     []NodeID                     // of the points of roads and borders, sorted
	points  []point
	found   []nodeState
}

// osmWay is a road, or part of a border, whose points are not known yet.
type osmWay struct {
	id    int64
	nodes []NodeID
	tags  map[string]string
	road  *road
}

type nodeState uint8

const (
	nodeMissing nodeState = iota
	nodeFound
	nodeBarred // cars do not get past it
)

func (x *extract) way(o osm.Object) {
	w, ok := o.(*osm.Way)
	if !ok {
		return
	}
	borders := x.borders[w.ID]
	tags := kept(w.Tags)
	x.counts.read(tags)
	r, why := roadOf(tags)
	if _, twice := slices.BinarySearch(x.known, int64(w.ID)); twice {
		why = "in two extracts"
	}
	if why != "" {
		x.counts.leaveOut(why)
		if len(borders) == 0 {
			return
		}
	}
	way := osmWay{id: int64(w.ID), nodes: make([]NodeID, len(w.Nodes)), tags: x.shared(tags)}
	for i, n := range w.Nodes {
		way.nodes[i] = NodeID(n.ID)
	}
	if why == "" {
		way.road = &r
	}
	x.ways = append(x.ways, way)
}

// shared gives the one map that all ways with the same tags have, names apart: most ways
// of a country are tagged as many others are.
func (x *extract) shared(tags map[string]string) map[string]string {
	maps.DeleteFunc(tags, func(key, _ string) bool {
		first, _, _ := strings.Cut(key, ":")
		return first == "name" || first == "ref" || first == "source" && key != "source:maxspeed"
	})
	var all strings.Builder
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		all.WriteString(key + "\x00" + tags[key] + "\x00")
	}
	if one, ok := x.tags[all.String()]; ok {
		return one
	}
	x.tags[all.String()] = tags
	return tags
}

// wanted makes the scanner give only the nodes that lie on what was read.
func (x *extract) wanted(s *osmpbf.Scanner) {
	for _, w := range x.ways {
		x.ids = append(x.ids, w.nodes...)
	}
	slices.Sort(x.ids)
	x.ids = slices.Clip(slices.Compact(x.ids))
	x.points, x.found = make([]point, len(x.ids)), make([]nodeState, len(x.ids))
	s.SkipWays, s.SkipRelations = true, true
	s.FilterNode = func(n *osm.Node) bool {
		_, found := slices.BinarySearch(x.ids, NodeID(n.ID))
		return found
	}
}

func (x *extract) node(o osm.Object) {
	n, ok := o.(*osm.Node)
	if !ok {
		return
	}
	i, found := slices.BinarySearch(x.ids, NodeID(n.ID))
	if !found || !placed([]orb.Point{n.Point()}) {
		return
	}
	x.points[i], x.found[i] = pointOf(n.Point()), nodeFound
	if barred(n.Tags) {
		x.found[i] = nodeBarred
		x.counts.Barriers++
	}
}

// place gives the ways their points, and the builder its roads.
func (x *extract) place() {
	for _, w := range x.ways {
		for _, border := range x.borders[osm.WayID(w.id)] {
			border.add(x, w.nodes)
		}
	}
	for _, border := range x.all {
		if border.complete() {
			x.countriesAt = append(x.countriesAt, border)
		}
	}
	for i, w := range x.ways {
		if w.road != nil {
			x.addPlaced(w)
		}
		x.ways[i] = osmWay{} // of a country they are gigabytes
	}
}

// addPlaced adds a road, cut where a point is missing or cars do not get past.
func (x *extract) addPlaced(w osmWay) {
	var nodes []NodeID
	var points []point
	parts := 0
	end := func() {
		if len(points) > 1 && x.addRoad(w.id, nodes, points, *w.road, w.tags) {
			parts++
		}
		nodes, points = nil, nil
	}
	for _, id := range w.nodes {
		i, found := slices.BinarySearch(x.ids, id)
		if !found || x.found[i] == nodeMissing {
			x.counts.Missing++
			end()
			continue
		}
		if x.found[i] == nodeBarred { // an end of its own for each side
			nodes, points = append(nodes, x.deadEnd()), append(points, x.points[i])
			end()
			id = x.deadEnd()
		}
		nodes, points = append(nodes, id), append(points, x.points[i])
	}
	end()
	if parts == 0 {
		x.counts.leaveOut("no length")
		return
	}
	x.counts.road(w.tags)
}

// deadEnd is the id of a node that no other way has.
func (b *Builder) deadEnd() NodeID {
	b.deadEnds++
	return -(1 << 60) - b.deadEnds
}
