package detectors

import (
	"fmt"
	"math"
	"syscall"
	"testing"
	"time"

	"milepost/telemetry"
)

// ordinary is ordinary driving, for a time in s.
func ordinary(hz, length float64) scene {
	return scene{
		hz: hz, speedHz: 10, length: length, noise: 0.4,
		x:     func(t float64) float64 { return 1.5*math.Cos(t/3) + 0.3 },
		y:     func(t float64) float64 { return math.Sin(t / 5) },
		z:     func(float64) float64 { return gravity },
		yaw:   func(t float64) float64 { return 4 * math.Sin(t/5) },
		roll:  func(t float64) float64 { return math.Sin(t) },
		speed: func(t float64) float64 { return 15 + 4.5*math.Sin(t/3) },
		body:  []bodyAt{{0, telemetry.SystemState, telemetry.StateOn}},
	}
}

// quiet is a minute of ordinary driving, in chunks of a second.
func quiet(hz float64) []Chunk {
	whole := ordinary(hz, 60).frame()
	var out []Chunk
	for at := int32(0); at < 60e6; at += 1e6 {
		w := NewChunks(cut(whole, at, at+1e6))
		c, _ := w.Next()
		out = append(out, c)
	}
	return out
}

func BenchmarkCollisionsQuiet(b *testing.B) {
	for _, hz := range []float64{10, 100, 200} {
		b.Run(fmt.Sprintf("%gHz", hz), func(b *testing.B) {
			chunks := quiet(hz)
			var d Collisions
			var out []Collision
			samples := 0
			b.ReportAllocs()
			begun := cpuTime(b)
			for i := 0; b.Loop(); i++ {
				c := &chunks[i%len(chunks)]
				if i >= len(chunks) {
					c.Frame.Start += 60 * second
					c.Second += 60
				}
				out = d.Apply(c, out[:0])
				samples += len(c.Frame.Motion.At)
			}
			if len(out) > 0 {
				b.Fatal("a collision")
			}
			b.ReportMetric(float64((cpuTime(b)-begun).Nanoseconds())/float64(samples), "cpu-ns/sample")
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
