package match_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/geo/match"
	"milepost/geo/roads"
)

var unknown = float32(math.NaN())

// outing is a drive through a city of its own, and where the dice stand behind it.
type outing struct {
	drive
	dice rand.PCG
}

// outings are drives that several tellings share: cities take longer to build than to match.
func outings(t *testing.T, n int) (all []outing) {
	t.Helper()
	for seed := range uint64(n) {
		dice := rand.NewPCG(seed, 1)
		rng := rand.New(dice)
		d := trip(t, city(t, rng, 24), rng, 2500)
		all = append(all, outing{d, *dice})
	}
	return all
}

// Newson and Krumm's measure, on streets of a simulated city.
func TestRouteMismatch(t *testing.T) {
	drives := outings(t, 60)
	for _, c := range []struct {
		name string
		telling
		thin  bool
		limit float64
	}{
		{"1 Hz", telling{every: 1, noise: 5, speed: 12, accuracy: 7.5, wheels: true, heading: true}, false, 0.005},
		{"1 Hz, thinned", telling{every: 1, noise: 5, speed: 12, accuracy: 7.5, wheels: true, heading: true}, true, 0.005},
		{"1 Hz, places alone", telling{every: 1, noise: 5, speed: 12, accuracy: unknown}, false, 0.005},
		{"10 s", telling{every: 10, noise: 5, speed: 12, accuracy: 7.5, wheels: true, heading: true}, false, 0.01},
		{"30 s", telling{every: 30, noise: 5, speed: 12, accuracy: 7.5, wheels: true, heading: true}, false, 0.02},
		{"30 s, no wheels", telling{every: 30, noise: 5, speed: 12, accuracy: 7.5, heading: true}, false, 0.06},
		{"30 s, places alone", telling{every: 30, noise: 5, speed: 12, accuracy: unknown}, false, 0.09},
	} {
		t.Run(c.name, func(t *testing.T) {
			wrong, total, paths := 0.0, 0.0, 0
			for _, d := range drives {
				track := d.track(rand.New(&d.dice), c.telling)
				found := match.New(d.m, match.Options{Thin: c.thin}).Match(track, nil)
				checkPaths(t, d.m, track, found)
				w, l := d.mismatch(found)
				wrong, total, paths = wrong+w, total+l, paths+len(found)
			}
			t.Logf("route mismatch %.2f %% of %.0f km, %d paths of %d drives", 100*wrong/total, total/1000, paths, len(drives))
			if wrong/total > c.limit {
				t.Errorf("route mismatch %.2f %%, want at most %.2f %%", 100*wrong/total, 100*c.limit)
			}
		})
	}
}

// motorway has a service road beside it, ramps between, and a street across.
func motorway(t testing.TB, apart float64) *roads.Map {
	var w world
	for x := 0.0; x < 6000; x += 300 {
		w.road(tags("motorway", "A 8", "oneway", "yes", "maxspeed", "120"), [2]float64{x, 0}, [2]float64{x + 300, 0})
		w.road(tags("motorway", "A 8 back", "oneway", "yes", "maxspeed", "120"), [2]float64{x + 300, -15}, [2]float64{x, -15})
		w.road(tags("service", "Farm road"), [2]float64{x, apart}, [2]float64{x + 300, apart})
		if int(x)%1500 == 600 {
			w.road(tags("motorway_link", "Ramp", "oneway", "yes"), [2]float64{x, 0}, [2]float64{x + 150, apart / 2}, [2]float64{x + 300, apart})
			w.road(tags("motorway_link", "Ramp on", "oneway", "yes"), [2]float64{x + 300, apart}, [2]float64{x + 450, apart / 2}, [2]float64{x + 600, 0})
		}
	}
	w.road(tags("residential", "Village street"), [2]float64{0, apart}, [2]float64{0, 400})
	return w.build(t)
}

// straight is the drive along edges of one name from west to east.
func straight(t testing.TB, m *roads.Map, name string, y float64) drive {
	t.Helper()
	near := m.Near(place(10, y), 5, nil)
	for _, n := range near {
		for _, e := range [2]roads.Edge{n.Edge, n.Edge ^ 1} {
			if _, b := m.PointAt(e, 0); m.Name(e) != name || !m.Drivable(e) || math.Abs(b-90) > 20 {
				continue
			}
			d := drive{m: m, edges: []roads.Edge{e}}
			for grown := true; grown; {
				grown = false
				for _, o := range m.Leaving(m.To(e)) {
					if o != e^1 && m.Name(o) == name {
						d.edges, e, grown = append(d.edges, o), o, true
						break
					}
				}
			}
			return d
		}
	}
	t.Fatalf("no road %s", name)
	return drive{}
}

