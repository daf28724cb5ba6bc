package detectors

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/telemetry"
)

// findings plays 60 s at 20 m/s in which the car does something at 30 s, at
// rates of motion (0: none) and speed.
func findings(of *Thresholds, accel func(t float64) (forward, yaw float64), motionHz, speedHz int) []Finding {
	var e Estimators
	var g Grid
	var k Kinematics
	watch := []interface {
		Apply(*Kinematics, *Thresholds, Place, *[]Finding)
		End(*Thresholds, *[]Finding)
	}{&Braking{}, &Acceleration{}, &Cornering{}, &Peaks{}}
	var found []Finding
	v, heading := 20.0, 90.0
	const fine = 200
	for s := range int64(60) {
		f := &telemetry.Frame{Start: (1_000_000 + s) * second}
		for i := range fine {
			at := int32(i * second / fine)
			fwd, yaw := accel(float64(s) + float64(i)/fine)
			if motionHz > 0 && i%(fine/motionHz) == 0 {
				m := &f.Motion
				// An accelerometer with an offset of 0.2 m/s², as if on a slope.
				m.At, m.Longitudinal, m.YawRate = append(m.At, at), append(m.Longitudinal, float32(fwd+0.2)), append(m.YawRate, float32(yaw))
			}
			if i%(fine/speedHz) == 0 {
				f.Speed.At, f.Speed.Speed = append(f.Speed.At, at), append(f.Speed.Speed, float32(v))
			}
			if i == 0 {
				f.Position = telemetry.Position{At: []int32{at}, Latitude: []float64{40}, Longitude: []float64{-3}, Heading: []float32{float32(heading)}}
			}
			v = max(0, v+fwd/fine)
			heading = math.Mod(heading-yaw/fine+360, 360)
		}
		w := NewChunks(f)
		for c, ok := w.Next(); ok; c, ok = w.Next() {
			e.Roll(c.Second, &g)
			g.Apply(&c, nil)
			k.Longitudinal, k.Lateral, k.Peaks = k.Longitudinal[:0], k.Lateral[:0], k.Peaks[:0]
			e.Apply(&c, of, &k)
			for _, d := range watch {
				d.Apply(&k, of, Place{}, &found)
			}
		}
	}
	for _, d := range watch {
		d.End(of, &found)
	}
	return found
}

// manoeuvres prints what findings finds.
func manoeuvres(of *Thresholds, accel func(t float64) (forward, yaw float64), motionHz, speedHz int) []string {
	var out []string
	for _, f := range findings(of, accel, motionHz, speedHz) {
		out = append(out, fmt.Sprintf("%s level %d by %s at %.0f Hz from %.0f s", f.Kind, f.Level, f.Estimator, f.RateHz,
			math.Round(float64(f.Start-1_000_000*second)/second)))
	}
	return out
}

// pulse is a half-sine of a peak in g or deg/s over a length in s, from 30 s on.
func pulse(peak, length float64) func(float64) float64 {
	return func(t float64) float64 {
		if t < 30 || t > 30+length {
			return 0
		}
		return peak * math.Sin(math.Pi*(t-30)/length)
	}
}

func forward(f func(float64) float64) func(float64) (float64, float64) {
	return func(t float64) (float64, float64) { return f(t) * gravity, 0 }
}

func turning(f func(float64) float64) func(float64) (float64, float64) {
	return func(t float64) (float64, float64) { return 0, f(t) }
}

func TestHarshManoeuvres(t *testing.T) {
	// At 20 m/s a yaw rate of 12 deg/s is 0.43 g.
	for _, c := range []struct {
		name          string
		accel         func(float64) (float64, float64)
		motion, speed int
		want          []string
	}{
		{"calm", forward(pulse(-0.2, 3)), 10, 10, nil},
		{"brake, motion", forward(pulse(-0.40, 2)), 10, 10, []string{"harsh_braking level 1 by fused at 10 Hz from 31 s"}},
		{"brake, motion 100 Hz", forward(pulse(-0.40, 2)), 100, 10, []string{"harsh_braking level 1 by fused at 10 Hz from 31 s"}},
		{"brake, motion 10 Hz, speed 1 Hz", forward(pulse(-0.40, 2)), 10, 1, []string{"harsh_braking level 1 by motion_mean at 10 Hz from 31 s"}},
		{"brake, speed 10 Hz", forward(pulse(-0.40, 2)), 0, 10, []string{"harsh_braking level 1 by speed_slope at 10 Hz from 31 s"}},
		{"brake, speed 5 Hz", forward(pulse(-0.40, 2)), 0, 5, []string{"harsh_braking level 1 by speed_slope at 5 Hz from 31 s"}},
		{"brake, speed 1 Hz", forward(pulse(-0.45, 2.5)), 0, 1, []string{"harsh_braking level 1 by speed_slope at 1 Hz from 31 s"}},
		{"severe brake", forward(pulse(-0.55, 2)), 10, 10, []string{"harsh_braking level 2 by fused at 10 Hz from 30 s"}},
		{"level 3", forward(pulse(-0.75, 2)), 10, 10, []string{"harsh_braking level 3 by fused at 10 Hz from 30 s"}},
		{"a bump is too short", forward(pulse(-0.5, 0.2)), 100, 10, nil},
		{"more than tyres can do", forward(pulse(-4, 0.5)), 100, 10, nil},
		// At 72 km/h the threshold is 0.24 g.
		{"launch", forward(pulse(0.31, 3)), 10, 10, []string{"harsh_acceleration level 1 by fused at 10 Hz from 31 s"}},
		{"left corner, yaw", turning(pulse(12, 3)), 10, 10, []string{"harsh_cornering level 1 by yaw_speed at 10 Hz from 31 s"}},
		{"right corner, course", turning(pulse(-14, 4)), 0, 1, []string{"harsh_cornering level 1 by course_speed at 1 Hz from 32 s"}},
		{"peaks at 1 Hz", forward(func(t float64) float64 {
			if t >= 30 && t < 32 {
				return -0.48
			}
			return 0
		}), 1, 1, []string{"harsh_braking level 2 by motion_peak at 1 Hz from 30 s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, manoeuvres(DefaultThresholds(), c.accel, c.motion, c.speed)); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

// However fast a sensor is, the same manoeuvre is the same event.
func TestFastSensorsFindTheSameEvents(t *testing.T) {
	for name, c := range map[string]struct {
		accel func(float64) (float64, float64)
		speed int
	}{"brake": {forward(pulse(-0.45, 2)), 1}, "fused brake": {forward(pulse(-0.45, 2)), 10}, "corner": {turning(pulse(12, 3)), 10}} {
		want := findings(DefaultThresholds(), c.accel, 25, c.speed)
		for _, hz := range []int{50, 100, 200} {
			got := findings(DefaultThresholds(), c.accel, hz, c.speed)
			if len(got) != 1 || len(want) != 1 {
				t.Fatalf("%s: %d events at 25 Hz, %d at %d", name, len(want), len(got), hz)
			}
			g, w := got[0], want[0]
			t.Logf("%s at %d Hz: %+.3f s, %+.3f s long, peak %+.2f %%", name, hz, float64(g.Start-w.Start)/second, float64(g.Duration-w.Duration)/second, 100*(g.Peak/w.Peak-1))
			apart := max(g.Start-w.Start, w.Start-g.Start, g.Duration-w.Duration, w.Duration-g.Duration)
			if apart > 2*meanStep || math.Abs(g.Peak/w.Peak-1) > 0.02 || g.Level != w.Level {
				t.Errorf("%s at %d Hz: %+v, at 25 Hz %+v", name, hz, g, w)
			}
		}
	}
}
