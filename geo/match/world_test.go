package match_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"milepost/geo/roads"
)

// world builds maps on a plane of metres about a place.
type world struct {
	b    roads.Builder
	ids  map[[2]int64]roads.NodeID
	ways [][]int64 // by node's id, less 1
	last int64     // id of a way
}

const (
	originLat, originLon = 48.1, 11.5
	metresPerDegree      = 6_371_008.8 * math.Pi / 180 // of latitude
)

func place(x, y float64) orb.Point {
	return orb.Point{originLon + x/(metresPerDegree*math.Cos(originLat*math.Pi/180)), originLat + y/metresPerDegree}
}

// road adds a way through points in metres; equal points are one node.
func (w *world) road(tags map[string]string, xy ...[2]float64) {
	if w.ids == nil {
		w.ids = map[[2]int64]roads.NodeID{}
	}
	var nodes []roads.NodeID
	var points []orb.Point
	w.last++
	for _, p := range xy {
		k := [2]int64{int64(math.Round(p[0] * 100)), int64(math.Round(p[1] * 100))}
		if _, ok := w.ids[k]; !ok {
			w.ids[k] = roads.NodeID(len(w.ids) + 1)
			w.ways = append(w.ways, nil)
		}
		w.ways[w.ids[k]-1] = append(w.ways[w.ids[k]-1], w.last)
		nodes = append(nodes, w.ids[k])
		points = append(points, place(p[0], p[1]))
	}
	w.b.AddWay(w.last, nodes, points, tags)
}

// ban forbids one turn at every so many of the junctions.
func (w *world) ban(rng *rand.Rand, every int) {
	for i, ways := range w.ways {
		from, to := ways[rng.IntN(len(ways))], ways[rng.IntN(len(ways))]
		if rng.IntN(every) == 0 && from != to {
			w.b.AddRestriction(roads.Restriction{Kind: "no_left_turn", From: from, To: to, Via: roads.NodeID(i + 1)})
		}
	}
}

// fataler is a test or a property's run.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func (w *world) build(t testing.TB) *roads.Map {
	t.Helper()
	m, err := w.b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func tags(highway, name string, more ...string) map[string]string {
	tags := map[string]string{"highway": highway, "name": name}
	for i := 0; i+1 < len(more); i += 2 {
		tags[more[i]] = more[i+1]
	}
	return tags
}

// city is a crooked grid of streets, some one-way, some interrupted, with banned turns.
func city(t testing.TB, rng *rand.Rand, n int) *roads.Map {
	var w world
	const block = 110.0
	jitter := make([][][2]float64, n)
	for i := range jitter {
		jitter[i] = make([][2]float64, n)
		for j := range jitter[i] {
			jitter[i][j] = [2]float64{float64(i)*block + 30*(rng.Float64()-0.5), float64(j)*block + 30*(rng.Float64()-0.5)}
		}
	}
	street := func(name string, at func(k int) [2]float64) {
		class, oneway := "residential", "no"
		switch {
		case rng.IntN(5) == 0:
			class = "secondary"
		case rng.IntN(3) == 0:
			oneway = []string{"yes", "-1"}[rng.IntN(2)]
		}
		var line [][2]float64
		for k := range n {
			if rng.IntN(12) > 0 || len(line) == 0 {
				line = append(line, at(k))
				continue
			}
			w.stretch(class, name, oneway, line)
			line = [][2]float64{at(k)}
		}
		w.stretch(class, name, oneway, line)
	}
	for i := range n {
		street("row "+string(rune('A'+i)), func(k int) [2]float64 { return jitter[k][i] })
		street("column "+string(rune('A'+i)), func(k int) [2]float64 { return jitter[i][k] })
	}
	w.ban(rng, 4)
	return w.build(t)
}

func (w *world) stretch(class, name, oneway string, line [][2]float64) {
	if len(line) > 1 {
		w.road(tags(class, name, "oneway", oneway), line...)
	}
}
