package places

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"milepost/geo/roads"
	"milepost/geo/route"
)

// drivable is a place on a random edge of a map.
func drivable(m *roads.Map, r *rand.Rand) route.End {
	for {
		e := roads.Edge(r.IntN(m.Edges()))
		if along := r.Float64() * m.Length(e); m.Drivable(e) {
			at, _ := m.PointAt(e, along)
			return route.End{At: at, Matched: true, Edge: e, Along: along}
		}
	}
}

// plainly asks for the way to every place of the list and on from there, one by one.
func plainly(l *List, by *route.Router, q Question) (stops []Stop) {
	back := q.Here
	var base route.Path
	if q.Ahead != nil {
		base = *q.Ahead
		back = route.End{Matched: true, Edge: base.Edges[len(base.Edges)-1], Along: base.End}
	}
	for i := range l.Len() {
		p := l.Place(i)
		var there, on route.Path
		at := route.End{At: p.At, Heading: math.NaN()}
		if p.Kinds&q.Kinds == 0 || !p.Public() || by.Way(q.Here, at, route.Time, &there) != nil || by.Way(at, back, route.Time, &on) != nil {
			continue
		}
		d := route.Detour{ToM: there.LengthM, ToS: there.FreeFlowS, ExtraM: there.LengthM + on.LengthM - base.LengthM,
			ExtraS: max(0, there.FreeFlowS+on.FreeFlowS-base.FreeFlowS)}
		if d.ExtraS <= q.ExtraS && (q.ReachM == 0 || d.ToM <= q.ReachM) {
			stops = append(stops, Stop{p, d})
		}
	}
	slices.SortStableFunc(stops, func(a, b Stop) int { return cmp.Or(cmp.Compare(a.ExtraS, b.ExtraS), cmp.Compare(a.ToS, b.ToS)) })
	return stops[:min(q.N, len(stops))]
}

// The nearest by detour are those that a look at every place of the town finds.
func TestNearestIsThatOfEveryPlace(t *testing.T) {
	for name, questions := range map[string]uint64{"munich.osm.pbf": 150, "liechtenstein.osm.pbf": 40} {
		t.Run(name, func(t *testing.T) {
			l, m := read(t, name), roadsOf(t, name)
			by, other := route.New(m, route.Options{}), route.New(m, route.Options{})
			compared := 0
			for seed := range questions {
				r := rand.New(rand.NewPCG(seed, 9))
				q := Question{Kinds: []Kinds{Fuel, Charging, Fuel | Rest}[r.IntN(3)], Here: drivable(m, r), N: 1 + r.IntN(6), ExtraS: 60 + 840*r.Float64()}
				if r.IntN(2) == 0 {
					var p route.Path
					if by.Way(q.Here, drivable(m, r), route.Time, &p) != nil {
						continue
					}
					q.Ahead, q.Line = &p, by.Shape(&p, nil)
				}
				if r.IntN(3) == 0 {
					q.ReachM = 3_000 * r.Float64()
				}
				got, want := l.Nearest(by, q), plainly(l, other, q)
				if len(got) != len(want) {
					t.Fatalf("question %d: %d stops, want %d", seed, len(got), len(want))
				}
				for i := range got {
					if got[i].Place != want[i].Place && math.Abs(got[i].ExtraS-want[i].ExtraS) > 1e-6 || math.Abs(got[i].ExtraM-want[i].ExtraM) > 1e-3 {
						t.Fatalf("question %d, stop %d: %s at %.1f s, want %s at %.1f s", seed, i, got[i].Place.ID, got[i].ExtraS, want[i].Place.ID, want[i].ExtraS)
					}
					compared++
				}
			}
			t.Logf("%d stops compared", compared)
		})
	}
}

func roadsOf(t testing.TB, name string) *roads.Map {
	t.Helper()
	var b roads.Builder
	if err := b.ReadPBF(context.Background(), opening(extract(t, name))); err != nil {
		t.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// counted answers that every place costs as many s as its number.
type counted struct{}

func (counted) Detours(_ route.End, _ *route.Path, places []route.End, n int, most float64) (all []route.Detour) {
	for i := range places {
		if d := (route.Detour{Place: i, ToM: float64(i) * 100, ExtraS: float64(i)}); d.ExtraS <= most && len(all) < n {
			all = append(all, d)
		}
	}
	return all
}

// What is asked for is what is answered: kinds, power, access, and what else is wanted.
func TestNearestKeepsToTheQuestion(t *testing.T) {
	var b Builder
	at := orb.Point{9.5, 47.1}
	b.Add(Place{ID: "a", Kinds: Charging, At: at, Plugs: []Plug{{Type: "type2", Kw: 22}}})
	b.Add(Place{ID: "b", Kinds: Charging, At: at, Plugs: []Plug{{Type: "type2_combo", Kw: 150}}, Access: "private"})
	b.Add(Place{ID: "c", Kinds: Charging | Fuel, At: at, Plugs: []Plug{{Type: "type2", Kw: 11}, {Type: "chademo", Kw: 50}}, Brand: "Shell"})
	b.Add(Place{ID: "d", Kinds: Charging, At: at})
	b.Add(Place{ID: "e", Kinds: Food, At: orb.Point{9.9, 47.1}})
	l := b.Build()
	for _, c := range []struct {
		q    Question
		want string
	}{
		{Question{Kinds: Charging, N: 9, ExtraS: 600}, "acd"},
		{Question{Kinds: Charging, N: 2, ExtraS: 600}, "ac"},
		{Question{Kinds: Charging, N: 9, ExtraS: 600, LeastKw: 50}, "c"},
		{Question{Kinds: Charging, N: 9, ExtraS: 600, LeastKw: 50, Private: true}, "bc"},
		{Question{Kinds: All, N: 9, ExtraS: 600, Wanted: func(p *Place) bool { return p.Brand == "" }}, "ad"},
		{Question{Kinds: Charging, N: 9, ExtraS: 600, ReachM: 150}, "ac"},
		{Question{Kinds: Food, N: 9, ExtraS: 600}, ""},
		{Question{Kinds: Food, N: 9, ExtraS: 6000}, "e"},
		{Question{Kinds: Charging, ExtraS: 600}, ""},
	} {
		c.q.Here = route.End{At: at}
		got := ""
		for _, s := range l.Nearest(counted{}, c.q) {
			got += s.Place.ID
		}
		if got != c.want {
			t.Errorf("%+v gives %q, want %q", c.q, got, c.want)
		}
	}
}

// The five nearest by detour, there and back, and on a way across the town.
func BenchmarkNearest(b *testing.B) {
	for _, c := range []struct {
		name  string
		file  string
		kinds Kinds
		ahead bool
	}{
		{"munich_food_there_and_back", "munich.osm.pbf", Food, false},
		{"liechtenstein_fuel_there_and_back", "liechtenstein.osm.pbf", Fuel, false},
		{"liechtenstein_fuel_on_a_way", "liechtenstein.osm.pbf", Fuel, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			l, m := read(b, c.file), roadsOf(b, c.file)
			by := route.New(m, route.Options{})
			r := rand.New(rand.NewPCG(3, 9))
			var questions []Question
			for len(questions) < 100 {
				q := Question{Kinds: c.kinds, Here: drivable(m, r), N: 5, ExtraS: 1200}
				if c.ahead {
					var p route.Path
					if by.Way(q.Here, drivable(m, r), route.Time, &p) != nil {
						continue
					}
					q.Ahead, q.Line = &p, by.Shape(&p, nil)
				}
				questions = append(questions, q)
			}
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				begin := time.Now()
				l.Nearest(by, questions[i%len(questions)])
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
