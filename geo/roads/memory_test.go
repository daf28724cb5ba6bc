package roads

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
)

// BenchmarkMemoryOfAWay prints what a way of 8 points takes while an extract is read: at
// the most, just before the map is built.
func BenchmarkMemoryOfAWay(b *testing.B) {
	const ways, points = 200_000, 8
	for b.Loop() {
		before := heapInUse()
		var builder Builder
		x := extract{Builder: &builder, tags: map[string]map[string]string{}}
		for i := range ways {
			tags := osm.Tags{{Key: "highway", Value: "residential"}, {Key: "name", Value: fmt.Sprintf("Street %d", i/3)},
				{Key: "maxspeed", Value: "30"}, {Key: "surface", Value: "asphalt"}, {Key: "source:maxspeed", Value: "DE:zone30"}}
			for k := range tags {
				tags[k].Key = strings.Clone(tags[k].Key) // as the reader gives them
			}
			way := osm.Way{ID: osm.WayID(i + 1), Tags: tags}
			for j := range points {
				way.Nodes = append(way.Nodes, osm.WayNode{ID: osm.NodeID(i*(points-1) + j + 1)})
			}
			x.way(&way)
		}
		x.wanted(&osmpbf.Scanner{})
		for i, id := range x.ids {
			x.node(&osm.Node{ID: osm.NodeID(id), Lat: 48 + float64(i%3000)*1e-4, Lon: 11 + float64(i/3000)*1e-4})
		}
		x.place()
		b.ReportMetric(float64(heapInUse()-before)/ways, "B/way")
		runtime.KeepAlive(&x)
	}
}

func heapInUse() int64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}
