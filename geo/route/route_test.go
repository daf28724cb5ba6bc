package route

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"milepost/geo"
	"milepost/geo/roads"
)

// On any network the way costs what Dijkstra's method says, is one that may be driven,
// and is as long and takes as long as it says.
func TestWayIsThatOfDijkstra(t *testing.T) {
	ways := 0
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 1))
		m := network(t, r)
		router := New(m, Options{})
		for range 10 {
			from, to := anywhere(m, r), anywhere(m, r)
			for _, w := range []Measure{Length, Time} {
				var p Path
				err := router.Way(from, to, w, &p)
				want := plain(m, w, router.spot(from), router.spot(to))
				if want < 0 {
					if !errors.Is(err, ErrNoRoute) {
						t.Fatalf("no way, but %v and %+v", err, p)
					}
					continue
				}
				if err != nil {
					t.Fatalf("%v where a way costs %d", err, want)
				}
				ways++
				if got := checkPath(t, m, w, from, to, &p); got != want {
					t.Fatalf("measure %d: a way of %d, want %d", w, got, want)
				}
			}
		}
	})
	t.Logf("%d ways", ways)
}

func (r *Router) spot(e End) spot { return r.spots(&e, 0, nil)[0] }

// checkPath tells what a path costs, having looked whether it may be driven so.
func checkPath(t rapid.TB, m *roads.Map, w Measure, from, to End, p *Path) (cost int64) {
	for i := 1; i < len(p.Edges); i++ {
		cost += w.enter(m, p.Edges[i-1], p.Edges[i])
	}
	if len(p.Edges) == 1 && to.Along < from.Along && to.Along > from.Along-20.001 {
		to.Along = from.Along // as good as there
	}
	if p.Edges[0] != from.Edge || p.Edges[len(p.Edges)-1] != to.Edge || math.Abs(p.Start-from.Along) > 0.001 || math.Abs(p.End-to.Along) > 0.001 {
		t.Fatalf("from %+v to %+v: %+v", from, to, p)
	}
	var metres, seconds float64
	for i, e := range p.Edges {
		lo, hi := 0.0, m.Length(e)
		if i == 0 {
			lo = p.Start
		} else if !slices.Contains(nexts(m, p.Edges[i-1]), e) {
			t.Fatalf("edge %d may not be driven after %d", e, p.Edges[i-1])
		}
		if i == len(p.Edges)-1 {
			hi = p.End
		}
		metres += hi - lo
		seconds += (hi - lo) / m.FreeFlow(e)
		cost += w.cost(m, e, int64(math.Round((hi-lo)*1000)))
	}
	if math.Abs(metres-p.LengthM) > 0.01 || math.Abs(seconds-p.FreeFlowS) > 0.01 {
		t.Fatalf("%.3f m in %.3f s, said %.3f m in %.3f s", metres, seconds, p.LengthM, p.FreeFlowS)
	}
	r := New(m, Options{})
	shape := r.Shape(p, nil)
	length := 0.0
	for i := 1; i < len(shape); i++ {
		length += geo.Distance(shape[i-1], shape[i])
	}
	if len(shape) < 2 || math.Abs(length-p.LengthM) > 0.2+0.001*p.LengthM {
		t.Fatalf("a shape of %d points and %.2f m for a path of %.2f m", len(shape), length, p.LengthM)
	}
	return cost
}

// A router that has searched before gives the same as a new one, in the same order of
// edges, whatever it was aimed at.
func TestWayIsTheSameAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		m := network(t, r)
		used := New(m, Options{})
		for range 5 {
			from, to := anywhere(m, r), anywhere(m, r)
			var a, b Path
			errA, errB := used.Way(from, to, Length, &a), New(m, Options{}).Way(from, to, Length, &b)
			if d := cmp.Diff(a, b); d != "" || !errors.Is(errA, errB) {
				t.Fatal(d, errA, errB)
			}
			// Without an aim the order of the search is another.
			c := New(m, Options{})
			if err := c.search(from, []End{to, {At: orb.Point{0, 0}}}, Length, math.MaxInt64/4); err == nil {
				var p Path
				c.trace(&c.best[0], &p)
				if d := cmp.Diff(a, p); d != "" {
					t.Fatal(d)
				}
			}
		}
	})
}

