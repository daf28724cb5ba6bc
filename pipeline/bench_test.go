package pipeline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"milepost/fleet"
	"milepost/ingest/decode"
	"milepost/pipeline"
	"milepost/telemetry"
)

// lap is five minutes of stop-and-go driving as one record a second: motionHz of
// motion, 10 Hz speed, 1 Hz position and energy, with sensor noise.
func lap(t testing.TB, motionHz int) [][]byte {
	r := rand.New(rand.NewPCG(7, 7))
	grid := func(v, per float64) float32 { return float32(math.RoundToEven(v*per) / per) }
	speed := func(x float64) float64 { return 12 - 12*math.Cos(x*2*math.Pi/100) }
	var d decode.Milepost
	var out [][]byte
	odo := 0.0
	for s := range 300 {
		f := telemetry.Frame{Boot: 1, Start: int64(s) * 1e6}
		for i := range motionHz {
			x := float64(s) + float64(i)/float64(motionHz)
			m := &f.Motion
			m.At = append(m.At, int32(i*1_000_000/motionHz))
			m.Longitudinal = append(m.Longitudinal, grid(0.75*math.Sin(x*2*math.Pi/100)+0.15*r.NormFloat64(), 100))
			m.Lateral = append(m.Lateral, grid(0.2*r.NormFloat64(), 100))
			m.Vertical = append(m.Vertical, grid(0.4*r.NormFloat64(), 100))
			m.YawRate = append(m.YawRate, grid(4*math.Sin(x/9)+0.2*r.NormFloat64(), 100))
			m.RollRate = append(m.RollRate, grid(0.2*r.NormFloat64(), 100))
		}
		for i := range 10 {
			x := float64(s) + float64(i)/10
			v := &f.Speed
			v.At = append(v.At, int32(i*100_000))
			v.Speed = append(v.Speed, float32(float64(grid(3.6*max(0, speed(x)+0.03*r.NormFloat64()), 100))/3.6))
			v.Accelerator = append(v.Accelerator, grid(20+10*math.Sin(x/7), 2))
			v.Brake = append(v.Brake, 0)
		}
		odo += speed(float64(s))
		f.Position = telemetry.Position{At: []int32{0}, Latitude: []float64{40 + odo*8.99e-6}, Longitude: []float64{-3.7},
			Altitude: []float32{600}, Heading: []float32{0}, Accuracy: []float32{3}}
		f.Energy = telemetry.Energy{At: []int32{0}, Odometer: []float64{math.Round(odo)}, SoC: []float32{50}, Voltage: []float32{230},
			Current: []float32{-40}, Power: []float32{-9200}, FuelConsumed: []float32{float32(s) * 0.001},
			EngineRunning: []float32{float32(s / 20 % 2)}, Range: []float32{400_000}, Ambient: []float32{20}}
		if s == 0 {
			f.Body = telemetry.Body{At: []int32{0}, Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOn}}
		}
		b, err := d.Encode(nil, &f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// drive plays car-seconds from bytes to outcomes, over a fleet, in turn. Every
// vehicle drives lap after lap in one endless trip.
type drive struct {
	cars    []*pipeline.Vehicle
	records [][]byte
	decoder decode.Milepost
	frame   telemetry.Frame
	scratch pipeline.Scratch
	played  int
}

func newDrive(t testing.TB, vehicles, motionHz int) *drive {
	d := &drive{records: lap(t, motionHz)}
	for i := range vehicles {
		v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: fmt.Sprintf("car-%06d", i), Zone: "Europe/Madrid", Powertrain: fleet.Hybrid})
		if err != nil {
			t.Fatal(err)
		}
		d.cars = append(d.cars, v)
	}
	return d
}

func (d *drive) step(t testing.TB) {
	v, second := d.cars[d.played%len(d.cars)], d.played/len(d.cars)
	if err := d.decoder.Decode(d.records[second%len(d.records)], &d.frame); err != nil {
		t.Fatal(err)
	}
	const start = 1_788_220_800_000_000
	d.frame.Start = start + int64(second)*1e6
	d.frame.Arrived = d.frame.Start + 1_200_000
	v.Advance(d.frame.Arrived, &d.scratch)
	v.Apply(&d.frame, &d.scratch)
	d.scratch.Out = d.scratch.Out[:0]
	d.played++
}

// BenchmarkEngine is design.md's "engine alone": decode to outcomes with every
// detector on. Vehicles take turns, as records of a partition do, so that each
// second finds another vehicle's state cold.
func BenchmarkEngine(b *testing.B) {
	for _, bench := range []struct {
		name            string
		vehicles, hertz int
	}{{"one_vehicle", 1, 10}, {"10k_vehicles", 10_000, 10}, {"crash_ready", 1000, 100}} {
		b.Run(bench.name, func(b *testing.B) {
			d := newDrive(b, bench.vehicles, bench.hertz)
			for range 10 * bench.vehicles {
				d.step(b)
			}
			b.ReportAllocs()
			n, begun := 0, cpuTime(b)
			for ; b.Loop(); n++ {
				d.step(b)
			}
			b.ReportMetric(float64((cpuTime(b)-begun).Nanoseconds())/float64(n), "cpu-ns/op")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "car-seconds/s")
		})
	}
}

// cpuTime is what the process has used: unlike the clock on the wall, it does not show
// what else runs on the machine.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("pools drop items at random under the race detector; make test counts again without it")
	}
	d := newDrive(t, 1, 10)
	for range 600 {
		d.step(t)
	}
	// The trip's trace grows by a point every few seconds; its buffer doubles ever more rarely.
	if n := testing.AllocsPerRun(2000, func() { d.step(t) }); n != 0 {
		t.Errorf("%v allocations per frame in steady state, want none", n)
	}
}
