package readtest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"milepost/outcome"
)

// NewNoisyCollision is the n-th collision of a made-up fleet, as large as real ones: three
// axes of noise around one pulse at 100 Hz, and the speed of the half minute before.
func NewNoisyCollision(n int) *outcome.Collision {
	const minute = 60_000_000
	c := NewCollision(fmt.Sprintf("vehicle-%08d-of-the-fleet", n*7919%100_000), fmt.Sprintf("account-%d", n), outcome.Time(1_767_225_600_000_000+n*minute))
	r := rand.New(rand.NewPCG(1, uint64(n))) //nolint:gosec // noise
	hundredths := func(v float64) *float64 { return number(math.Round(v*100) / 100) }
	p := &outcome.Pulse{From: c.At - 1_000_000, StepMS: 10}
	for i := range 301 {
		swing := 120 * math.Exp(-math.Pow(float64(i-106)/5, 2))
		p.Longitudinal = append(p.Longitudinal, hundredths(-swing+r.NormFloat64()))
		p.Lateral = append(p.Lateral, hundredths(swing/9+r.NormFloat64()))
		p.Vertical = append(p.Vertical, hundredths(swing/20+r.NormFloat64()))
	}
	c.Pulse, c.SpeedBefore = p, nil
	for s := 30.0; s > 0; s-- {
		c.SpeedBefore = append(c.SpeedBefore, outcome.SpeedAt{BeforeS: s, SpeedKmh: *hundredths(52 + r.NormFloat64())})
	}
	c.Position.Lat, c.Position.Lon = 40+r.Float64(), -3-r.Float64()
	return c
}
