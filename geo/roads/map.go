package roads

import (
	"milepost/geo/maxspeed"

	"github.com/paulmach/orb"
)

// Edge is one direction of a stretch of road between two nodes. Edge^1 is the same
// stretch the other way; even edges run as the road was drawn.
type Edge uint32

// None is no edge.
const None = ^Edge(0)

// Node is where stretches meet or end.
type Node uint32

// Map is a road graph. It is read-only and safe for concurrent use.
type Map struct {
	tables
	meta     meta
	names    []string
	limits   []maxspeed.Limits
	version  string
	sections [sections][]byte // the tables and the rest, as the file has them
	unmap    func() error     // of the file, or nil
}

// tables are the columns that the file holds as they are in memory.
type tables struct {
	nodes     []point
	first     []uint32 // of leaving, by node; one more at the end
	leaving   []Edge   // drivable, by the node where they begin
	stretches []stretch
	runs      []run // in the order of stretches
	shapes    []byte
	attrs     []attributes
	banned    []turn // sorted
	boxes     []box  // the index: a level after the other, the leaves first, one per run
}

// stretch is a road between two nodes, without a junction between them.
type stretch struct {
	from, to uint32
	length   uint32 // mm
	run      uint32 // its first; the next stretch's first ends them
	attr     uint32
	flags    flags
	class    Class
	country  uint8 // in meta.Countries
}

// run is a piece of a stretch: its first point, and its others as differences.
type run struct {
	stretch uint32
	at      point
	shape   uint32 // where its differences begin; the next run's begin ends them
	along   uint32 // mm from the stretch's begin
}

// attributes are what many stretches have in common.
type attributes struct {
	name, ref         uint32 // in names
	forward, backward uint32 // in limits
	free, freeBack    uint16 // cm/s
}

// turn is one that is not allowed.
type turn struct{ from, to Edge }

type flags uint16

const (
	flagForward flags = 1 << iota
	flagBackward
	flagTunnel
	flagBridge
	flagRoundabout
	flagToll
	flagMotorroad
	flagDestination
	flagBans     // a banned turn begins here, in the way's direction
	flagBansBack // or against it
)

const mm = 1000 // in a metre

// Version names the map by its content: the same input and builder give the same.
func (m *Map) Version() string { return m.version }

// Edges is the number of edges: two for each stretch, also where one is not drivable.
func (m *Map) Edges() int { return 2 * len(m.stretches) }

// Nodes is the number of nodes.
func (m *Map) Nodes() int { return len(m.nodes) }

// Bound is the box of all roads.
func (m *Map) Bound() orb.Bound {
	if len(m.boxes) == 0 {
		return orb.Bound{}
	}
	b := m.boxes[len(m.boxes)-1]
	return orb.Bound{Min: point{b.south, b.west}.orb(), Max: point{b.north, b.east}.orb()}
}

func (m *Map) of(e Edge) *stretch { return &m.stretches[e>>1] }

// Drivable reports whether cars may drive the edge in its direction.
func (m *Map) Drivable(e Edge) bool { return m.of(e).flags&(flagForward<<(e&1)) != 0 }

// From is the node where the edge begins.
func (m *Map) From(e Edge) Node {
	s := m.of(e)
	if e&1 == 0 {
		return Node(s.from)
	}
	return Node(s.to)
}

// To is the node where the edge ends.
func (m *Map) To(e Edge) Node { return m.From(e ^ 1) }

// Point is where the node lies.
func (m *Map) Point(n Node) orb.Point { return m.nodes[n].orb() }

// Length is the edge's length in m.
func (m *Map) Length(e Edge) float64 { return float64(m.of(e).length) / mm }

// Leaving are the drivable edges that begin at the node. The slice is the map's own:
// it is not to be written.
func (m *Map) Leaving(n Node) []Edge { return m.leaving[m.first[n]:m.first[n+1]] }

// Class is the class of the edge's road.
func (m *Map) Class(e Edge) Class { return m.of(e).class }

// Tunnel reports whether the edge is in a tunnel.
func (m *Map) Tunnel(e Edge) bool { return m.of(e).flags&flagTunnel != 0 }

// Bridge reports whether the edge is on a bridge.
func (m *Map) Bridge(e Edge) bool { return m.of(e).flags&flagBridge != 0 }

// Roundabout reports whether the edge is part of a roundabout.
func (m *Map) Roundabout(e Edge) bool { return m.of(e).flags&flagRoundabout != 0 }

// Toll reports whether cars pay for the edge.
func (m *Map) Toll(e Edge) bool { return m.of(e).flags&flagToll != 0 }

// Destination reports whether the edge is only for those who have business there:
// private grounds, residents, customers.
func (m *Map) Destination(e Edge) bool { return m.of(e).flags&flagDestination != 0 }

// Motorroad reports whether the edge is an expressway: for motor vehicles only.
func (m *Map) Motorroad(e Edge) bool { return m.of(e).flags&flagMotorroad != 0 }

// Name is the name of the edge's road, or "".
func (m *Map) Name(e Edge) string { return m.names[m.attrs[m.of(e).attr].name] }

// Ref is the number of the edge's road (A 8, B 304), or "".
func (m *Map) Ref(e Edge) string { return m.names[m.attrs[m.of(e).attr].ref] }

// Country is the ISO 3166-1 alpha-2 code of the country where the edge lies, or "".
func (m *Map) Country(e Edge) string { return m.meta.Countries[m.of(e).country] }

// Limit is what is known of speed limits on the edge.
func (m *Map) Limit(e Edge) maxspeed.Limits {
	a := &m.attrs[m.of(e).attr]
	if e&1 == 0 {
		return m.limits[a.forward]
	}
	return m.limits[a.backward]
}

// FreeFlow is the speed to expect on the edge with no other car about, m/s: never 0.
func (m *Map) FreeFlow(e Edge) float64 {
	const cm = 100 // in a metre
	a := &m.attrs[m.of(e).attr]
	if e&1 == 0 {
		return float64(a.free) / cm
	}
	return float64(a.freeBack) / cm
}
