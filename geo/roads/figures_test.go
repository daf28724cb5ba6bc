package roads_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"milepost/geo/roads"
	"milepost/outcome"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
)

// scanExtract gives every object of an extract.
func scanExtract(tb testing.TB, name string, take func(osm.Object)) {
	tb.Helper()
	f, err := os.Open(data(tb, "osm", name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	s := osmpbf.New(context.Background(), f, 1)
	defer s.Close()
	for s.Scan() {
		take(s.Object())
	}
	if s.Err() != nil {
		tb.Fatal(s.Err())
	}
}

// Car ways with maxspeed are ways of a class that cars use, from motorway down to
// service and living street, without tracks, that have the tag maxspeed itself,
// whatever it says and whoever may drive there.
func TestMaxspeedIsCountedAsInTheFile(t *testing.T) {
	const classes = "motorway motorway_link trunk trunk_link primary primary_link secondary secondary_link tertiary " +
		"tertiary_link unclassified residential living_street service road"
	for name, want := range map[string]int{"liechtenstein.osm.pbf": 331, "munich.osm.pbf": 533} {
		m := extract(t, name, "")
		direct := 0
		scanExtract(t, name, func(o osm.Object) {
			if w, ok := o.(*osm.Way); ok && w.Tags.HasTag("maxspeed") && strings.Contains(" "+classes+" ", " "+w.Tags.Find("highway")+" ") {
				direct++
			}
		})
		c := m.Counts()
		t.Logf("%s: %d car ways with maxspeed, %d by a direct reading; %d are roads of the map", name, c.MaxSpeedWays, direct, c.MaxSpeedRoads)
		if c.MaxSpeedWays != direct || direct != want || c.MaxSpeedRoads > direct {
			t.Errorf("%s: %+v, want %d", name, c, want)
		}
	}
}

// TestSizes prints how much room maps take; more than 100 bytes an edge is too much.
func TestSizes(t *testing.T) {
	for name, m := range map[string]*roads.Map{
		"liechtenstein": extract(t, "liechtenstein.osm.pbf", ""), "munich": extract(t, "munich.osm.pbf", "DE"), "curitiba axes": axes(t),
	} {
		s := m.Summary()
		t.Logf("%s: %d edges, %d nodes, %.1f bytes an edge", name, s.Edges, s.Nodes, s.BytesPerEdge)
		if s.BytesPerEdge > 100 {
			t.Errorf("%s: %.1f bytes an edge", name, s.BytesPerEdge)
		}
	}
}

// The extract has the whole border, and some roads beyond it.
func TestLiechtensteinLiesWithinItsBorder(t *testing.T) {
	m := extract(t, "liechtenstein.osm.pbf", "")
	for _, n := range m.Near(orb.Point{9.5209, 47.1410}, 500, nil) { // Vaduz
		if m.Country(n.Edge) != "LI" {
			t.Errorf("edge %d lies in %q", n.Edge, m.Country(n.Edge))
		}
	}
	inside := m.Summary().Countries[0]
	t.Logf("%.1f of %.1f km lie in %s", inside.Km, m.Summary().Km, inside.Of)
	if inside.Of != "LI" || inside.Km < 0.99*m.Summary().Km || inside.Km == m.Summary().Km {
		t.Errorf("%+v", m.Summary().Countries)
	}
}

// share counts what agrees.
type share struct{ right, all float64 }

func (s share) String() string {
	return fmt.Sprintf("%.0f of %.0f = %.2f", s.right, s.all, s.right/s.all)
}

func equal(a, b float64) bool { return math.Abs(a-b) < 1 || math.IsInf(a, 1) && math.IsInf(b, 1) }

// TestHowOftenDefaultsAreRight takes the limits off all tags and compares what is left
// to the map with what stood there, by the class of the road: m of edges.
func TestHowOftenDefaultsAreRight(t *testing.T) {
	for name, country := range map[string]string{"liechtenstein.osm.pbf": "LI", "munich.osm.pbf": "DE"} {
		var with, without roads.Builder
		with.SetCountry(country)
		without.SetCountry(country)
		places := map[osm.NodeID]orb.Point{}
		scanExtract(t, name, func(o osm.Object) {
			switch o := o.(type) {
			case *osm.Node:
				places[o.ID] = o.Point()
			case *osm.Way:
				var nodes []roads.NodeID
				var line []orb.Point
				for _, n := range o.Nodes {
					nodes, line = append(nodes, roads.NodeID(n.ID)), append(line, places[n.ID])
				}
				tags, fewer := o.TagMap(), map[string]string{}
				for k, v := range tags {
					if !strings.Contains(k, "maxspeed") {
						fewer[k] = v
					}
				}
				with.AddWay(int64(o.ID), nodes, line, tags)
				without.AddWay(int64(o.ID), nodes, line, fewer)
			}
		})
		a, errA := with.Build()
		b, errB := without.Build()
		if errA != nil || errB != nil || a.Edges() != b.Edges() {
			t.Fatal(errA, errB)
		}
		by := map[string]*share{}
		for e := range roads.Edge(a.Edges()) {
			posted, guess := a.Limit(e).Base, b.Limit(e).Base
			if posted.Source != outcome.LimitPosted || !a.Drivable(e) || !guess.Known() {
				continue
			}
			key := fmt.Sprintf("%-14s at %.2f", a.Class(e), guess.Confidence)
			if by[key] == nil {
				by[key] = &share{}
			}
			by[key].all += a.Length(e)
			if equal(posted.Kmh, guess.Kmh) {
				by[key].right += a.Length(e)
			}
		}
		for key, s := range by {
			t.Logf("%s: %s: right on %v m", name, key, s)
		}
	}
}

// TestLimitsAgainstThePosted compares OpenStreetMap's limits on the road nearest to
// each fix with the posted limit that the recording has.
func TestLimitsAgainstThePosted(t *testing.T) {
	path := data(t, "curitiba", "osm_roads.geojsonl.gz")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b roads.Builder
	b.SetCountry("BR")
	if err := b.ReadGeoJSON(unpack(t, f), roads.GeoJSON{}); err != nil {
		t.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*share{}
	for _, driver := range []string{"driver_A.csv", "driver_B.csv"} {
		for p, limit := range posted(t, data(t, "curitiba", driver)) {
			nearest := roads.Near{Off: math.Inf(1)}
			for _, n := range m.Near(p, 15, nil) {
				if n.Off < nearest.Off {
					nearest = n
				}
			}
			if math.IsInf(nearest.Off, 1) {
				continue
			}
			l := m.Limit(nearest.Edge).Base
			key := fmt.Sprintf("%s at %.2f, %s", l.Source, l.Confidence, m.Class(nearest.Edge))
			for _, key := range []string{key, string(l.Source)} {
				if by[key] == nil {
					by[key] = &share{}
				}
				by[key].all++
				if equal(l.Kmh, limit) {
					by[key].right++
				}
			}
		}
	}
	for key, s := range by {
		t.Logf("%s: right at %v fixes", key, s)
	}
}

// posted are the fixes of a recording at which the posted limit is known.
func posted(tb testing.TB, path string) map[orb.Point]float64 {
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = ';', true
	head, err := r.Read()
	if err != nil {
		tb.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range head {
		column[strings.TrimPrefix(name, "\ufeff")] = i
	}
	fixes := map[orb.Point]float64{}
	number := func(row []string, name string) float64 {
		v, err := strconv.ParseFloat(strings.Replace(row[column[name]], ",", ".", 1), 64)
		if err != nil {
			return math.NaN()
		}
		return v
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return fixes
		}
		if err != nil {
			tb.Fatal(err)
		}
		limit, p := number(row, "LIMITE_VEL"), orb.Point{number(row, "LONG"), number(row, "LAT")}
		if limit > 0 && row[column["VALID_TIME"]] == "Yes" {
			fixes[p] = limit
		}
	}
}

// BenchmarkBuildLiechtenstein reads the extract and makes the map.
func BenchmarkBuildLiechtenstein(b *testing.B) {
	for b.Loop() {
		extract(b, "liechtenstein.osm.pbf", "")
	}
}

func BenchmarkOpenCuritiba(b *testing.B) {
	path := b.TempDir() + "/curitiba.roads"
	if err := axes(b).WriteFile(path); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m, err := roads.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		m.Close()
	}
}

// BenchmarkLeaving asks for the edges that follow each edge, and how long they are.
func BenchmarkLeaving(b *testing.B) {
	m := axes(b)
	b.ReportAllocs()
	e, sum, n := roads.Edge(0), 0.0, 0
	for b.Loop() {
		for _, next := range m.Leaving(m.To(e)) {
			if m.Allowed(e, next) {
				sum += m.Length(next)
				n++
			}
		}
		if e += 2; int(e) >= m.Edges() {
			e = 0
		}
	}
	b.ReportMetric(float64(n)/float64(b.N), "edges/op")
}

func BenchmarkLimitAt(b *testing.B) {
	m := extract(b, "munich.osm.pbf", "DE")
	when := time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	e, known := roads.Edge(0), 0
	for b.Loop() {
		if _, _, _, ok := m.Limit(e).At(when); ok {
			known++
		}
		if e++; int(e) == m.Edges() {
			e = 0
		}
	}
}

// TestMostNodesAreReached drives from a few places as far as one may: where cutting,
// joining, one-ways or access went wrong, maps fall into islands.
func TestMostNodesAreReached(t *testing.T) {
	for name, m := range map[string]*roads.Map{
		"liechtenstein": extract(t, "liechtenstein.osm.pbf", ""), "munich": extract(t, "munich.osm.pbf", "DE"), "curitiba axes": axes(t),
	} {
		best := 0
		for begin := 0; begin < m.Nodes(); begin += m.Nodes() / 20 {
			best = max(best, reached(m, roads.Node(begin)))
		}
		t.Logf("%s: %d of %d nodes can be driven to from one place", name, best, m.Nodes())
		if best < m.Nodes()*9/10 {
			t.Errorf("%s: only %d of %d nodes can be driven to", name, best, m.Nodes())
		}
	}
}

// reached counts the nodes that can be driven to.
func reached(m *roads.Map, from roads.Node) int {
	seen, queue := map[roads.Node]bool{from: true}, []roads.Node{from}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, e := range m.Leaving(n) {
			if to := m.To(e); !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return len(seen)
}
