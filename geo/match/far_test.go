package match

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"milepost/geo/roads"
)

// grid is a city of so many streets each way, 100 m apart.
func grid(t *testing.T, n int) *roads.Map {
	t.Helper()
	const step = 0.0009
	var b roads.Builder
	for i := range n {
		var east, north []roads.NodeID
		var x, y []orb.Point
		for j := range n {
			east, x = append(east, roads.NodeID(1+i*n+j)), append(x, orb.Point{float64(j) * step, float64(i) * step})
			north, y = append(north, roads.NodeID(1+j*n+i)), append(y, orb.Point{float64(i) * step, float64(j) * step})
		}
		street := map[string]string{"highway": "residential"}
		b.AddWay(int64(2*i), east, x, street)
		b.AddWay(int64(2*i+1), north, y, street)
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A drive with a fix in minutes looks at a city for each. What it looked at is not kept.
func TestFarFixesKeepOnlyTheirWays(t *testing.T) {
	const fixes = 12
	m := New(grid(t, 40), Options{})
	var track Track
	for i := range fixes {
		f := Fix{At: int64(i) * 300e6, Lat: 0.0009 * float64(2+3*(i%2)), Lon: 0.0027 * float64(1+i),
			Accuracy: 10, Heading: float32(math.NaN()), Speed: float32(math.NaN()), Driven: math.NaN()}
		f.Lat += 0.018
		track.Add(f)
	}
	paths := m.Match(&track, nil)
	if len(paths) != 1 || len(paths[0].Fixes) != fixes {
		t.Fatalf("%d paths: %+v", len(paths), paths)
	}
	for i, e := range paths[0].Edges[1:] {
		if m.m.From(e) != m.m.To(paths[0].Edges[i]) {
			t.Fatalf("edge %d does not go on from the one before", i+1)
		}
	}
	if n, most := len(m.forest.branches), fixes*(2*most+1)*20; n > most {
		t.Errorf("%d branches are kept, want %d at most", n, most)
	}
}