func TestServiceRoadBesideMotorway(t *testing.T) {
	for _, c := range []struct {
		name  string
		y     float64
		speed float64
	}{{"A 8", 0, 30}, {"A 8", 0, 12}, {"Farm road", 20, 11}} {
		for _, thin := range []bool{false, true} {
			right, all := 0.0, 0.0
			for seed := range uint64(20) {
				rng := rand.New(rand.NewPCG(seed, 2))
				m := motorway(t, 20)
				d := straight(t, m, c.name, c.y)
				track := d.track(rng, telling{every: 1, noise: 5, speed: c.speed, accuracy: 7.5, wheels: true, heading: true})
				matcher := match.New(m, match.Options{Thin: thin})
				paths := matcher.Match(track, nil)
				checkPaths(t, m, track, paths)
				all += float64(track.Len())
				for i := range paths {
					for _, o := range matcher.Fill(track, &paths[i], nil) {
						if m.Name(paths[i].Edges[o.Edge]) == c.name {
							right++
						}
					}
				}
			}
			t.Logf("%s at %.0f km/h, thin %v: right on %.2f %% of its length", c.name, c.speed*3.6, thin, 100*right/all)
			if right/all < 0.98 {
				t.Errorf("%s at %.0f km/h, thin %v: right on %.2f %% of its length, want 98 %%", c.name, c.speed*3.6, thin, 100*right/all)
			}
		}
	}
}

// tunnel is a street that dives under a hill, with a longer road over it.
func tunnel(t testing.TB) *roads.Map {
	var w world
	w.road(tags("primary", "Main street"), [2]float64{0, 0}, [2]float64{600, 0})
	w.road(tags("primary", "Tunnel", "tunnel", "yes"), [2]float64{600, 0}, [2]float64{1200, 150}, [2]float64{2000, 200})
	w.road(tags("primary", "East street"), [2]float64{2000, 200}, [2]float64{2600, 200})
	w.road(tags("secondary", "Hill road"), [2]float64{600, 0}, [2]float64{900, -100}, [2]float64{1700, 0}, [2]float64{2000, 200})
	w.road(tags("residential", "Side street"), [2]float64{2000, 200}, [2]float64{2000, 500})
	return w.build(t)
}

func TestTunnelIsBridged(t *testing.T) {
	for _, wheels := range []bool{true, false} {
		for seed := range uint64(20) {
			rng := rand.New(rand.NewPCG(seed, 3))
			m := tunnel(t)
			var d drive
			for _, name := range []string{"Main street", "Tunnel", "East street"} {
				for e := range roads.Edge(m.Edges()) {
					if _, b := m.PointAt(e, 0); m.Name(e) == name && math.Abs(b-90) < 40 {
						d.edges = append(d.edges, e)
					}
				}
			}
			d.m, d.start = m, 50
			o := telling{every: 1, noise: 5, speed: 20, accuracy: 7.5, wheels: wheels, heading: true, lost: m.Tunnel}
			track := d.track(rng, o)
			paths := match.New(m, match.Options{}).Match(track, nil)
			checkPaths(t, m, track, paths)
			if wrong, _ := d.mismatch(paths); len(paths) != 1 || wrong > 0 {
				t.Errorf("wheels %v, seed %d: %d paths, %g m wrong", wheels, seed, len(paths), wrong)
			}
		}
	}
}

// A car on a road that the map lacks is on no road, however long it drives beside one.
func TestRoadThatIsMissing(t *testing.T) {
	m := motorway(t, 20)
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 4))
		track := &match.Track{}
		for i := range 600 {
			p := place(100+8*float64(i)+5*rng.NormFloat64(), 60+5*rng.NormFloat64()) // 40 m beside
			track.Add(match.Fix{At: int64(i) * 1e6, Lon: p[0], Lat: p[1], Accuracy: 7.5, Heading: 90, Speed: 8, Driven: 8 * float64(i)})
		}
		if paths := match.New(m, match.Options{}).Match(track, nil); len(paths) > 0 {
			t.Errorf("seed %d: %d paths, fixes %d..", seed, len(paths), paths[0].Fixes[0].Fix)
		}
	}
}

