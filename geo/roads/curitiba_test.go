package roads_test

import (
	"compress/gzip"
	"io"
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

// unpack reads a file that gzip packed.
func unpack(tb testing.TB, r io.Reader) io.Reader {
	tb.Helper()
	z, err := gzip.NewReader(r)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// axes is the map of Curitiba's street axes.
func axes(tb testing.TB) *roads.Map {
	tb.Helper()
	f, err := os.Open(data(tb, "curitiba", "ippuc_road_axis.geojsonl.gz"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var b roads.Builder
	if err := b.ReadGeoJSON(unpack(tb, f), roads.GeoJSON{Names: []string{"NMVIA"}}); err != nil {
		tb.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// extract is the map of an extract of OpenStreetMap.
func extract(tb testing.TB, name, country string) *roads.Map {
	tb.Helper()
	path := data(tb, "osm", name)
	var b roads.Builder
	b.SetCountry(country)
	if err := b.ReadPBF(tb.Context(), func() (io.ReadCloser, error) { return os.Open(path) }); err != nil {
		tb.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return m
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
