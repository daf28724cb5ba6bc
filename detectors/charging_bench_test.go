package detectors

import (
	"testing"

	"milepost/telemetry"
)

// BenchmarkCharging prints what a car with a plug costs: 10 Hz of speed and a sample of the
// energy track a second, driving and charging.
func BenchmarkCharging(b *testing.B) {
	for name, charging := range map[string]float32{"driving": 0, "charging": 1} {
		b.Run(name, func(b *testing.B) {
			f := &telemetry.Frame{Energy: telemetry.Energy{At: []int32{0}, SoC: []float32{50}, Voltage: []float32{400}, Current: []float32{18},
				Power: []float32{7200}, Charging: []float32{charging}, CablePlugged: []float32{charging}, ChargedEnergy: []float64{4000}}}
			for i := range 10 {
				f.Speed.At, f.Speed.Speed = append(f.Speed.At, int32(i*100_000)), append(f.Speed.Speed, 14*(1-charging))
			}
			var d Charging
			var out []ChargeSession
			b.ReportAllocs()
			n := 0
			for ; b.Loop(); n++ {
				f.Start += second
				w := NewChunks(f)
				c, _ := w.Next()
				out = d.Apply(&c, out[:0])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(11*n), "ns/sample")
		})
	}
}
