package detectors

import (
	"testing"

	"pgregory.net/rapid"
)

// near gives what a search through all that is kept gives.
func TestMeansNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m means
		type kept struct {
			at int64
			a  float64
		}
		var all []kept
		at := int64(1e15)
		for i := range rapid.IntRange(1, 60).Draw(t, "n") {
			at += rapid.Int64Range(75, 300).Draw(t, "step_ms") * millisecond
			m.add(at, float64(i))
			all = append(all, kept{at, float64(i)})
		}
		if len(all) > 16 {
			all = all[len(all)-16:]
		}
		ask := at - rapid.Int64Range(-200, 900).Draw(t, "back_ms")*millisecond
		off := func(k kept) int64 { return max(k.at-ask, ask-k.at) }
		nearest := int64(1 << 62)
		for _, k := range all {
			nearest = min(nearest, off(k))
		}
		got, ok := m.near(ask)
		if ok != (nearest <= 100*millisecond) {
			t.Fatalf("found %t, nearest is %d µs off", ok, nearest)
		}
		for _, k := range all {
			if ok && k.a == got && off(k) != nearest {
				t.Fatalf("gave a mean %d µs off, nearest is %d", off(k), nearest)
			}
		}
	})
}
