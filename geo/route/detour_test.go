package route

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The detours are those that two searches for every single place give.
func TestDetoursAreThoseOfEveryPlace(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		m := network(t, r)
		router, other := New(m, Options{}), New(m, Options{})
		here, goal := anywhere(m, r), anywhere(m, r)
		var ahead *Path
		if r.IntN(2) == 0 {
			ahead = &Path{}
			if router.Way(here, goal, Time, ahead) != nil {
				return
			}
		}
		var places []End
		for range 12 {
			p, _ := m.PointAt(anywhere(m, r).Edge, 10)
			p[0] += r.Float64() * 0.0004
			places = append(places, End{At: p, Heading: math.NaN()})
		}
		most := r.Float64() * 400
		var want []Detour
		for i, place := range places {
			var there, back, base Path
			rest := here
			if ahead != nil {
				// Where the way ends: a goal just behind its start counts as reached there.
				rest, base = End{Matched: true, Edge: ahead.Edges[len(ahead.Edges)-1], Along: ahead.End}, *ahead
			}
			if other.Way(here, place, Time, &there) != nil || other.Way(place, rest, Time, &back) != nil {
				continue
			}
			extra := max(0, there.FreeFlowS+back.FreeFlowS-base.FreeFlowS)
			if extra <= most {
				want = append(want, Detour{i, there.LengthM, there.FreeFlowS, there.LengthM + back.LengthM - base.LengthM, extra})
			}
		}
		slices.SortFunc(want, compareDetours)
		n := 1 + r.IntN(len(places))
		want = want[:min(n, len(want))]
		got := router.Detours(here, ahead, places, n, most)
		if len(got) != len(want) {
			t.Fatalf("%d detours, want %d\n%+v\n%+v", len(got), len(want), got, want)
		}
		for i := range got {
			a, b := got[i], want[i]
			if a.Place != b.Place || math.Abs(a.ExtraS-b.ExtraS) > 1e-6 || math.Abs(a.ExtraM-b.ExtraM) > 1e-6 || a.ToM != b.ToM || a.ToS != b.ToS {
				t.Fatalf("%d: %+v, want %+v", i, a, b)
			}
			compared++
		}
	})
	t.Logf("%d detours", compared)
}

func TestDetoursToNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	m := network(t, r)
	router := New(m, Options{})
	here := anywhere(m, r)
	if d := router.Detours(here, nil, nil, 5, 600); len(d) != 0 {
		t.Error(d)
	}
	if d := router.Detours(here, nil, []End{here}, 0, 600); len(d) != 0 {
		t.Error(d)
	}
	far := End{Heading: math.NaN()}
	if d := router.Detours(here, nil, []End{far, here}, 5, 600); len(d) != 1 || d[0].Place != 1 {
		t.Error(d)
	}
}
