package roads_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"milepost/geo/roads"

	"github.com/paulmach/orb"
)

// data is a file of the recorded sets; the test is skipped without them.
func data(tb testing.TB, name ...string) string {
	tb.Helper()
	folder := os.Getenv("MILEPOST_DATA")
	if folder == "" {
		tb.Skip("MILEPOST_DATA is not set")
	}
	return filepath.Join(append([]string{folder}, name...)...)
}

func geoJSON(tb testing.TB, path string, names ...string) *roads.Map {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var b roads.Builder
	if err := b.ReadGeoJSON(z, roads.GeoJSON{Names: names}); err != nil {
		tb.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func axes(tb testing.TB) *roads.Map {
	return geoJSON(tb, data(tb, "curitiba", "ippuc_road_axis.geojsonl.gz"), "NMVIA")
}

func BenchmarkNear(b *testing.B) {
	m := axes(b)
	b.Logf("%d edges, %d nodes, %v", m.Edges(), m.Nodes(), m.Bound())
	var places []orb.Point
	for e := roads.Edge(0); int(e) < m.Edges(); e += 2 * 97 {
		p, _ := m.PointAt(e, m.Length(e)/2)
		places = append(places, orb.Point{p[0] + 0.0001, p[1] - 0.00005})
	}
	var buf []roads.Near
	b.ReportAllocs()
	found, i := 0, 0
	for b.Loop() {
		buf = m.Near(places[i%len(places)], 30, buf[:0])
		found += len(buf)
		i++
	}
	b.ReportMetric(float64(found)/float64(i), "found/op")
}
