package remote

import (
	"errors"
	"math"
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"milepost/geo"
	"milepost/geo/match"
	"milepost/geo/roads"
)

func TestMatch(t *testing.T) {
	s := serve(t, road{edgeM: 1000, edges: 10})
	c := client(t, s.URL, func(o *Options) { o.Header = http.Header{"X-Api-Key": {"secret"}} })
	track := drive(500, 5_500, 50, 4)
	paths, err := c.Match(t.Context(), track, nil)
	if err != nil || len(paths) != 1 {
		t.Fatalf("%d paths, %v", len(paths), err)
	}
	p := paths[0]
	if math.Abs(p.LengthM-5_000) > 1 || len(p.Edges) != 6 || len(p.Fixes) != 101 {
		t.Errorf("%.1f m, %d edges, %d fixes", p.LengthM, len(p.Edges), len(p.Fixes))
	}
	e := p.Edges[2]
	if e.Name != "Road 2" || e.Class != roads.Primary || e.Tunnel || e.LimitKmh != 80 || e.Country != "LI" || e.WayID != 1002 || math.Abs(e.LengthM-1000) > 1 {
		t.Errorf("edge %+v", e)
	}
	if e := p.Edges[3]; !e.Tunnel || !math.IsNaN(e.LimitKmh) {
		t.Errorf("edge %+v: want a tunnel without a limit", e)
	}
	f := p.Fixes[20]
	if f.Fix != 20 || f.Edge != 1 || math.Abs(f.Along-1000) > 1 || math.Abs(f.Off-4) > 0.2 || f.Confidence < 0.8 {
		t.Errorf("fix %+v", f)
	}
	if got := s.seen[0].Header.Get("X-Api-Key"); got != "secret" {
		t.Errorf("the key came as %q", got)
	}
	q := s.asked[0]
	if q.Match != "map_snap" || q.Costing != "auto" || q.Options.Accuracy != 6 || q.Shape[3].Time != 3 || q.Filters.Action != "include" {
		t.Errorf("asked %+v", q)
	}
}

// However a long trace is cut for the service's limits, the way is the same.
func TestMatchIsTheSameInParts(t *testing.T) {
	s := serve(t, road{edgeM: 700, edges: 60})
	track := drive(100, 40_000, 90, 3)
	whole, err := client(t, s.URL, nil).Match(t.Context(), track, nil)
	if err != nil || len(whole) != 1 {
		t.Fatalf("%d paths, %v", len(whole), err)
	}
	rapid.Check(t, func(r *rapid.T) {
		s.asked = nil
		c := client(t, s.URL, func(o *Options) {
			o.MaxPoints = rapid.IntRange(3, 500).Draw(r, "points")
			o.MaxM = rapid.Float64Range(500, 50_000).Draw(r, "m")
		})
		parts, err := c.Match(t.Context(), track, nil)
		if err != nil || len(parts) != 1 {
			r.Fatalf("%d paths of %d requests, %v", len(parts), len(s.asked), err)
		}
		for _, q := range s.asked {
			if len(q.Shape) > c.o.MaxPoints || len(q.Shape) < 2 {
				r.Fatalf("asked of %d points", len(q.Shape))
			}
		}
		// Answers have six decimals, so that each request moves its ends by up to 0.1 m.
		most := 0.5 + 0.1*float64(len(s.asked))
		near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < most || math.IsNaN(a) && math.IsNaN(b) })
		// A cut adds a point to the line of the road.
		shape := cmp.FilterPath(func(p cmp.Path) bool {
			switch p.Last().String() {
			case ".Shape", ".From", ".To":
				return true
			}
			return false
		}, cmp.Ignore())
		if d := cmp.Diff(whole, parts, near, shape); d != "" {
			r.Fatal(d)
		}
		checkPath(r, parts[0], track)
	})
}

