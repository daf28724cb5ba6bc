package detectors

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"milepost/outcome"
	"milepost/telemetry"
)

// sceneStart is a time at which scenes begin, µs.
const sceneStart = int64(1_700_000_000_000_000)

// scene is a drive as functions of the time in s; what is nil is not reported.
type scene struct {
	hz, speedHz float64
	length      float64
	x, y, z     func(t float64) float64 // m/s²
	yaw, roll   func(t float64) float64 // deg/s
	speed       func(t float64) float64 // m/s
	body        []bodyAt
	noise       float64 // m/s², sigma
	clip        float64 // m/s²: the sensor's range, 0 for none
	drop        func(t float64) bool
	seed        uint64
}

type bodyAt struct {
	t float64
	s telemetry.BodySignal
	v int64
}

// frame samples the scene as one frame.
func (s scene) frame() *telemetry.Frame {
	r := rand.New(rand.NewPCG(s.seed, 1))
	f := &telemetry.Frame{VehicleID: "car", Boot: 1, Start: sceneStart}
	for i := 0; float64(i) < s.length*s.hz; i++ {
		t := float64(i) / s.hz
		if s.drop != nil && s.drop(t) {
			continue
		}
		f.Motion.At = append(f.Motion.At, int32(math.Round(t*1e6)))
		for _, c := range []struct {
			col *[]float32
			f   func(float64) float64
		}{{&f.Motion.Longitudinal, s.x}, {&f.Motion.Lateral, s.y}, {&f.Motion.Vertical, s.z}} {
			if c.f != nil {
				a := c.f(t) + s.noise*r.NormFloat64()
				if s.clip > 0 {
					a = min(max(a, -s.clip), s.clip)
				}
				*c.col = append(*c.col, float32(a))
			}
		}
		if s.yaw != nil {
			f.Motion.YawRate = append(f.Motion.YawRate, float32(s.yaw(t)))
		}
		if s.roll != nil {
			f.Motion.RollRate = append(f.Motion.RollRate, float32(s.roll(t)))
		}
	}
	if s.speed != nil {
		for i := 0; float64(i) < s.length*s.speedHz; i++ {
			t := float64(i) / s.speedHz
			f.Speed.At = append(f.Speed.At, int32(math.Round(t*1e6)))
			f.Speed.Speed = append(f.Speed.Speed, float32(s.speed(t)))
		}
	}
	for _, b := range s.body {
		f.Body.At = append(f.Body.At, int32(math.Round(b.t*1e6)))
		f.Body.Signal, f.Body.Value = append(f.Body.Signal, b.s), append(f.Body.Value, b.v)
	}
	return f
}

// cut gives the part of a frame from one offset to before another.
func cut(f *telemetry.Frame, from, to int32) *telemetry.Frame {
	out := &telemetry.Frame{}
	out.CopyFrom(f)
	for t := range telemetry.TrackCount {
		track := telemetry.Track(t)
		at := *f.Offsets(track)
		lo, _ := slices.BinarySearch(at, from)
		hi, _ := slices.BinarySearch(at, to)
		*out.Offsets(track) = at[lo:hi]
		for i, c := range f.Floats(track) {
			if len(*c) > 0 {
				*out.Floats(track)[i] = (*c)[lo:hi]
			}
		}
		if track == telemetry.TrackBody {
			out.Body.Signal, out.Body.Value = f.Body.Signal[lo:hi], f.Body.Value[lo:hi]
		}
	}
	return out
}

// watchFrame gives all snapshots of a frame.
func watchFrame(d *Collisions, f *telemetry.Frame, out []Collision) []Collision {
	w := NewChunks(f)
	for c, ok := w.Next(); ok; c, ok = w.Next() {
		out = d.Apply(&c, out)
	}
	return out
}

// found gives all snapshots of a scene, silence after it included.
func (s scene) found() []Collision {
	var d Collisions
	return d.Silence(watchFrame(&d, s.frame(), nil))
}

// final gives the last snapshots of a scene's collisions, by At.
func (s scene) final() []Collision {
	var out []Collision
	for _, c := range s.found() {
		if i := slices.IndexFunc(out, func(o Collision) bool { return o.At == c.At }); i >= 0 {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	return out
}

// blow is a crash pulse of a form, a delta-V in km/h, a length in s and a direction of
// force in degrees clockwise from the front, from time 20 s on.
type blow struct {
	form   string
	deltaV float64
	length float64
	pdof   float64
	ring   float64 // amplitude of ringing as a share of the peak
	ringHz float64
}

const blowAt = 20.0

// shapeOf gives acceleration over delta-V, 1/s, at a share of the pulse.
func shapeOf(form string, share float64) float64 {
	if share < 0 || share > 1 {
		return 0
	}
	switch form {
	case "half_sine":
		return math.Pi / 2 * math.Sin(math.Pi*share)
	case "haversine":
		return 2 * math.Pow(math.Sin(math.Pi*share), 2)
	default: // two stages: a third, then two thirds
		if share < 0.4 {
			return math.Pi / 2 * math.Sin(math.Pi*share/0.4) / 0.4 / 3
		}
		return math.Pi / 2 * math.Sin(math.Pi*(share-0.4)/0.6) / 0.6 * 2 / 3
	}
}

// size is the deceleration at a time.
func (b blow) size(t float64) float64 {
	peak := b.deltaV / 3.6 / b.length
	a := peak * shapeOf(b.form, (t-blowAt)/b.length)
	if b.ring > 0 && t >= blowAt && t < blowAt+3*b.length {
		a += b.ring * peak * 1.6 * math.Exp(-(t-blowAt)/b.length) * math.Sin(2*math.Pi*b.ringHz*(t-blowAt))
	}
	return a
}

// lost is the share of delta-V gathered by a time.
func (b blow) lost(t float64) float64 {
	const n = 200
	sum, span := 0.0, t-blowAt
	if span <= 0 {
		return 0
	}
	for i := range n {
		sum += shapeOf(b.form, span*(float64(i)+0.5)/n/b.length) * span / n / b.length
	}
	return sum
}

// crashed is a drive at 60 km/h that ends in a blow, with standstill after it.
func crashed(b blow, hz float64) scene {
	sin, cos := math.Sincos(b.pdof * radians)
	return scene{
		hz: hz, speedHz: 10, length: 55, noise: 0.2,
		x: func(t float64) float64 { return -cos*b.size(t) + 0.3 },
		y: func(t float64) float64 { return sin*b.size(t) - 0.2 },
		z: func(float64) float64 { return gravity },
		speed: func(t float64) float64 {
			v := 60/3.6 - cos*b.deltaV/3.6*b.lost(t)
			if t > blowAt+0.3 {
				v -= 5 * (t - blowAt - 0.3)
			}
			return max(0, v)
		},
		body: []bodyAt{{0, telemetry.SystemState, telemetry.StateOn}},
	}
}

func only(t *testing.T, all []Collision) Collision {
	t.Helper()
	if len(all) != 1 {
		t.Fatalf("%d collisions, want 1: %+v", len(all), all)
	}
	return all[0]
}

func rank(c outcome.Confidence) int { return slices.Index(confidences[:], c) }
