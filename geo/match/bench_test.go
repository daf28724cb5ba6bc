package match_test

import (
	"math/rand/v2"
	"testing"

	"milepost/geo/match"
)

// A trip of 20 min at 1 Hz, in a city of 5,000 directed edges.
func BenchmarkMatch(b *testing.B) {
	rng := rand.New(rand.NewPCG(11, 9))
	m := city(b, rng, 36)
	d := trip(b, m, rng, 4000)
	track := d.track(rng, telling{every: 1, noise: 5, speed: d.length() / 1200, accuracy: 8, wheels: true, heading: true})
	for _, c := range []struct {
		name string
		match.Options
	}{{"full", match.Options{}}, {"thinned", match.Options{Thin: true}}} {
		b.Run(c.name, func(b *testing.B) {
			matcher := match.New(m, c.Options)
			var paths []match.Path
			b.ReportAllocs()
			for b.Loop() {
				paths = matcher.Match(track, paths[:0])
			}
			b.ReportMetric(float64(b.N)*float64(track.Len())/b.Elapsed().Seconds(), "points/s")
			b.ReportMetric(float64(len(paths)), "paths")
		})
	}
}
