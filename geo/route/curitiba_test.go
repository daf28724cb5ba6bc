package route

import (
	"compress/gzip"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"milepost/geo"
	"milepost/geo/roads"
)

// curitiba is the map of the recorded drives' city; the test is skipped without it.
func curitiba(tb testing.TB) *roads.Map {
	tb.Helper()
	folder := os.Getenv("MILEPOST_DATA")
	if folder == "" {
		tb.Skip("MILEPOST_DATA is not set")
	}
	f, err := os.Open(filepath.Join(folder, "curitiba", "osm_roads.geojsonl.gz"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var b roads.Builder
	if err := b.ReadGeoJSON(z, roads.GeoJSON{}); err != nil {
		tb.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// Ways across a city, and of the length of a stretch that was not shared.
func BenchmarkWay(b *testing.B) {
	m := curitiba(b)
	b.Logf("%d edges", m.Edges())
	for _, c := range []struct {
		name       string
		least      Measure
		minM, maxM float64
	}{
		{"shortest_1_to_3km", Length, 1_000, 3_000}, {"shortest_10_to_20km", Length, 10_000, 20_000}, {"fastest_10_to_20km", Time, 10_000, 20_000},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			router := New(m, Options{})
			var pairs [][2]End
			var p Path
			for len(pairs) < 200 {
				from, to := anywhere(m, r), anywhere(m, r)
				x, _ := m.PointAt(from.Edge, from.Along)
				y, _ := m.PointAt(to.Edge, to.Along)
				if d := geo.Distance(x, y); d >= c.minM && d <= c.maxM && router.Way(from, to, c.least, &p) == nil {
					pairs = append(pairs, [2]End{from, to})
				}
			}
			var took []time.Duration
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				pair := pairs[i%len(pairs)]
				begin := time.Now()
				if err := router.Way(pair[0], pair[1], c.least, &p); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begin))
				i++
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		})
	}
}
