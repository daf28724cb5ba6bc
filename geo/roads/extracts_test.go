package roads_test

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"milepost/geo/roads"
)

func extract(tb testing.TB, name, country string) *roads.Map {
	tb.Helper()
	path := data(tb, "osm", name)
	var b roads.Builder
	b.SetCountry(country)
	if err := b.ReadPBF(context.Background(), func() (io.ReadCloser, error) { return os.Open(path) }); err != nil {
		tb.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func TestExtracts(t *testing.T) {
	for _, name := range []string{"liechtenstein", "munich"} {
		begin := time.Now()
		m := extract(t, name+".osm.pbf", "")
		t.Logf("%s: %v, %d edges, %d nodes, %d bytes (%.1f an edge), %+v", name, time.Since(begin), m.Edges(), m.Nodes(), m.Size(),
			float64(m.Size())/float64(m.Edges()), m.Counts())
		km, with := map[string]float64{}, map[string]int{}
		for e := roads.Edge(0); int(e) < m.Edges(); e += 2 {
			km[m.Class(e).String()] += m.Length(e) / 1000
			with[m.Country(e)]++
			_, source, _, _ := m.Limit(e).At(time.Now())
			with[string(source)]++
		}
		t.Log(km, with)
	}
}
