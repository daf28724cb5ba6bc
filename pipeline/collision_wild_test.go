package pipeline_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"milepost/telemetry"
)

// wildValue is what a sensor that has gone mad may send.
func wildValue(r *rand.Rand) float32 {
	odd := [...]float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e30, -3.4e38, 1961, 0}
	if i := r.IntN(len(odd) + 2); i < len(odd) {
		return odd[i]
	}
	return float32(r.NormFloat64() * 400)
}

// wildFrame is some seconds of a vehicle of which nothing can be believed: steps that
// jitter, holes, values that stick.
func wildFrame(r *rand.Rand, start int64, step int32, calm bool) *telemetry.Frame {
	f := lay([]point{ignitionAt(start, true)}, nil, 0)[0]
	if r.IntN(5) == 0 {
		f.Body.At, f.Body.Signal, f.Body.Value = append(f.Body.At, 5), append(f.Body.Signal, telemetry.AirbagDeployedR1Driver), append(f.Body.Value, int64(r.IntN(2)))
	}
	value := func() float32 {
		if calm && r.IntN(20) > 0 {
			return float32(r.NormFloat64())
		}
		return wildValue(r)
	}
	held, m := value(), &f.Motion
	for off := int32(0); off < 3_000_000; off += step + r.Int32N(step)*r.Int32N(2) {
		if r.IntN(10) == 0 {
			held = value()
		}
		m.At, m.Longitudinal, m.Lateral, m.Vertical = append(m.At, off), append(m.Longitudinal, held), append(m.Lateral, value()), append(m.Vertical, value())
		m.YawRate, m.RollRate = append(m.YawRate, value()), append(m.RollRate, value())
		if r.IntN(8) == 0 {
			f.Speed.At, f.Speed.Speed = append(f.Speed.At, off), append(f.Speed.Speed, value())
		}
		if r.IntN(30) == 0 {
			off += r.Int32N(2_000_000)
		}
	}
	return f
}

// Whatever sensors send, each collision can be written, is what the schema says, and the
// vehicle's state stays small.
func TestCollisionsOfWildSensors(t *testing.T) {
	found := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		step, calm := []int32{200, 5000, 10_000, 20_000, 40_000, 100_000}[r.IntN(6)], r.IntN(3) == 0
		car, at := newRig(t), t0
		for sequence := range uint64(15) {
			f := wildFrame(r, at, step, calm)
			f.Sequence = sequence + 1
			car.apply(sec, f)
			if n := len(car.vehicle.AppendState(nil)); n > 32<<10 {
				t.Fatalf("seed %d: a state of %d bytes", seed, n)
			}
			at = f.End() + r.Int64N(100_000) + r.Int64N(2)*r.Int64N(20*sec)
		}
		found += len(car.end())
	}
	if found < 100 {
		t.Errorf("%d revisions", found)
	}
}
