package route

import (
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"milepost/geo/roads"
)

// network is a random small map: streets between neighbours of a warped grid, some of
// them one-way, with turn restrictions and classes of several speeds.
func network(tb rapid.TB, r *rand.Rand) *roads.Map {
	var b roads.Builder
	const side = 6
	place := func(n int) orb.Point {
		return orb.Point{11.5 + float64(n%side)*0.002 + r.Float64()*0.0008, 48.1 + float64(n/side)*0.0015 + r.Float64()*0.0006}
	}
	points := make([]orb.Point, side*side)
	for n := range points {
		points[n] = place(n)
	}
	classes := []string{"residential", "primary", "service", "motorway_link"}
	var ends [][2]int
	way := func(a, z int) {
		if r.IntN(6) == 0 {
			return
		}
		tags := map[string]string{"highway": classes[r.IntN(len(classes))], "name": strconv.Itoa(a) + "-" + strconv.Itoa(z)}
		switch r.IntN(5) {
		case 0:
			tags["oneway"] = "yes"
		case 1:
			tags["oneway"] = "no"
		}
		if r.IntN(6) == 0 {
			tags["access"] = "destination"
		}
		middle := orb.Point{(points[a][0]+points[z][0])/2 + r.Float64()*0.0003, (points[a][1] + points[z][1]) / 2}
		id := int64(len(ends))
		ends = append(ends, [2]int{a, z})
		b.AddWay(id, []roads.NodeID{roads.NodeID(a), roads.NodeID(1000 + id), roads.NodeID(z)}, []orb.Point{points[a], middle, points[z]}, tags)
	}
	for n := range points {
		if n%side+1 < side {
			way(n, n+1)
		}
		if n+side < len(points) {
			way(n, n+side)
		}
	}
	kinds := []string{"no_left_turn", "no_straight_on", "only_right_turn", "no_right_turn"}
	for range 40 {
		v, w := r.IntN(len(ends)), r.IntN(len(ends))
		for _, via := range ends[v] {
			if w != v && (via == ends[w][0] || via == ends[w][1]) {
				b.AddRestriction(roads.Restriction{Kind: kinds[r.IntN(len(kinds))], From: int64(v), To: int64(w), Via: roads.NodeID(via)})
			}
		}
	}
	m, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// plain is the cost of the cheapest way between two spots, by Dijkstra's method as it
// is first taught: over all edges, without a heap, a bound or an aim. -1 is no way.
func plain(m *roads.Map, w Measure, from, to spot) int64 {
	dist := make([]int64, m.Edges())
	done := make([]bool, m.Edges())
	for i := range dist {
		dist[i] = math.MaxInt64
	}
	best := int64(math.MaxInt64)
	if from.edge == to.edge && to.mm >= from.mm-20_000 {
		best = w.cost(m, from.edge, max(0, to.mm-from.mm))
	}
	dist[from.edge] = max(1, w.cost(m, from.edge, lengthMM(m, from.edge)-from.mm))
	for {
		e := -1
		for i := range dist {
			if !done[i] && dist[i] < math.MaxInt64 && (e < 0 || dist[i] < dist[e]) {
				e = i
			}
		}
		if e < 0 {
			break
		}
		done[e] = true
		for _, next := range nexts(m, roads.Edge(e)) {
			cost := dist[e]
			if m.Destination(next) && !m.Destination(roads.Edge(e)) {
				cost += map[Measure]int64{Length: 1_000_000, Time: 60_000_000}[w]
			}
			if next == to.edge {
				best = min(best, cost+w.cost(m, next, to.mm))
			}
			dist[next] = min(dist[next], cost+w.whole(m, next))
		}
	}
	if best == math.MaxInt64 {
		return -1
	}
	return best
}

// nexts are the edges that may be driven after one, found among all of the map's.
func nexts(m *roads.Map, e roads.Edge) (next []roads.Edge) {
	for n := range roads.Edge(m.Edges()) {
		if m.Drivable(n) && m.From(n) == m.To(e) && n != e^1 && m.Allowed(e, n) {
			next = append(next, n)
		}
	}
	if len(next) == 0 && m.Drivable(e^1) {
		next = append(next, e^1)
	}
	return next
}

// anywhere is a place on a random edge that may be driven.
func anywhere(m *roads.Map, r *rand.Rand) End {
	for {
		e := roads.Edge(r.IntN(m.Edges()))
		if m.Drivable(e) {
			return End{Matched: true, Edge: e, Along: r.Float64() * m.Length(e)}
		}
	}
}
