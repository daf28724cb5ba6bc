package decode

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/telemetry"
	pb "milepost/telemetry/milepost/telemetry/v1"
)

// second is one car-second as an uplink sends it: 10 Hz motion and speed, 1 Hz
// position and energy, with the noise of real sensors.
func second(seed uint64) *telemetry.Frame {
	r := rand.New(rand.NewPCG(seed, 1))
	grid := func(v, perUnit float64) float32 { return float32(math.RoundToEven(v*perUnit) / perUnit) }
	f := &telemetry.Frame{Boot: 12, Sequence: 3456, Start: 1_788_220_800_000_000}
	for i := range 10 {
		at := int32(i * 100_000)
		m, s := &f.Motion, &f.Speed
		m.At, s.At = append(m.At, at), append(s.At, at)
		m.Longitudinal = append(m.Longitudinal, grid(0.8+0.15*r.NormFloat64(), 100))
		m.Lateral = append(m.Lateral, grid(0.2+0.15*r.NormFloat64(), 100))
		m.Vertical = append(m.Vertical, grid(0.4*r.NormFloat64(), 100))
		m.YawRate = append(m.YawRate, grid(1.2+0.2*r.NormFloat64(), 100))
		m.RollRate = append(m.RollRate, grid(0.2*r.NormFloat64(), 100))
		s.Speed = append(s.Speed, float32(float64(grid(50+0.29*float64(i)+0.1*r.NormFloat64(), 100))/3.6))
		s.Accelerator = append(s.Accelerator, grid(22+float64(i)/4, 2))
		s.Brake = append(s.Brake, 0)
	}
	f.Position = telemetry.Position{At: []int32{0}, Latitude: []float64{40.4168123}, Longitude: []float64{-3.7038456},
		Altitude: []float32{612.3}, Heading: []float32{271.4}, Accuracy: []float32{3.5}}
	f.Energy = telemetry.Energy{At: []int32{0}, Odometer: []float64{48_123_456}, SoC: []float32{54.21}, Voltage: []float32{231.4},
		Current: []float32{-41.3}, Power: []float32{-9556}, FuelLevel: []float32{63.2}, FuelVolume: []float32{27.18},
		FuelConsumed: []float32{1.234}, Range: []float32{512_000}, EngineRunning: []float32{1}, EngineSpeed: []float32{1480},
		Charging: []float32{0}, CablePlugged: []float32{0}, Ambient: []float32{21.5}, ChargedEnergy: []float64{4321.987}}
	f.Body = telemetry.Body{At: []int32{0}, Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOn}}
	return f
}

func TestCarSecondFitsIn300Bytes(t *testing.T) {
	var d Milepost
	worst := 0
	for seed := range uint64(200) {
		b, err := d.Encode(nil, second(seed))
		if err != nil {
			t.Fatal(err)
		}
		worst = max(worst, len(b))
	}
	t.Logf("largest of 200 car-seconds: %d bytes", worst)
	if worst > 300 {
		t.Errorf("largest of 200 car-seconds is %d bytes, want at most 300", worst)
	}
}

// gridFrame draws a frame whose values lie on the wire's grid.
func gridFrame(t *rapid.T) *telemetry.Frame {
	f := &telemetry.Frame{Boot: rapid.Uint32().Draw(t, "boot"), Sequence: rapid.Uint64().Draw(t, "sequence"),
		Start: rapid.Int64Range(0, 4e15).Draw(t, "start")}
	for tr := range telemetry.TrackBody {
		at := f.Offsets(tr)
		for last := int32(-1); len(*at) < 12 && rapid.Bool().Draw(t, "more"); {
			last += rapid.Int32Range(1, 2_000_000).Draw(t, "step")
			*at = append(*at, last)
		}
	}
	for _, s := range telemetry.Signals() {
		if s.Track == telemetry.TrackBody || !rapid.Bool().Draw(t, "has "+s.Path) {
			continue
		}
		for range *f.Offsets(s.Track) {
			v := math.NaN()
			if rapid.IntRange(0, 9).Draw(t, "known") > 0 {
				v = math.RoundToEven(rapid.Float64Range(s.Min, s.Max).Draw(t, s.Path)*s.PerUnit) / s.PerUnit
			}
			if s.Double {
				c := f.Doubles(s.Track)[s.Index]
				*c = append(*c, v)
			} else {
				c := f.Floats(s.Track)[s.Index]
				*c = append(*c, float32(v*(1/s.Scale)))
			}
		}
	}
	if rapid.Bool().Draw(t, "body") {
		f.Body = telemetry.Body{At: []int32{3, 3, 90}, Signal: []telemetry.BodySignal{1, 34, 17}, Value: []int64{4, 1<<53 - 1, -55}}
	}
	return f
}

func TestFramesSurviveTheWire(t *testing.T) {
	var d Milepost
	same := cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })
	near := cmp.Comparer(func(a, b float32) bool {
		return a == b || a != a && b != b || math.Abs(float64(a-b)) <= 2e-7*math.Abs(float64(a))+1e-9
	})
	var got telemetry.Frame // reused, as in the hot path
	rapid.Check(t, func(t *rapid.T) {
		want := gridFrame(t)
		b, err := d.Encode(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		got.Reset()
		if err := d.Decode(b, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, &got, same, near, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("frame (-sent +read):\n%s", diff)
		}
		again, err := d.Encode(nil, &got)
		if err != nil || string(again) != string(b) {
			t.Fatalf("encoding what was read gives other bytes (error %v)", err)
		}
	})
}