// A standing car's fixes wander; the car does not.
func TestStandingStill(t *testing.T) {
	m := city(t, rand.New(rand.NewPCG(1, 5)), 14)
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 6))
		d := trip(t, m, rng, 900)
		before := d.track(rng, telling{every: 1, noise: 4, speed: 10, accuracy: 6, heading: true})
		track := &match.Track{}
		for i := range before.At {
			f := match.Fix{At: track64(track), Lat: before.Lat[i], Lon: before.Lon[i], Accuracy: 6, Heading: before.Heading[i], Speed: 10, Driven: math.NaN()}
			track.Add(f)
			for k := 0; i == 70 && k < 300; k++ { // five minutes at lights
				f.At, f.Speed, f.Heading = f.At+1e6, 0, rng.Float32()*360
				f.Lat += 8 * rng.NormFloat64() / metresPerDegree / 3
				f.Lon += 8 * rng.NormFloat64() / metresPerDegree / 3
				track.Add(f)
			}
		}
		paths := match.New(m, match.Options{}).Match(track, nil)
		checkPaths(t, m, track, paths)
		if wrong, total := d.mismatch(paths); wrong > 0.03*total {
			t.Errorf("seed %d: %g of %g m wrong, %d paths", seed, wrong, total, len(paths))
		}
	}
}

// track64 is the time after a track's last fix.
func track64(t *match.Track) int64 {
	if t.Len() == 0 {
		return 0
	}
	return t.At[t.Len()-1] + 1e6
}

// Nothing may be told of the line over a break, so no path crosses one, and what is
// found on one side does not depend on the other.
func TestBreakEndsAPath(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 6))
	m := city(t, rng, 20)
	d := trip(t, m, rng, 2000)
	track := d.track(rng, telling{every: 1, noise: 5, speed: 12, accuracy: 7.5, wheels: true, heading: true})
	track.Break[90] = true
	whole := match.New(m, match.Options{}).Match(track, nil)
	checkPaths(t, m, track, whole)
	if len(whole) != 2 {
		t.Fatalf("%d paths, want one on each side of the break", len(whole))
	}
	before := &match.Track{}
	for i := range 90 {
		before.Add(match.Fix{At: track.At[i], Lat: track.Lat[i], Lon: track.Lon[i], Accuracy: track.Accuracy[i], Heading: track.Heading[i], Speed: track.Speed[i], Driven: track.Driven[i]})
	}
	alone := match.New(m, match.Options{}).Match(before, nil)
	if d := cmp.Diff(whole[:1], alone); d != "" {
		t.Errorf("the path before a break hangs on what comes after (-with +without):\n%s", d)
	}
}

// Who turns round in a dead end comes back on the same road.
func TestDeadEnd(t *testing.T) {
	var w world
	w.road(tags("residential", "Cul-de-sac"), [2]float64{0, 0}, [2]float64{200, 0})
	w.road(tags("residential", "Street"), [2]float64{0, -300}, [2]float64{0, 0}, [2]float64{0, 300})
	m := w.build(t)
	rng := rand.New(rand.NewPCG(1, 1))
	track := &match.Track{}
	for i := range 41 {
		x, heading := 10*float64(i), float32(90)
		if i > 20 {
			x, heading = 400-x, 270
		}
		p := place(x+2*rng.NormFloat64(), 2*rng.NormFloat64())
		track.Add(match.Fix{At: int64(i) * 1e6, Lon: p[0], Lat: p[1], Accuracy: 5, Heading: heading, Speed: 10, Driven: 10 * float64(i)})
	}
	paths := match.New(m, match.Options{}).Match(track, nil)
	checkPaths(t, m, track, paths)
	if len(paths) != 1 || len(paths[0].Edges) != 2 || paths[0].Edges[0] != paths[0].Edges[1]^1 {
		t.Errorf("paths of a turn in a dead end: %+v", paths)
	}
}

// Wheels that count nothing while the car drives are not believed to stand.
func TestWheelsThatAreStuck(t *testing.T) {
	rng := rand.New(rand.NewPCG(22, 6))
	m := city(t, rng, 20)
	d := trip(t, m, rng, 1500)
	track := d.track(rng, telling{every: 1, noise: 5, speed: 12, accuracy: 7.5, heading: true})
	for i := range track.Driven {
		track.Driven[i] = 1234
	}
	for _, thin := range []bool{false, true} {
		paths := match.New(m, match.Options{Thin: thin}).Match(track, nil)
		checkPaths(t, m, track, paths)
		if wrong, total := d.mismatch(paths); len(paths) != 1 || wrong > 0.02*total {
			t.Errorf("thin %v: %d paths, %g of %g m wrong", thin, len(paths), wrong, total)
		}
	}
}
