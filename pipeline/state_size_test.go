package pipeline_test

import (
	"fmt"
	"slices"
	"testing"

	"milepost/fixtures"
	"milepost/pipeline"
)

// sizes are those of states, bytes.
type sizes []int

// of gives the size that a share of them is not above.
func (s sizes) of(share float64) int {
	slices.Sort(s)
	return s[min(len(s)-1, int(share*float64(len(s))))]
}

func (s sizes) String() string {
	return fmt.Sprintf("%d states: median %d, p99 %d, most %d bytes", len(s), s.of(0.5), s.of(0.99), s.of(1))
}

// What a simulated fleet's vehicles take as bytes: parked ones over weeks, whose
// months grow, with the last trip's samples and without; driving ones.
func TestStateSizes(t *testing.T) {
	days := 70
	if testing.Short() || raceEnabled {
		days = 3
	}
	settled, parked, driving := fleetSizes(t, fixtures.Config{Seed: 3, Vehicles: 12, Days: days, MotionHz: 0, SpeedHz: 1})
	_, _, waves := fleetSizes(t, fixtures.Config{Seed: 4, Vehicles: 8, Days: 2, MotionHz: 10, SpeedHz: 10})
	_, _, crashReady := fleetSizes(t, fixtures.Config{Seed: 5, Vehicles: 4, Days: 1, MotionHz: 100, SpeedHz: 10})
	for _, c := range []struct {
		name         string
		got          sizes
		median, most int
	}{
		{"parked, last trip over for good", settled, 2 << 10, 8 << 10},
		{"parked, last trip may go on", parked, 7 << 9, 11 << 10},
		{"driving, speed at 1 Hz, no motion", driving, 7 << 9, 11 << 10},
		{"driving, motion at 10 Hz", waves, 9 << 8, 6 << 10},
		{"driving, motion at 100 Hz", crashReady, 3 << 10, 5 << 10},
	} {
		t.Logf("%s: %s", c.name, c.got)
		if m, most := c.got.of(0.5), c.got.of(1); m > c.median || most > c.most {
			t.Errorf("%s: median %d and most %d bytes, want at most %d and %d", c.name, m, most, c.median, c.most)
		}
	}
}

// fleetSizes plays a fleet, looking at each vehicle every ten minutes and where it parks.
func fleetSizes(t testing.TB, cfg fixtures.Config) (settled, parked, driving sizes) {
	t.Helper()
	fleet, err := fixtures.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i := range fleet.Vehicles() {
		v := fleet.Vehicle(i)
		store := &shelf{}
		c, looked, was := newCar(t, v.Profile()), int64(0), true
		for f := range v.Frames() {
			c.scratch.Chunks = store
			c.advance(f.Arrived)
			if at := f.Arrived / (600 * sec); at != looked || c.vehicle.Parked() != was {
				looked, was = at, c.vehicle.Parked()
				if err := c.vehicle.Cut(store, &pipeline.Scratch{}); err != nil {
					t.Fatal(err)
				}
				n := len(c.vehicle.AppendState(nil))
				switch over := c.vehicle.Settled(); {
				case over:
					settled = append(settled, n)
				case was:
					parked = append(parked, n)
				default:
					driving = append(driving, n)
				}
			}
			c.record(f)
			c.scratch.Out = c.scratch.Out[:0]
		}
	}
	return settled, parked, driving
}

// stateBench is a vehicle some minutes into a drive, as it is and as bytes.
func stateBench(b *testing.B, motionHz int) (*drive, []byte) {
	d := newDrive(b, 1, motionHz)
	for range 20 * 60 {
		d.step(b)
	}
	return d, d.cars[0].AppendState(nil)
}

// BenchmarkState writes and reads a vehicle 20 minutes into a drive.
func BenchmarkState(b *testing.B) {
	for _, hertz := range []int{10, 100} {
		d, bytes := stateBench(b, hertz)
		b.Run(fmt.Sprintf("write_%d_Hz", hertz), func(b *testing.B) {
			b.ReportAllocs()
			buf := bytes
			for b.Loop() {
				buf = d.cars[0].AppendState(buf[:0])
			}
			b.ReportMetric(float64(len(buf)), "bytes")
		})
		b.Run(fmt.Sprintf("read_%d_Hz", hertz), func(b *testing.B) {
			b.ReportAllocs()
			v := newDrive(b, 1, 10).cars[0]
			for b.Loop() {
				if err := v.LoadState(bytes); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
