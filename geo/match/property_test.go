package match_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/geo/match"
	"milepost/geo/roads"
)

// junk is any fix: some on the map, some nowhere.
func junk() *rapid.Generator[match.Fix] {
	return rapid.Custom(func(t *rapid.T) match.Fix {
		odd := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -1, 1e300, 90, 181, -180})
		number := func(name string, low, high float64) float64 {
			if rapid.IntRange(0, 19).Draw(t, name+" odd") == 0 {
				return odd.Draw(t, name)
			}
			return rapid.Float64Range(low, high).Draw(t, name)
		}
		p := place(number("x", -200, 1700), number("y", -200, 1700))
		return match.Fix{
			At: rapid.Int64Range(1, 200e6).Draw(t, "step"), Lat: p[1], Lon: p[0],
			Accuracy: float32(number("accuracy", 0, 60)), Heading: float32(number("heading", 0, 360)),
			Speed: float32(number("speed", 0, 50)), Driven: number("driven", 0, 1e5),
			Break: rapid.IntRange(0, 9).Draw(t, "break") == 0,
		}
	})
}

// tracks are of junk, of a drive, or of a drive with junk in it.
func tracks(m *roads.Map) *rapid.Generator[*match.Track] {
	return rapid.Custom(func(t *rapid.T) *match.Track {
		track := &match.Track{}
		var driven *match.Track
		if rapid.Bool().Draw(t, "real") {
			rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
			d := trip(t, m, rng, 300)
			driven = d.track(rng, telling{every: rapid.SampledFrom([]float64{1, 3, 10}).Draw(t, "every"), noise: 5, speed: 12, accuracy: 8, wheels: rapid.Bool().Draw(t, "wheels"), heading: rapid.Bool().Draw(t, "heading")})
		}
		at := int64(0)
		for range rapid.IntRange(0, 60).Draw(t, "fixes") {
			f := junk().Draw(t, "fix")
			if driven != nil && track.Len() < driven.Len() && rapid.IntRange(0, 9).Draw(t, "keep") > 0 {
				i := track.Len()
				f = match.Fix{At: 1e6, Lat: driven.Lat[i], Lon: driven.Lon[i], Accuracy: driven.Accuracy[i], Heading: driven.Heading[i], Speed: driven.Speed[i], Driven: driven.Driven[i], Break: f.Break}
			}
			at += f.At
			f.At = at
			track.Add(f)
		}
		return track
	})
}

func TestAnyTrackGivesPathsOfTheMap(t *testing.T) {
	m := city(t, rand.New(rand.NewPCG(3, 8)), 16)
	thin, full := match.New(m, match.Options{Thin: true}), match.New(m, match.Options{})
	equal := cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateEmpty()}
	rapid.Check(t, func(t *rapid.T) {
		track := tracks(m).Draw(t, "track")
		for _, used := range []*match.Matcher{full, thin} {
			paths := used.Match(track, nil)
			checkPaths(t, m, track, paths)
			again := match.New(m, match.Options{Thin: used == thin}).Match(track, nil)
			if d := cmp.Diff(paths, again, equal); d != "" {
				t.Fatalf("a used matcher gives another result (-used +fresh):\n%s", d)
			}
			last := -1
			for i := range paths {
				along := 0.0
				for _, o := range used.Fill(track, &paths[i], nil) {
					if o.Fix <= last || o.Along < along || o.Edge < 0 || o.Edge >= len(paths[i].Edges) {
						t.Fatalf("path %d filled: %+v after fix %d, %g m", i, o, last, along)
					}
					last, along = o.Fix, o.Along
				}
			}
		}
	})
}

func TestThinKeepsOrder(t *testing.T) {
	m := city(t, rand.New(rand.NewPCG(3, 8)), 16)
	rapid.Check(t, func(t *rapid.T) {
		track := tracks(m).Draw(t, "track")
		idx := match.Thin(track, []int{7})
		if idx[0] != 7 {
			t.Fatal("what was there is gone")
		}
		for i, k := range idx[1:] {
			if k >= track.Len() || i > 0 && k <= idx[i] {
				t.Fatalf("index %d after %v", k, idx[:i+1])
			}
		}
	})
}

func TestNoAllocationInSteadyState(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	m := city(t, rng, 24)
	d := trip(t, m, rng, 2500)
	track := d.track(rng, telling{every: 1, noise: 5, speed: 12, accuracy: 8, wheels: true, heading: true})
	matcher := match.New(m, match.Options{})
	var paths []match.Path
	var on []match.On
	if n := testing.AllocsPerRun(20, func() {
		paths = matcher.Match(track, paths[:0])
		for i := range paths {
			on = matcher.Fill(track, &paths[i], on[:0])
		}
	}); n > 0 {
		t.Errorf("%v allocations a trip of %d fixes", n, track.Len())
	}
}
