package pipeline

import (
	"math"
	"slices"

	"milepost/detectors"
	"milepost/telemetry"
)

// blowSpan is how far around what may be a collision, µs, the samples stay that tell of it.
const blowSpan = 10_000_000

// What may be a collision at the least: the horizontal acceleration of a sample, or a drop
// of speed that no brakes make.
const (
	blowA     = 10.0 // m/s²
	blowDrop  = 3.0  // m/s
	blowSteps = 1_500_000
)

// Strip takes out of a frame that is to be kept what gives places away, where unshared says
// that the location is not shared at a time: positions, signs of limits, a
// hybrid's indicator and all of the energy track; pedals; of speeds all but what the rules of trips tell apart; accelerations and rates. Around what
// may be a collision, motion and speeds stay. It reports whether anything was taken out.
func Strip(f *telemetry.Frame, unshared func(at int64) bool) (stripped bool) {
	keeps := func(at int32) bool { return !unshared(f.Start + int64(at)) }
	for _, t := range [...]telemetry.Track{telemetry.TrackPosition, telemetry.TrackEnergy} {
		stripped = f.Filter(t, keeps) > 0 || stripped
	}
	stripped = unsign(f, unshared) || stripped
	blows := blowsOf(f)
	near := func(at int64) bool {
		return slices.ContainsFunc(blows, func(b int64) bool { return max(at-b, b-at) <= blowSpan })
	}
	for _, t := range [...]telemetry.Track{telemetry.TrackMotion, telemetry.TrackSpeed} {
		for i, off := range *f.Offsets(t) {
			if at := f.Start + int64(off); unshared(at) {
				stripped = blank(f, t, i, near(at)) || stripped
			}
		}
	}
	return stripped
}

// unsign takes out the changes of the body that tell the way: signs of limits, say.
func unsign(f *telemetry.Frame, unshared func(at int64) bool) (stripped bool) {
	b, n := &f.Body, 0
	if len(b.Signal) != len(b.At) || len(b.Value) != len(b.At) {
		stripped = len(b.At) > 0
		b.At, b.Signal, b.Value = b.At[:0], b.Signal[:0], b.Value[:0] // nobody knows whose values they are
		return stripped
	}
	for i, at := range b.At {
		if !b.Signal[i].Revealing() || !unshared(f.Start+int64(at)) {
			b.At[n], b.Signal[n], b.Value[n] = at, b.Signal[i], b.Value[i]
			n++
		}
	}
	stripped = n < len(b.At)
	b.At, b.Signal, b.Value = b.At[:n], b.Signal[:n], b.Value[:n]
	return stripped
}

// blank takes a sample's values; of a speed its pace stays, and where it may be of a
// collision all but the pedals.
func blank(f *telemetry.Frame, t telemetry.Track, i int, near bool) (stripped bool) {
	n := len(*f.Offsets(t))
	for _, c := range f.Floats(t) {
		if len(*c) != n {
			*c = (*c)[:0] // nobody knows whose values they are
			continue
		}
		v := &(*c)[i]
		to := float32(math.NaN())
		switch {
		case near && (t == telemetry.TrackMotion || c == &f.Speed.Speed):
			continue
		case c == &f.Speed.Speed:
			to = detectors.Gait(*v)
		}
		stripped = stripped || *v == *v && *v != to
		*v = to
	}
	return stripped
}

// blowsOf gives the times, µs, of what may be a collision in a frame.
func blowsOf(f *telemetry.Frame) (blows []int64) {
	m, v := &f.Motion, f.Speed.Speed
	for i, off := range m.At {
		if hard(m.Longitudinal, i) || hard(m.Lateral, i) || len(m.Longitudinal) == len(m.At) && len(m.Lateral) == len(m.At) &&
			math.Hypot(float64(m.Longitudinal[i]), float64(m.Lateral[i])) >= blowA {
			blows = append(blows, f.Start+int64(off))
		}
	}
	for i := 1; i < min(len(v), len(f.Speed.At)); i++ {
		step := int64(f.Speed.At[i]) - int64(f.Speed.At[i-1])
		if drop := float64(v[i-1] - v[i]); step <= blowSteps && drop >= blowDrop && drop >= blowA*seconds(step) {
			blows = append(blows, f.Start+int64(f.Speed.At[i]))
		}
	}
	for i, s := range f.Body.Signal {
		if airbag(s) && i < len(f.Body.At) {
			blows = append(blows, f.Start+int64(f.Body.At[i]))
		}
	}
	return slices.Compact(blows)
}

func hard(column []float32, i int) bool {
	return i < len(column) && (column[i] >= blowA || column[i] <= -blowA)
}
