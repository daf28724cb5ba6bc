package detectors

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/state"
	"milepost/telemetry"
)

// roughUs is the length of a rough drive, µs.
const roughUs = 8_000_000

// rough is a drive with what sensors do: unknown values, holes, jitter, potholes, drops
// of speed and falls.
func rough(t *rapid.T) *telemetry.Frame {
	f := ordinary(rapid.SampledFrom([]float64{10, 22, 30, 50, 100, 128, 200}).Draw(t, "hz"), roughUs/1e6).frame()
	if rapid.Bool().Draw(t, "untold") {
		f.Body = telemetry.Body{}
	}
	m, v := &f.Motion, &f.Speed
	axes := [...][]float32{m.Longitudinal, m.Lateral, m.Vertical, m.YawRate, m.RollRate}
	for range rapid.IntRange(0, 12).Draw(t, "faults") {
		i := rapid.IntRange(0, len(m.At)-1).Draw(t, "sample")
		n := min(i+rapid.IntRange(1, 12).Draw(t, "samples"), len(m.At)) - i
		axis := axes[rapid.IntRange(0, len(axes)-1).Draw(t, "axis")]
		value := rapid.SampledFrom([]float32{float32(math.NaN()), -9.9, 9, 14, -30, 2100}).Draw(t, "value")
		for k := range n {
			axis[i+k] = value
		}
		if later := m.At[i] + rapid.Int32Range(0, 900).Draw(t, "jitter"); i+1 < len(m.At) && later < m.At[i+1] {
			m.At[i] = later
		}
		k := rapid.IntRange(0, len(v.At)-1).Draw(t, "reading")
		v.Speed[k] = rapid.SampledFrom([]float32{float32(math.NaN()), 0, 15, 40}).Draw(t, "speed")
	}
	return f
}

// plod is Apply without any haste: sample by sample, each with all that may follow from it.
func plod(d *Collisions, c *Chunk, out []Collision) []Collision {
	if c.Second > d.second {
		out = d.roll(c.Second, out)
	}
	f, i, k, b := c.Frame, c.Lo[telemetry.TrackMotion], c.Lo[telemetry.TrackSpeed], c.Lo[telemetry.TrackBody]
	for {
		motion, speed, body := next(f.Motion.At, i, c.Hi[telemetry.TrackMotion]), next(f.Speed.At, k, c.Hi[telemetry.TrackSpeed]), next(f.Body.At, b, c.Hi[telemetry.TrackBody])
		at := f.Start + min(motion, speed, body)
		switch {
		case at-f.Start == math.MaxInt32:
			return out
		case body <= min(speed, motion):
			out = d.changed(at, f.Body.Signal[b], f.Body.Value[b], out)
			b++
		case speed <= motion:
			out = d.drove(at, f.Speed.Speed[k], out)
			k++
		default:
			if busy := d.busy(); busy || at <= d.awake.until {
				if d.awaken().take(&f.Motion, at, i, &d.mount) || busy {
					out = d.hot(at, out)
				}
			}
			i++
		}
	}
}

// next is a sample's offset, the largest int32 behind the last one.
func next(at []int32, i, end int) int64 {
	if i < end {
		return int64(at[i])
	}
	return math.MaxInt32
}

// What is looked at in one go and what is taken sample by sample come to the same, to the
// last bit of the state.
func TestRoughDrivesLeaveOneState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rough(t)
		var whole, single, d Collisions
		found := watchFrame(&whole, f, nil)
		var plodded []Collision
		chunks := NewChunks(f)
		for c, ok := chunks.Next(); ok; c, ok = chunks.Next() {
			plodded = plod(&single, &c, plodded)
		}
		for at := int32(0); at < roughUs; {
			step := rapid.Int32Range(3e3, 3e6).Draw(t, "cut")
			watchFrame(&d, cut(f, at, at+step), nil)
			if at += step; rapid.Bool().Draw(t, "put_away") {
				d = *again(t, &d)
			}
		}
		if diff := cmp.Diff(plodded, found, exactly); diff != "" {
			t.Fatal(diff)
		}
		want := stateOf(t, &whole)
		if !bytes.Equal(want, stateOf(t, &single)) {
			t.Fatal("sample by sample leaves another state")
		}
		if !bytes.Equal(want, stateOf(t, &d)) {
			t.Fatal("cut leaves another state")
		}
	})
}

func stateOf(t interface{ Fatal(...any) }, d *Collisions) []byte {
	w := state.NewWriter(nil)
	d.State(w)
	b, err := w.Done()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
