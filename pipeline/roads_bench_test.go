package pipeline_test

import (
	"math"
	"testing"
	"time"

	"milepost/fleet"
	"milepost/geo/follow"
	"milepost/pipeline"
	"milepost/telemetry"
)

// BenchmarkClose is the end of a 20 min trip at 1 Hz on a road with side streets: its last
// frame, its seconds read back, and its outcome, without a map, on few fixes and on all.
func BenchmarkClose(b *testing.B) {
	m := streets(b)
	ps := cruise([]point{ignitionAt(t0, true), ignitionAt(t0+1200*sec, false)}, 0, 1200, 1, 20)
	for i := range 1200 {
		ps = append(ps, fixAt(t0+int64(i)*sec, float64(i)*20+5*math.Sin(float64(i))))
	}
	frames := lay(ps, nil, 0)
	last := &telemetry.Frame{VehicleID: "car", Boot: 1, Sequence: 9, Start: t0 + 1500*sec, Arrived: t0 + 1500*sec, Energy: telemetry.Energy{At: []int32{0}, Ambient: []float32{20}}}
	for _, c := range []struct {
		name  string
		roads pipeline.Roads
	}{{"no_map", nil}, {"thinned", follow.New(m, follow.Options{})}, {"full", follow.New(m, follow.Options{Full: true})}} {
		b.Run(c.name, func(b *testing.B) {
			v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
			if err != nil {
				b.Fatal(err)
			}
			s := pipeline.Scratch{Roads: c.roads}
			for _, f := range frames {
				var own telemetry.Frame
				own.CopyFrom(f)
				v.Apply(&own, &s)
			}
			before, used := v.AppendState(nil), time.Duration(0)
			for b.Loop() {
				b.StopTimer()
				if err := v.LoadState(before); err != nil {
					b.Fatal(err)
				}
				var own telemetry.Frame
				own.CopyFrom(last)
				s.Out = s.Out[:0]
				b.StartTimer()
				begun := cpuTime(b)
				v.Apply(&own, &s)
				used += cpuTime(b) - begun
			}
			b.ReportMetric(float64(used.Nanoseconds())/float64(b.N), "cpu-ns/op")
			if len(s.Out) == 0 {
				b.Fatal("nothing came out")
			}
		})
	}
}
