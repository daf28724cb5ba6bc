package capture_test

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/replay/capture"
	"milepost/telemetry"
)

var profiles = []fleet.Profile{
	{VehicleID: "car-1", Zone: "Europe/Madrid", Powertrain: fleet.Hybrid},
	{VehicleID: "car-2", Zone: "America/Chicago"},
	{VehicleID: "car-2", From: 1_700_000_000_000_001, Zone: "America/Denver", MassKg: 1400, Account: "a", Driver: "4d",
		Services: []string{"trips"}, Consents: []string{"insurance"}, LocationSharing: fleet.Off},
}

// write writes frames to a new capture and returns its path.
func write(t testing.TB, batch int, frames ...*telemetry.Frame) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "drives.arrow")
	writeTo(t, path, batch, frames...)
	return path
}

func writeTo(t testing.TB, path string, batch int, frames ...*telemetry.Frame) {
	t.Helper()
	w, err := capture.CreateBatched(path, profiles, batch)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range frames {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// clone copies a frame that a Reader will fill again.
func clone(f *telemetry.Frame) *telemetry.Frame {
	c := *f
	for i := range telemetry.TrackCount {
		t := telemetry.Track(i)
		at := c.Offsets(t)
		*at = slices.Clone(*at)
		for _, col := range c.Floats(t) {
			*col = slices.Clone(*col)
		}
		for _, col := range c.Doubles(t) {
			*col = slices.Clone(*col)
		}
	}
	c.Body.Signal, c.Body.Value = slices.Clone(c.Body.Signal), slices.Clone(c.Body.Value)
	return &c
}

// canonical shifts a frame's start to its first sample, as a capture gives it.
func canonical(f *telemetry.Frame) *telemetry.Frame {
	c := clone(f)
	first := int32(math.MaxInt32)
	for i := range telemetry.TrackCount {
		if at := *c.Offsets(telemetry.Track(i)); len(at) > 0 {
			first = min(first, at[0])
		}
	}
	if first == math.MaxInt32 {
		return c
	}
	c.Start += int64(first)
	for i := range telemetry.TrackCount {
		at := *c.Offsets(telemetry.Track(i))
		for j := range at {
			at[j] -= first
		}
	}
	return c
}

// drawFrame draws a clean frame: sorted times, plausible values, no column that is
// empty of values, no sample without one.
func drawFrame(t *rapid.T, sequence uint64) *telemetry.Frame {
	f := &telemetry.Frame{
		VehicleID: rapid.SampledFrom([]string{"car-1", "car-2", "Zürich 3"}).Draw(t, "vehicle"),
		Boot:      rapid.Uint32().Draw(t, "boot"), Sequence: sequence,
		RecordID: rapid.SampledFrom([]string{"", "", "r-17"}).Draw(t, "record"),
		Arrived:  rapid.Int64Range(0, 4e15).Draw(t, "arrived"),
		Start:    rapid.Int64Range(0, 4e15).Draw(t, "start"),
	}
	for i := range telemetry.TrackCount - 1 {
		drawTrack(t, f, telemetry.Track(i))
	}
	drawBody(t, f)
	return f
}

func drawTrack(t *rapid.T, f *telemetry.Frame, track telemetry.Track) {
	offset := int32(0)
	var own []telemetry.Signal
	for _, s := range telemetry.Signals() {
		if s.Track == track {
			own = append(own, s)
		}
	}
	at := f.Offsets(track)
	n := rapid.IntRange(0, few(4, 2)).Draw(t, track.String())
	for i := range n {
		// Few steps to choose from, so that tracks meet at the same instants.
		offset += rapid.SampledFrom([]int32{1, 100_000, 200_000}).Draw(t, "step")
		*at = append(*at, offset)
		sure := rapid.IntRange(0, len(own)-1).Draw(t, "sure")
		for j, s := range own {
			if j == sure || rapid.Bool().Draw(t, "known") {
				drawValue(t, f, s, i)
			}
		}
	}
	f.Pad()
}

// drawValue sets sample i of a signal, filling what was not reported with NaN.
func drawValue(t *rapid.T, f *telemetry.Frame, s telemetry.Signal, i int) {
	v := rapid.Float64Range(s.Min, s.Max).Draw(t, s.Path)
	if s.Kind == telemetry.Truth {
		v = math.Round(v)
	}
	if s.Double {
		c := f.Doubles(s.Track)[s.Index]
		*c = append(telemetry.PadTo(*c, i), v)
		return
	}
	c := f.Floats(s.Track)[s.Index]
	inside := float32(s.Inside(v))
	*c = append(telemetry.PadTo(*c, i), inside)
}

// few is how much is drawn at most: less under the race detector.
func few(full, race int) int {
	if raced {
		return race
	}
	return full
}

func drawBody(t *rapid.T, f *telemetry.Frame) {
	var own []telemetry.Signal
	for _, s := range telemetry.Signals() {
		if s.Track == telemetry.TrackBody {
			own = append(own, s)
		}
	}
	offset := int32(0)
	for range rapid.IntRange(0, 6).Draw(t, "changes") {
		offset += rapid.SampledFrom([]int32{0, 0, 100_000}).Draw(t, "step")
		s := rapid.SampledFrom(own).Draw(t, "signal")
		f.Body.At = append(f.Body.At, offset)
		f.Body.Signal = append(f.Body.Signal, telemetry.BodySignal(s.Index))
		f.Body.Value = append(f.Body.Value, rapid.Int64Range(int64(s.Min), int64(s.Max)).Draw(t, "value"))
	}
}

// carSeconds makes n frames of one car-second each: 10 Hz motion and speed, 1 Hz
// position and energy.
func carSeconds(n int) []*telemetry.Frame {
	r := rand.New(rand.NewPCG(1, 2))
	frames := make([]*telemetry.Frame, n)
	for i := range frames {
		f := &telemetry.Frame{VehicleID: "car-1", Boot: 1, Sequence: uint64(i), Start: 1_700_000_000_000_000 + int64(i)*1_000_000}
		f.Arrived = f.Start + 1_000_000
		for j := range 10 {
			at := int32(j) * 100_000
			f.Motion.At = append(f.Motion.At, at)
			f.Speed.At = append(f.Speed.At, at)
			for _, c := range f.Floats(telemetry.TrackMotion) {
				*c = append(*c, float32(r.NormFloat64()))
			}
			f.Speed.Speed = append(f.Speed.Speed, 20+float32(r.NormFloat64()))
		}
		f.Position = telemetry.Position{At: []int32{0}, Latitude: []float64{40 + r.Float64()}, Longitude: []float64{-3 + r.Float64()},
			Altitude: []float32{600}, Heading: []float32{180}, Accuracy: []float32{3}}
		f.Energy = telemetry.Energy{At: []int32{0}, Odometer: []float64{float64(i * 20)}, SoC: []float32{50},
			FuelLevel: []float32{40}, EngineRunning: []float32{1}}
		frames[i] = f
	}
	return frames
}
