package roads

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"milepost/geo/maxspeed"
)

// Build makes the map of all that was added. The builder is spent.
func (b *Builder) Build() (*Map, error) {
	if b.counts.Ways == 0 {
		return nil, errors.New("build the map: it holds no way: no line (GeoJSON), or no way (.osm.pbf)")
	}
	if len(b.ways) == 0 {
		return nil, fmt.Errorf("build the map: none of %d ways is a road for cars%s", b.counts.Ways, b.counts.why())
	}
	g := &graph{Builder: b}
	g.split()
	g.number()
	m := &Map{names: b.names.list, limits: b.limitList}
	m.attrs, m.nodes = b.attrList, g.nodes
	if err := g.lay(m); err != nil {
		return nil, fmt.Errorf("build the map: %w", err)
	}
	g.stretches = m.stretches
	g.connect(m)
	m.banned = g.ban(b.restrictions)
	for _, t := range m.banned {
		m.stretches[t.from>>1].flags |= flagBans << (t.from & 1)
	}
	m.meta = meta{b.countries.list, maxspeed.National().Version(), b.dataTime, strings.Join(b.credits, ", "), b.counts}
	if err := m.seal(); err != nil {
		return nil, fmt.Errorf("build the map: %w", err)
	}
	return m, nil
}

// graph is the map while it is built.
type graph struct {
	*Builder
	pieces    []piece // in the order of stretches
	ids       []NodeID
	numbers   []uint32 // of nodes, by place in ids; noNode for points within stretches
	nodes     []point
	stretches []stretch
	first     []uint32 // of all edges, drivable or not, by the node where they begin
	leaving   []Edge
}

// noNode is the number of a point that is no node.
const noNode = math.MaxUint32

// piece is what becomes a stretch: points begin..end of a way, both in it.
type piece struct {
	way        int
	begin, end int
	from, to   uint32
	place      uint64 // on the Hilbert curve
}

// split cuts ways at points that ways share.
func (g *graph) split() {
	g.ids = slices.Clone(g.refs)
	slices.Sort(g.ids)
	uses := make([]uint8, 0, len(g.ids))
	n := 0
	for i, id := range g.ids {
		if i == 0 || id != g.ids[n-1] {
			g.ids[n] = id
			uses = append(uses, 0)
			n++
		}
		uses[n-1] = min(uses[n-1]+1, 2)
	}
	g.ids = g.ids[:n]
	for w, way := range g.ways {
		from := way.begin
		for i := way.begin + 1; i < way.end; i++ {
			if at, _ := slices.BinarySearch(g.ids, g.refs[i]); i == way.end-1 || uses[at] > 1 {
				g.pieces = append(g.pieces, piece{way: w, begin: from, end: i, place: hilbert(g.points[(from+i)/2])})
				from = i
			}
		}
	}
}

// number puts neighbours next to each other: stretches along a Hilbert curve, nodes in
// the order they appear on stretches.
func (g *graph) number() {
	slices.SortFunc(g.pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(g.ways[a.way].id, g.ways[b.way].id), cmp.Compare(a.begin, b.begin))
	})
	g.numbers = slices.Repeat([]uint32{noNode}, len(g.ids))
	for i := range g.pieces {
		p := &g.pieces[i]
		p.from, p.to = g.node(p.begin), g.node(p.end)
	}
}

// node numbers the point of a way as a node.
func (g *graph) node(i int) uint32 {
	at, _ := slices.BinarySearch(g.ids, g.refs[i])
	if g.numbers[at] == noNode {
		g.numbers[at] = uint32(len(g.nodes))
		g.nodes = append(g.nodes, g.points[i])
	}
	return g.numbers[at]
}

// nodeOf finds a node by its id.
func (g *graph) nodeOf(id NodeID) (uint32, bool) {
	at, found := slices.BinarySearch(g.ids, id)
	if !found || g.numbers[at] == noNode {
		return 0, false
	}
	return g.numbers[at], true
}

// connect makes the tables of edges by node.
func (g *graph) connect(m *Map) {
	begins := func(e Edge) uint32 { return uint32(m.From(e)) }
	g.first, g.leaving = byNode(len(g.nodes), m.Edges(), begins, func(Edge) bool { return true })
	m.first, m.leaving = byNode(len(g.nodes), m.Edges(), begins, m.Drivable)
}

// byNode lists the edges that are kept by the node where they begin.
func byNode(nodes, edges int, begins func(Edge) uint32, keep func(Edge) bool) (first []uint32, list []Edge) {
	first = make([]uint32, nodes+1)
	for e := range Edge(edges) {
		if keep(e) {
			first[begins(e)+1]++
		}
	}
	for n := range nodes {
		first[n+1] += first[n]
	}
	list = make([]Edge, first[nodes])
	next := slices.Clone(first)
	for e := range Edge(edges) {
		if keep(e) {
			list[next[begins(e)]] = e
			next[begins(e)]++
		}
	}
	return first, list
}

// at are all edges that begin at a node.
func (g *graph) at(n uint32) []Edge { return g.leaving[g.first[n]:g.first[n+1]] }

func (g *graph) wayOf(e Edge) int64 { return g.ways[g.pieces[e>>1].way].id }

func (g *graph) drivable(e Edge) bool { return g.stretches[e>>1].flags&(flagForward<<(e&1)) != 0 }
