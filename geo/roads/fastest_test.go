package roads_test

import (
	"testing"

	"github.com/paulmach/orb"

	"milepost/geo/roads"
)

func TestFastest(t *testing.T) {
	var b roads.Builder
	b.AddWay(1, []roads.NodeID{1, 2}, []orb.Point{{9, 47}, {9.01, 47}}, map[string]string{"highway": "motorway", "maxspeed": "none", "oneway": "yes"})
	b.AddWay(2, []roads.NodeID{2, 3}, []orb.Point{{9.01, 47}, {9.02, 47}}, map[string]string{"highway": "residential", "maxspeed:backward": "10"})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	fastest := 0.0
	for e := range roads.Edge(m.Edges()) {
		fastest = max(fastest, m.FreeFlow(e))
	}
	if got := m.Fastest(); got != fastest || got < 25 {
		t.Errorf("%.2f m/s, want %.2f", got, fastest)
	}
	empty, err := new(roads.Builder).Build()
	if err == nil && empty.Fastest() != 0 {
		t.Errorf("%.2f m/s on no roads", empty.Fastest())
	}
}