// checkPath tells whether a path is what its comments say.
func checkPath(t rapid.TB, p Path, track *match.Track) {
	if len(p.Edges) == 0 || len(p.Shape) < 2 || p.Edges[0].From != 0 || p.Edges[len(p.Edges)-1].To != len(p.Shape)-1 {
		t.Fatalf("the edges do not cover the shape of %d points: %+v", len(p.Shape), p.Edges)
	}
	sum := 0.0
	for i, e := range p.Edges {
		if e.From > e.To || i > 0 && e.From != p.Edges[i-1].To || math.Abs(lineLength(p.Shape[e.From:e.To+1])-e.LengthM) > 0.5+0.01*e.LengthM {
			t.Fatalf("edge %d of %+v", i, p.Edges)
		}
		sum += e.LengthM
	}
	if math.Abs(sum-p.LengthM) > 0.01 {
		t.Fatalf("edges of %.3f m in a path of %.3f m", sum, p.LengthM)
	}
	for i, f := range p.Fixes {
		if f.Edge < 0 || f.Edge >= len(p.Edges) || f.Along < 0 || f.Along > p.LengthM+0.01 || f.Fix >= track.Len() ||
			i > 0 && (f.Fix <= p.Fixes[i-1].Fix || f.Along < p.Fixes[i-1].Along-1e-9 || f.Edge < p.Fixes[i-1].Edge) {
			t.Fatalf("fix %d: %+v", i, f)
		}
	}
}

// A service whose limits are lower than the options say is asked in smaller parts.
func TestMatchWithinTheServicesLimits(t *testing.T) {
	s := serve(t, road{edgeM: 700, edges: 60})
	s.most = 60
	paths, err := client(t, s.URL, nil).Match(t.Context(), drive(100, 30_000, 90, 3), nil)
	if err != nil || len(paths) != 1 || math.Abs(paths[0].LengthM-29_880) > 50 || len(paths[0].Fixes) != 333 {
		t.Fatalf("%d paths, %v: %+v", len(paths), err, paths)
	}
	s.most = 1
	var refused *Refused
	if _, err := client(t, s.URL, nil).Match(t.Context(), drive(100, 30_000, 90, 3), nil); !errors.As(err, &refused) || refused.Code != codeTooManyPoints {
		t.Error(err)
	}
}

// What was not shared is not asked for: no request holds fixes of both sides.
func TestMatchNeverAsksAcrossWhatWasNotShared(t *testing.T) {
	s := serve(t, road{edgeM: 1000, edges: 10})
	track := drive(0, 6_000, 100, 0)
	track.Break[20] = true
	track.Break[41] = true // falls between two of the fixes that are sent
	var idx []int
	for i := 0; i < track.Len(); i += 2 {
		idx = append(idx, i)
	}
	paths, err := client(t, s.URL, nil).Match(t.Context(), track, idx)
	if err != nil || len(paths) != 3 || len(s.asked) != 3 {
		t.Fatalf("%d paths of %d requests, %v", len(paths), len(s.asked), err)
	}
	for i, n := range []int{10, 11, 10} {
		if len(s.asked[i].Shape) != n {
			t.Errorf("request %d has %d fixes, want %d", i, len(s.asked[i].Shape), n)
		}
	}
}

// The answer in testdata has everything that the documents name: warnings, no limit,
// a ramp, a fix on no road, a break of the line.
func TestParseTrace(t *testing.T) {
	answer, err := os.ReadFile("testdata/trace.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := parseTrace(answer, 8)
	if err != nil {
		t.Fatal(err)
	}
	w := window{from: 0, to: 7}
	for i := range 8 {
		w.fixes, w.accuracy, w.places = append(w.fixes, i), append(w.accuracy, 5), append(w.places, orb.Point{9.52, 47.14})
	}
	paths := m.paths(w, nil)
	if len(paths) != 2 {
		t.Fatalf("%d paths", len(paths))
	}
	a, b := paths[0], paths[1]
	var fixes []int
	for _, p := range paths {
		for _, f := range p.Fixes {
			fixes = append(fixes, f.Fix)
		}
	}
	if d := cmp.Diff([]int{0, 1, 3, 4, 5, 6, 7}, fixes); d != "" {
		t.Error(d)
	}
	if !math.IsInf(a.Edges[0].LimitKmh, 1) || a.Edges[0].Class != roads.Motorway || a.Edges[1].Class != roads.MotorwayLink || !math.IsNaN(a.Edges[1].LimitKmh) {
		t.Errorf("edges %+v", a.Edges)
	}
	if b.Edges[0].LimitKmh != 50 || b.Edges[0].Country != "AT" || a.Edges[0].Country != "LI" {
		t.Errorf("edges %+v", b.Edges)
	}
	if d := geo.Distance(a.Shape[len(a.Shape)-1], b.Shape[0]); d < 100 {
		t.Errorf("the paths are %.0f m apart", d)
	}
	track := drive(0, 700, 100, 0)
	for _, p := range paths {
		checkPath(t, p, track)
	}
}
