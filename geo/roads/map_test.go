package roads_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"milepost/geo"
	"milepost/geo/roads"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// town is a small map: a grid of streets, made of ways that bend.
func town(tb testing.TB, seed uint64, ways int) *roads.Map {
	tb.Helper()
	var b roads.Builder
	r := rand.New(rand.NewPCG(seed, 1))
	for w := range ways {
		at := orb.Point{11.5 + r.Float64()/50, 48.1 + r.Float64()/50}
		var nodes []roads.NodeID
		var line []orb.Point
		for i := range 2 + r.IntN(30) {
			nodes, line = append(nodes, roads.NodeID(w*100+i)), append(line, at)
			at = orb.Point{at[0] + (r.Float64()-0.4)/2000, at[1] + (r.Float64()-0.5)/2000}
		}
		b.AddWay(int64(w), nodes, line, map[string]string{"highway": "residential"})
	}
	m, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// TestNearFindsWhatALookAtEveryPointFinds compares the index with a plain search.
func TestNearFindsWhatALookAtEveryPointFinds(t *testing.T) {
	m := town(t, 1, 300)
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(11.49, 11.53).Draw(t, "lon"), rapid.Float64Range(48.09, 48.13).Draw(t, "lat")}
		radius := rapid.Float64Range(0, 500).Draw(t, "radius")
		got := map[roads.Edge]roads.Near{}
		for _, n := range m.Near(p, radius, nil) {
			if _, twice := got[n.Edge]; twice || n.Edge%2 == 1 {
				t.Fatalf("edge %d is there twice or odd", n.Edge)
			}
			got[n.Edge] = n
		}
		for e := roads.Edge(0); int(e) < m.Edges(); e += 2 {
			off, along := plainNear(m, e, p)
			n, found := got[e]
			if off < radius-0.01 && !found || found && math.Abs(off-n.Off) > 0.01 {
				t.Fatalf("edge %d is %.3f m off, found %v %+v", e, off, found, n)
			}
			if at, _ := m.PointAt(e, n.Along); found && math.Abs(geo.Distance(at, p)-n.Off) > 0.05 {
				t.Fatalf("edge %d: the point %.2f m along is %.3f m off, said %.3f (plainly %.2f along)", e, n.Along, geo.Distance(at, p), n.Off, along)
			}
		}
	})
}

// plainNear walks an edge in steps.
func plainNear(m *roads.Map, e roads.Edge, p orb.Point) (off, along float64) {
	off = math.Inf(1)
	shape := m.Shape(e, nil)
	walked := 0.0
	for i := 1; i < len(shape); i++ {
		a, b := shape[i-1], shape[i]
		k := math.Cos(p[1]*math.Pi/180) * math.Pi / 180 * 6371008.8
		l := math.Pi / 180 * 6371008.8
		ax, ay, bx, by := (a[0]-p[0])*k, (a[1]-p[1])*l, (b[0]-p[0])*k, (b[1]-p[1])*l
		dx, dy := bx-ax, by-ay
		s := min(max(-(ax*dx+ay*dy)/(dx*dx+dy*dy), 0), 1)
		if d := math.Hypot(ax+s*dx, ay+s*dy); d < off {
			off, along = d, walked+s*math.Hypot(dx, dy)
		}
		walked += math.Hypot(dx, dy)
	}
	return off, along
}

func TestLengthIsThatOfTheShape(t *testing.T) {
	m := town(t, 2, 200)
	for e := range roads.Edge(m.Edges()) {
		shape, length := m.Shape(e, nil), 0.0
		for i := 1; i < len(shape); i++ {
			length += geo.Distance(shape[i-1], shape[i])
		}
		if math.Abs(length-m.Length(e)) > 0.002+1e-6*length {
			t.Errorf("edge %d: %.4f m, its shape %.4f", e, m.Length(e), length)
		}
		if shape[0] != m.Point(m.From(e)) || shape[len(shape)-1] != m.Point(m.To(e)) {
			t.Errorf("edge %d does not run between its nodes", e)
		}
		if p, _ := m.PointAt(e, 0); geo.Distance(p, shape[0]) > 0.01 {
			t.Errorf("edge %d begins at %v, not %v", e, p, shape[0])
		}
		if p, _ := m.PointAt(e, m.Length(e)); geo.Distance(p, shape[len(shape)-1]) > 0.01 {
			t.Errorf("edge %d ends at %v, not %v", e, p, shape[len(shape)-1])
		}
	}
}

// cross is four arms that meet in node 0: 1 east, 2 north, 3 west, 4 south, the ways'
// numbers being those of their ends.
func cross(tags map[int64]map[string]string, rules ...roads.Restriction) (*roads.Map, error) {
	var b roads.Builder
	ends := []orb.Point{{0.001, 0}, {0, 0.001}, {-0.001, 0}, {0, -0.001}}
	for i, end := range ends {
		t := tags[int64(i+1)]
		if t == nil {
			t = map[string]string{"highway": "residential"}
		}
		b.AddWay(int64(i+1), []roads.NodeID{roads.NodeID(i + 1), 0}, []orb.Point{end, {0, 0}}, t)
	}
	for _, r := range rules {
		b.AddRestriction(r)
	}
	return b.Build()
}