func TestMalformedRecords(t *testing.T) {
	good, _ := new(Milepost).Encode(nil, second(1))
	for name, b := range map[string][]byte{
		"truncated":           good[:len(good)/2],
		"not protobuf":        []byte("{}{}{}{}"),
		"body without values": {0x42, 0x03, 0x0a, 0x01, 0x05},
	} {
		var f telemetry.Frame
		if err := new(Milepost).Decode(b, &f); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: error %v, want ErrMalformed", name, err)
		}
	}
}

// What does not fit together costs the column or the track, not the record.
func TestColumnsAndTracksOutOfStep(t *testing.T) {
	for _, c := range []struct {
		name            string
		spoil           func(m *pb.Telemetry)
		columns, tracks int
		lost            func(f *telemetry.Frame)
	}{
		{"a short column", func(m *pb.Telemetry) { m.Motion.Lateral = m.Motion.Lateral[:9] }, 1, 0,
			func(f *telemetry.Frame) { f.Motion.Lateral = nil }},
		{"a long column", func(m *pb.Telemetry) { m.Position.Latitude = append(m.Position.Latitude, 1) }, 1, 0,
			func(f *telemetry.Frame) { f.Position.Latitude = nil }},
		{"jitter of another length", func(m *pb.Telemetry) { m.Speed.Clock.JitterUs = []int32{1, 2} }, 0, 1,
			func(f *telemetry.Frame) { f.Speed = telemetry.Speed{} }},
		{"times beyond a frame", func(m *pb.Telemetry) { m.Speed.Clock.PeriodUs = telemetry.MaxSpan }, 0, 1,
			func(f *telemetry.Frame) { f.Speed = telemetry.Speed{} }},
		{"two million samples", func(m *pb.Telemetry) { m.Energy.Clock.Samples = 2_000_000 }, 0, 1,
			func(f *telemetry.Frame) { f.Energy = telemetry.Energy{} }},
		{"a column without samples", func(m *pb.Telemetry) { m.Energy.Clock = nil }, 15, 0,
			func(f *telemetry.Frame) { f.Energy = telemetry.Energy{} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d Milepost
			good, _ := d.Encode(nil, second(1))
			var want, got telemetry.Frame
			var m pb.Telemetry
			if err := errors.Join(d.Decode(good, &want), m.UnmarshalVT(good)); err != nil {
				t.Fatal(err)
			}
			c.spoil(&m)
			c.lost(&want)
			bad, err := m.MarshalVT()
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Decode(bad, &got); err != nil || d.Columns != c.columns || d.Tracks != c.tracks {
				t.Fatalf("error %v, %d columns and %d tracks lost, want %d and %d", err, d.Columns, d.Tracks, c.columns, c.tracks)
			}
			if diff := cmp.Diff(&want, &got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("what is left (-want +got):\n%s", diff)
			}
		})
	}
}

// A sum beyond 32 bits is out of its signal's range; it does not come round to a
// value that could be true.
func TestSumsDoNotWrap(t *testing.T) {
	m := pb.Telemetry{StartUs: 1e15, Speed: &pb.Speed{Clock: &pb.Clock{Samples: 3, PeriodUs: 1e6}, Speed: []int32{math.MaxInt32, math.MaxInt32, 1000}}}
	b, err := m.MarshalVT()
	if err != nil {
		t.Fatal(err)
	}
	var f telemetry.Frame
	var drops telemetry.Drops
	if err := new(Milepost).Decode(b, &f); err != nil {
		t.Fatal(err)
	}
	f.Clean(&drops)
	for i, v := range f.Speed.Speed {
		if telemetry.Known(v) {
			t.Errorf("sample %d is %g m/s", i, v)
		}
	}
}

func TestDecodeAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("pools drop items at random under the race detector; make test counts again without it")
	}
	var d Milepost
	b, _ := d.Encode(nil, second(1))
	var f telemetry.Frame
	if n := testing.AllocsPerRun(200, func() { _ = d.Decode(b, &f) }); n > 0 {
		t.Errorf("%v allocations per record, want none", n)
	}
}

func FuzzDecode(f *testing.F) {
	for seed := range uint64(3) {
		b, _ := new(Milepost).Encode(nil, second(seed))
		f.Add(b)
	}
	f.Add([]byte{0x22, 0x06, 0x0a, 0x04, 0x08, 0x80, 0x89, 0x7a})
	f.Fuzz(func(t *testing.T, b []byte) {
		var d Milepost
		var fr telemetry.Frame
		if err := d.Decode(b, &fr); err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		var drops telemetry.Drops
		fr.Clean(&drops)
		if _, err := d.Encode(nil, &fr); err != nil {
			t.Fatalf("a clean frame cannot be written: %v", err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	var d Milepost
	rec, _ := d.Encode(nil, second(1))
	var f telemetry.Frame
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Decode(rec, &f); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "car-seconds/s")
}
