package match_test

import (
	"math"
	"math/rand/v2"
	"slices"

	"milepost/geo/match"
	"milepost/geo/roads"
)

// drive is a way through a map and what a car on it tells.
type drive struct {
	m     *roads.Map
	edges []roads.Edge
	start float64 // m along the first edge
}

// trip drives from anywhere to somewhere at least so far away, the fastest way as this
// driver sees it: to each its own opinion of each road, and seconds for each turn.
func trip(t fataler, m *roads.Map, rng *rand.Rand, length float64) drive {
	t.Helper()
	opinions := map[string]float64{}
	cost := make([]float64, m.Edges())
	for e := range cost {
		e := roads.Edge(e)
		if opinions[m.Name(e)] == 0 {
			opinions[m.Name(e)] = 0.8 + 0.4*rng.Float64()
		}
		cost[e] = m.Length(e) / m.FreeFlow(e) * opinions[m.Name(e)]
	}
	for range 1000 {
		from := roads.Edge(rng.IntN(m.Edges()))
		if !m.Drivable(from) {
			continue
		}
		ways := fastest(m, from, cost)
		to := roads.Edge(rng.IntN(m.Edges()))
		d := drive{m: m}
		for e := to; ; e = ways[e] {
			d.edges = append(d.edges, e)
			if before, ok := ways[e]; !ok || before == e {
				break
			}
		}
		slices.Reverse(d.edges)
		if d.edges[0] == from && d.length() >= length {
			return d
		}
	}
	t.Fatalf("no trip of %g m", length)
	return drive{}
}

// fastest gives for each edge the one before on the fastest way, the root's itself.
func fastest(m *roads.Map, root roads.Edge, cost []float64) map[roads.Edge]roads.Edge {
	const turn = 4.0 // s
	best := map[roads.Edge]float64{root: 0}
	before := map[roads.Edge]roads.Edge{root: root}
	for open := []roads.Edge{root}; len(open) > 0; {
		e := open[0]
		open = open[1:]
		_, b := m.PointAt(e, m.Length(e))
		for _, o := range m.Leaving(m.To(e)) {
			if o == e^1 || !m.Allowed(e, o) {
				continue
			}
			c := best[e] + cost[e]
			if _, d := m.PointAt(o, 0); math.Abs(math.Remainder(b-d, 360)) > 45 {
				c += turn
			}
			if was, seen := best[o]; !seen || c < was {
				best[o], before[o] = c, e
				open = append(open, o)
			}
		}
	}
	return before
}

func (d *drive) length() (sum float64) {
	for _, e := range d.edges {
		sum += d.m.Length(e)
	}
	return sum - d.start
}

// at is the edge and the m along it, so far from the drive's start.
func (d *drive) at(s float64) (roads.Edge, float64) {
	s += d.start
	for i, e := range d.edges {
		if l := d.m.Length(e); s <= l || i == len(d.edges)-1 {
			return e, math.Min(s, l)
		}
		s -= d.m.Length(e)
	}
	panic("no edge")
}

// telling is how a drive is told.
type telling struct {
	every    float64 // s
	noise    float64 // m, standard deviation on each axis
	speed    float64 // m/s
	accuracy float32 // m; NaN unknown
	wheels   bool    // Driven is known
	heading  bool
	lost     func(e roads.Edge) bool // no fix there
}

func (d *drive) track(rng *rand.Rand, o telling) *match.Track {
	t := &match.Track{}
	nan := float32(math.NaN())
	end := d.length()
	for s, last := 0.0, false; !last; s += o.speed * o.every {
		s, last = min(s, end), s >= end
		at := int64(s / o.speed * 1e6)
		e, along := d.at(s)
		if o.lost != nil && o.lost(e) {
			continue
		}
		p, bearing := d.m.PointAt(e, along)
		f := match.Fix{At: at, Accuracy: o.accuracy, Heading: nan, Speed: float32(o.speed), Driven: math.NaN()}
		f.Lon = p[0] + rng.NormFloat64()*o.noise/(metresPerDegree*math.Cos(originLat*math.Pi/180))
		f.Lat = p[1] + rng.NormFloat64()*o.noise/metresPerDegree
		if o.heading {
			f.Heading = float32(math.Mod(bearing+rng.NormFloat64()*5+360, 360))
		}
		if o.wheels {
			f.Driven = s * 1.004
		}
		t.Add(f)
	}
	return t
}

// mismatch is Newson and Krumm's route mismatch: the length of road in one way and not
// in the other, beside the length of the true one. Where the way begins and ends noise
// decides; less than 15 m of an edge are not held against it.
func (d *drive) mismatch(paths []match.Path) (wrong, total float64) {
	const noise = 15.0
	difference := map[roads.Edge]float64{}
	d.lengths(d.edges, d.start, d.m.Length(d.edges[len(d.edges)-1]), 1, difference)
	for _, p := range paths {
		d.lengths(p.Edges, p.Start, p.End, -1, difference)
	}
	for _, l := range difference {
		if math.Abs(l) > noise {
			wrong += math.Abs(l)
		}
	}
	return wrong, d.length()
}

// lengths adds what a way covers of each edge.
func (d *drive) lengths(edges []roads.Edge, start, end, sign float64, of map[roads.Edge]float64) {
	for i, e := range edges {
		l := d.m.Length(e)
		if i == len(edges)-1 {
			l = end
		}
		if i == 0 {
			l -= start
		}
		of[e] += sign * l
	}
}

// checkPaths fails where a path is none that a car could have driven.
func checkPaths(t fataler, m *roads.Map, track *match.Track, paths []match.Path) {
	t.Helper()
	last := -1
	for i, p := range paths {
		for k, e := range p.Edges {
			if !m.Drivable(e) {
				t.Fatalf("path %d: edge %d is not drivable", i, k)
			}
			if k > 0 && (m.To(p.Edges[k-1]) != m.From(e) || !m.Allowed(p.Edges[k-1], e)) {
				t.Fatalf("path %d: edge %d does not follow the one before", i, k)
			}
		}
		length := -p.Start
		for _, e := range p.Edges[:len(p.Edges)-1] {
			length += m.Length(e)
		}
		length += p.End
		if p.Start < 0 || p.Start > m.Length(p.Edges[0]) || p.End < -1e-6 || p.End > m.Length(p.Edges[len(p.Edges)-1])+1e-6 {
			t.Fatalf("path %d begins at %g and ends at %g", i, p.Start, p.End)
		}
		along, edge := 0.0, 0
		for _, o := range p.Fixes {
			if o.Fix <= last || o.Fix >= track.Len() || o.Along < along || o.Edge < edge || o.Edge >= len(p.Edges) ||
				!(o.Confidence >= 0 && o.Confidence <= 1) || o.Along > length+1e-6 {
				t.Fatalf("path %d of %g m: %+v after fix %d, edge %d, %g m", i, length, o, last, edge, along)
			}
			last, along, edge = o.Fix, o.Along, o.Edge
		}
		for b := p.Fixes[0].Fix + 1; b <= last; b++ {
			if track.Break[b] {
				t.Fatalf("path %d crosses the break before fix %d", i, b)
			}
		}
	}
}