// arm finds the edge that leads from arm a into the crossing, or out of it.
func arm(m *roads.Map, a int64, in bool) roads.Edge {
	ends := map[int64]orb.Point{1: {0.001, 0}, 2: {0, 0.001}, 3: {-0.001, 0}, 4: {0, -0.001}}
	for e := range roads.Edge(m.Edges()) {
		if from := m.Point(m.From(e)); in && from == ends[a] {
			return e
		}
		if to := m.Point(m.To(e)); !in && to == ends[a] {
			return e
		}
	}
	return roads.None
}

func TestRestrictionsForbidTurns(t *testing.T) {
	for name, c := range map[string]struct {
		rule    roads.Restriction
		allowed map[[2]int64]bool
	}{
		"no":   {roads.Restriction{Kind: "no_left_turn", From: 1, To: 4}, map[[2]int64]bool{{1, 4}: false, {1, 2}: true, {4, 1}: true}},
		"only": {roads.Restriction{Kind: "only_straight_on", From: 1, To: 3}, map[[2]int64]bool{{1, 3}: true, {1, 2}: false, {1, 4}: false, {1, 1}: false, {2, 4}: true}},
		"u":    {roads.Restriction{Kind: "no_u_turn", From: 1, To: 1}, map[[2]int64]bool{{1, 1}: false, {1, 2}: true, {2, 2}: true}},
		"void": {roads.Restriction{Kind: "only_left_turn", From: 1, To: 9}, map[[2]int64]bool{{1, 2}: true, {1, 4}: true}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := cross(nil, c.rule)
			if err != nil {
				t.Fatal(err)
			}
			for turn, want := range c.allowed {
				if got := m.Allowed(arm(m, turn[0], true), arm(m, turn[1], false)); got != want {
					t.Errorf("from arm %d into %d: allowed %v", turn[0], turn[1], got)
				}
			}
		})
	}
}

func TestOneWayLeavesOnlyOneDirection(t *testing.T) {
	for value, want := range map[string][2]bool{"yes": {true, false}, "-1": {false, true}, "no": {true, true}, "reversible": {true, true}} {
		m, err := cross(map[int64]map[string]string{1: {"highway": "primary", "oneway": value}})
		if err != nil {
			t.Fatal(err)
		}
		in, out := arm(m, 1, true), arm(m, 1, false)
		if got := [2]bool{m.Drivable(in), m.Drivable(out)}; got != want {
			t.Errorf("oneway=%s: drivable %v, want %v", value, got, want)
		}
		leaves := false
		for _, e := range m.Leaving(m.To(in)) {
			leaves = leaves || e == out
		}
		if leaves != want[1] {
			t.Errorf("oneway=%s: leaving the crossing %v, want %v", value, leaves, want[1])
		}
	}
}

// A byte numbers countries: more codes than that are none, and not others.
func TestMoreCountriesThanThereAre(t *testing.T) {
	var b roads.Builder
	for i := range 300 {
		b.SetCountry(string([]byte{'A' + byte(i/26), 'A' + byte(i%26)}))
		x := float64(i) / 100
		b.AddWay(int64(i), []roads.NodeID{roads.NodeID(2 * i), roads.NodeID(2*i + 1)}, []orb.Point{{x, 0}, {x, 0.001}}, map[string]string{"highway": "road"})
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]int{}
	for e := roads.Edge(0); int(e) < m.Edges(); e += 2 {
		codes[m.Country(e)]++
	}
	if len(codes) != 256 || codes[""] != 45 || codes["AA"] != 1 {
		t.Errorf("%d codes, %d edges of none", len(codes), codes[""])
	}
}

// A way may go on through the node where nobody may turn round.
func TestNoUTurnLeavesTheWayOn(t *testing.T) {
	var b roads.Builder
	street := map[string]string{"highway": "residential"}
	b.AddWay(1, []roads.NodeID{1, 2, 3}, []orb.Point{{0, 0}, {0.001, 0}, {0.002, 0}}, street)
	b.AddWay(2, []roads.NodeID{2, 4}, []orb.Point{{0.001, 0}, {0.001, 0.001}}, street)
	b.AddRestriction(roads.Restriction{Kind: "no_u_turn", From: 1, To: 1, Via: 2})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for in := range roads.Edge(m.Edges()) {
		if m.Point(m.To(in)) != (orb.Point{0.001, 0}) {
			continue
		}
		for _, out := range m.Leaving(m.To(in)) {
			judged++
			from := m.Point(m.From(in))
			if want := out != in^1 || from[1] > 0; m.Allowed(in, out) != want {
				t.Errorf("from %v to %v: allowed is %v", from, m.Point(m.To(out)), !want)
			}
		}
	}
	if judged != 9 {
		t.Errorf("%d turns at the crossing, want 9", judged)
	}
}
