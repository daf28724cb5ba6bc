package replay_test

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
	"milepost/telemetry"
)

// recut lays the samples of frames, which are in the order of time, into frames of
// another length in µs.
func recut(frames []*telemetry.Frame, length int64) []*telemetry.Frame {
	var out []*telemetry.Frame
	for _, f := range frames {
		for t := range telemetry.Track(telemetry.TrackCount) {
			for i, off := range *f.Offsets(t) {
				at := f.Start + int64(off)
				appendSample(frameFor(&out, f, at, length), f, t, i, at)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *telemetry.Frame) int {
		return cmp.Or(cmp.Compare(a.Boot, b.Boot), cmp.Compare(a.Start, b.Start))
	})
	for i, f := range out {
		if i > 0 && out[i-1].Boot == f.Boot {
			f.Sequence = out[i-1].Sequence + 1
		}
		for t := range telemetry.Track(telemetry.TrackCount) {
			for _, c := range f.Floats(t) {
				pad(c, len(*f.Offsets(t)))
			}
			for _, c := range f.Doubles(t) {
				pad(c, len(*f.Offsets(t)))
			}
		}
	}
	return out
}

// frameFor finds or begins the frame of a boot that covers a time.
func frameFor(out *[]*telemetry.Frame, src *telemetry.Frame, at, length int64) *telemetry.Frame {
	start := at - at%length
	for i := len(*out) - 1; i >= 0 && i >= len(*out)-8; i-- {
		if f := (*out)[i]; f.Boot == src.Boot && f.Start == start {
			f.Arrived = max(f.Arrived, src.Arrived)
			return f
		}
	}
	f := &telemetry.Frame{VehicleID: src.VehicleID, Boot: src.Boot, Start: start, Arrived: src.Arrived}
	*out = append(*out, f)
	return f
}

func appendSample(dst, src *telemetry.Frame, t telemetry.Track, i int, at int64) {
	offsets := dst.Offsets(t)
	n := len(*offsets)
	*offsets = append(*offsets, int32(at-dst.Start))
	for k, c := range src.Floats(t) {
		if len(*c) > 0 {
			fill(dst.Floats(t)[k], n)
			*dst.Floats(t)[k] = append(*dst.Floats(t)[k], (*c)[i])
		}
	}
	for k, c := range src.Doubles(t) {
		if len(*c) > 0 {
			fill(dst.Doubles(t)[k], n)
			*dst.Doubles(t)[k] = append(*dst.Doubles(t)[k], (*c)[i])
		}
	}
	if t == telemetry.TrackBody {
		dst.Body.Signal = append(dst.Body.Signal, src.Body.Signal[i])
		dst.Body.Value = append(dst.Body.Value, src.Body.Value[i])
	}
}

// fill brings a column to n samples with NaN.
func fill[T float32 | float64](c *[]T, n int) {
	for len(*c) < n {
		*c = append(*c, T(math.NaN()))
	}
}

// pad fills a column, if it is there at all, to n samples.
func pad[T float32 | float64](c *[]T, n int) {
	if len(*c) > 0 {
		fill(c, n)
	}
}

// play gives the final outcomes of frames as JSON lines, ordered by identity; an
// amendment replaces what it amends.
func play(t testing.TB, profile fleet.Profile, frames []*telemetry.Frame) []string {
	p, err := replay.NewPlayer([]fleet.Profile{profile})
	if err != nil {
		t.Fatal(err)
	}
	final := map[string]string{}
	emit := func(o outcome.Outcome) error {
		b, err := json.Marshal(o)
		final[o.Head().ID] = string(b)
		return err
	}
	for _, f := range frames {
		var c telemetry.Frame
		c.CopyFrom(f) // a player cleans what it is given
		if err := p.Record(&c, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(emit); err != nil {
		t.Fatal(err)
	}
	out := make([]string, 0, len(final))
	for _, line := range final {
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// A drive gives the same bytes however it was cut into frames, also across seconds.
func TestAnyCutIntoFramesGivesTheSameBytes(t *testing.T) {
	for _, rates := range [][2]int{{10, 10}, {0, 1}, {50, 5}} {
		f, err := fixtures.New(fixtures.Config{Seed: 21, Vehicles: 4, Days: 2, MotionHz: rates[0], SpeedHz: rates[1], Uplinks: []fixtures.Uplink{fixtures.Stream}})
		if err != nil {
			t.Fatal(err)
		}
		trips := 0
		for i := range f.Vehicles() {
			v := f.Vehicle(i)
			var frames []*telemetry.Frame
			for fr := range v.Frames() {
				c := &telemetry.Frame{}
				c.CopyFrom(fr)
				frames = append(frames, c)
			}
			want := play(t, v.Profile(), frames)
			for _, w := range want {
				trips += strings.Count(w, `"type":"trip"`)
			}
			if diff := gocmp.Diff(want, play(t, v.Profile(), frames)); diff != "" {
				t.Fatalf("played twice (-first +second):\n%s", diff)
			}
			for _, length := range []int64{350_000, 1_000_000, 7_000_000, 60_000_000} {
				if diff := gocmp.Diff(want, play(t, v.Profile(), recut(frames, length))); diff != "" {
					t.Fatalf("motion %d Hz, speed %d Hz: frames of %.2f s (-as sent +recut):\n%.3000s", rates[0], rates[1], float64(length)/1e6, diff)
				}
			}
		}
		if trips < 12 {
			t.Errorf("only %d trips compared", trips)
		}
	}
}