// An end that is only a place lies on the nearest road, in the direction of its heading.
func TestBetweenPlaces(t *testing.T) {
	var b roads.Builder
	line := []orb.Point{{11.50, 48.1}, {11.51, 48.1}, {11.52, 48.1}}
	b.AddWay(1, []roads.NodeID{1, 2, 3}, line, map[string]string{"highway": "residential", "maxspeed": "50"})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	r := New(m, Options{})
	unknown := math.NaN()
	a, z := End{At: orb.Point{11.503, 48.1001}, Heading: unknown}, End{At: orb.Point{11.513, 48.0999}, Heading: unknown}
	s, err := r.Between(a, z)
	if want := geo.Distance(orb.Point{11.503, 48.1}, orb.Point{11.513, 48.1}); err != nil || math.Abs(s.LengthM-want) > 1 || len(s.Shape) != 3 {
		t.Fatalf("%+v, %v, want %.1f m", s, err, want)
	}
	if v := s.LengthM / s.FreeFlowS; v < 10 || v > 14 {
		t.Errorf("%.1f m/s", v)
	}
	// Heading west it must turn round at the road's end.
	a.Heading = 270
	if s, err = r.Between(a, z); err != nil || s.LengthM < 1_150 {
		t.Errorf("%.1f m, %v: want the way by the western end", s.LengthM, err)
	}
	for name, c := range map[string]struct {
		to   End
		o    Options
		want error
	}{
		"no road":  {End{At: orb.Point{11.513, 48.2}, Heading: unknown}, Options{}, ErrNoRoute},
		"too far":  {z, Options{MaxM: 500}, ErrTooFar},
		"no place": {End{At: orb.Point{math.NaN(), 48.1}, Heading: unknown}, Options{}, ErrNoRoute},
	} {
		if s, err := New(m, c.o).Between(a, c.to); !errors.Is(err, c.want) || s.Shape != nil {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

// Who stands still is not taken round the block because the later fix lies behind.
func TestBetweenPlacesThatAreOne(t *testing.T) {
	var b roads.Builder
	b.AddWay(1, []roads.NodeID{1, 2}, []orb.Point{{11.50, 48.1}, {11.51, 48.1}}, map[string]string{"highway": "primary", "oneway": "yes"})
	b.AddWay(2, []roads.NodeID{2, 3, 1}, []orb.Point{{11.51, 48.1}, {11.505, 48.11}, {11.50, 48.1}}, map[string]string{"highway": "primary", "oneway": "yes"})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	r := New(m, Options{})
	here := End{At: orb.Point{11.505, 48.1}, Heading: 90}
	for metres, want := range map[float64]float64{0: 0, 10: 10, -15: 0, -40: 3_047} {
		to := End{At: orb.Point{11.505 + metres/74_260, 48.1}, Heading: math.NaN()}
		s, err := r.Between(here, to)
		if err != nil || math.Abs(s.LengthM-want) > max(1, want/20) || len(s.Shape) < 2 {
			t.Errorf("%.0f m ahead: %.1f m, %v, want %.0f m", metres, s.LengthM, err, want)
		}
	}
}

// The same where a junction lies between the two.
func TestBetweenPlacesAtAJunction(t *testing.T) {
	var b roads.Builder
	line := []orb.Point{{11.50, 48.1}, {11.51, 48.1}, {11.52, 48.1}}
	b.AddWay(1, []roads.NodeID{1, 2}, line[:2], map[string]string{"highway": "primary", "oneway": "yes"})
	b.AddWay(2, []roads.NodeID{2, 3}, line[1:], map[string]string{"highway": "secondary", "oneway": "yes"})
	b.AddWay(3, []roads.NodeID{3, 4, 1}, []orb.Point{line[2], {11.51, 48.11}, line[0]}, map[string]string{"highway": "primary", "oneway": "yes"})
	b.AddWay(4, []roads.NodeID{2, 5}, []orb.Point{line[1], {11.51, 48.09}}, map[string]string{"highway": "residential"})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	r := New(m, Options{})
	for metres, most := range map[float64]float64{5: 0, 14: 0, 30: 5_000} {
		s, err := r.Between(End{At: orb.Point{11.51 + 5/74_260.0, 48.1}, Heading: 90}, End{At: orb.Point{11.51 - metres/74_260, 48.1}, Heading: 90})
		if err != nil || s.LengthM > most || most > 0 && s.LengthM < 3_000 || len(s.Shape) < 2 {
			t.Errorf("%.0f m behind the junction: %.1f m, %v", metres, s.LengthM, err)
		}
	}
}

// Nobody cuts through a yard, but whoever has business there drives in.
func TestWayThroughAYard(t *testing.T) {
	var b roads.Builder
	a, z, yard := orb.Point{11.500, 48.1}, orb.Point{11.504, 48.1}, orb.Point{11.502, 48.1}
	b.AddWay(1, []roads.NodeID{1, 9, 2}, []orb.Point{a, yard, z}, map[string]string{"highway": "service", "access": "private"})
	b.AddWay(2, []roads.NodeID{1, 3, 2}, []orb.Point{a, {11.502, 48.102}, z}, map[string]string{"highway": "residential"})
	b.AddWay(3, []roads.NodeID{4, 1}, []orb.Point{{11.499, 48.1}, a}, map[string]string{"highway": "residential"})
	b.AddWay(4, []roads.NodeID{2, 5}, []orb.Point{z, {11.505, 48.1}}, map[string]string{"highway": "residential"})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	r := New(m, Options{RadiusM: 20})
	from := End{At: orb.Point{11.4995, 48.1}, Heading: math.NaN()}
	for _, c := range []struct {
		to   orb.Point
		want float64
	}{{orb.Point{11.5045, 48.1}, 609}, {orb.Point{11.5021, 48.1}, 193}} {
		s, err := r.Between(from, End{At: c.to, Heading: math.NaN()})
		if err != nil || math.Abs(s.LengthM-c.want) > 3 {
			t.Errorf("%.1f m, %v, want %.0f m", s.LengthM, err, c.want)
		}
	}
}

// A search that was made before needs no new memory.
func TestWayAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	m := network(t, r)
	router := New(m, Options{})
	var p Path
	from, to := anywhere(m, r), anywhere(m, r)
	for range 3 {
		if err := router.Way(from, to, Length, &p); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(100, func() { _ = router.Way(from, to, Length, &p) }); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}
