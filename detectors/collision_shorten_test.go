package detectors

import "testing"

// Of a vehicle that does not share its location no speed is kept of more than 20 s before,
// and the newer ones stay as they were.
func TestShorten(t *testing.T) {
	const start = int64(1_700_000_000)
	d := Collisions{watch: &watch{}}
	for k := range int64(450) {
		d.watch.speeds.add(start*second+k*100*millisecond, float32(k)/10)
	}
	now := start + 45
	all := d.watch.speeds.before(now * second)
	d.Shorten(now)
	kept := d.watch.speeds.before(now * second)
	want := 0
	for _, s := range all {
		if s.At >= (now-20)*second {
			want++
		}
	}
	for _, s := range kept {
		if s.At < (now-20)*second {
			t.Errorf("a speed of %.1f s before", float64(now*second-s.At)/second)
		}
	}
	// A slot of 2 s that reaches over the edge goes with what it holds.
	if len(all) <= want || len(kept) < want-1 || len(kept) > want {
		t.Errorf("%d of %d kept, want %d", len(kept), len(all), want)
	}
	(&Collisions{}).Shorten(now)
}
