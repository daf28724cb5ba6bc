package detectors

import (
	"math"
	"testing"

	"milepost/outcome"
	"milepost/telemetry"
)

// driven is a quiet drive at 50 km/h, to be disturbed.
func driven(hz float64) scene {
	return scene{
		hz: hz, speedHz: 10, length: 60, noise: 0.3,
		x: func(float64) float64 { return 0.2 }, y: func(float64) float64 { return -0.1 }, z: func(float64) float64 { return gravity },
		speed: func(float64) float64 { return 50 / 3.6 },
		body:  []bodyAt{{0, telemetry.SystemState, telemetry.StateOn}},
	}
}

func plus(f, g func(float64) float64) func(float64) float64 {
	return func(t float64) float64 { return f(t) + g(t) }
}

// during is a value between two times, 0 else.
func during(from, to, a float64) func(float64) float64 {
	return func(t float64) float64 {
		if t >= from && t < to {
			return a
		}
		return 0
	}
}

// swing is a decaying vibration from 20 s on.
func vibration(peak, hz, decay float64) func(float64) float64 {
	return func(t float64) float64 {
		if t < blowAt {
			return 0
		}
		return peak * math.Exp(-(t-blowAt)/decay) * math.Sin(2*math.Pi*hz*(t-blowAt))
	}
}

// What is no collision is told as none.
func TestNoCollision(t *testing.T) {
	for _, c := range []struct {
		name    string
		disturb func(*scene)
	}{
		{"emergency braking at 1.2 g", func(s *scene) {
			s.x = plus(s.x, during(blowAt, blowAt+1.1, -1.2*gravity))
			s.speed = func(t float64) float64 { return max(0, 50/3.6-1.2*gravity*max(0, min(t-blowAt, 1.1))) }
		}},
		{"ABS, pulsing at 12 Hz", func(s *scene) {
			s.x = plus(plus(s.x, during(blowAt, blowAt+1.4, -gravity)), func(t float64) float64 { return during(blowAt, blowAt+1.4, 6)(t) * math.Sin(75*t) })
			s.speed = func(t float64) float64 { return max(0, 50/3.6-gravity*max(0, min(t-blowAt, 1.4))) }
		}},
		{"a spike of one sample", func(s *scene) { s.x = plus(s.x, during(blowAt, blowAt+0.009, -700)) }},
		{"spikes to both sides", func(s *scene) {
			s.x = plus(plus(s.x, during(blowAt, blowAt+0.019, -500)), during(blowAt+0.02, blowAt+0.039, 480))
		}},
		{"a stuck sensor", func(s *scene) {
			x := s.x
			s.noise = 0
			s.x = func(t float64) float64 {
				if t > blowAt && t < blowAt+2 {
					return -16 * gravity
				}
				return x(t)
			}
		}},
		{"washboard", func(s *scene) {
			s.x, s.z = plus(s.x, vibration(30, 14, 3)), plus(s.z, vibration(40, 14, 3))
		}},
		{"a pothole", func(s *scene) {
			s.x, s.z = plus(s.x, vibration(-60, 18, 0.05)), plus(s.z, vibration(90, 18, 0.08))
		}},
		{"a speed bump, much too fast", func(s *scene) {
			s.x, s.z = plus(s.x, vibration(-22, 5, 0.2)), plus(s.z, vibration(60, 5, 0.3))
		}},
		{"a device that falls to the floor", func(s *scene) {
			s.z = func(t float64) float64 {
				switch {
				case t > blowAt-0.3 && t < blowAt:
					return 0.2
				case t >= blowAt && t < blowAt+0.03:
					return 150
				}
				return gravity
			}
			s.x = plus(s.x, during(blowAt, blowAt+0.029, 110))
		}},
		{"towed while off", func(s *scene) {
			b := blow{"half_sine", 25, 0.1, 0, 0, 0}
			s.x = plus(s.x, func(t float64) float64 { return -b.size(t) })
			s.body = append(s.body, bodyAt{14.9, telemetry.SystemState, telemetry.StateOff}, bodyAt{blowAt, telemetry.AirbagDeployedR1Driver, 1})
		}},
		{"parked, its state never told", func(s *scene) {
			b := blow{"half_sine", 25, 0.1, 0, 0, 0}
			s.x = plus(s.x, func(t float64) float64 { return -b.size(t) })
			s.speed, s.body = func(float64) float64 { return 0 }, nil
		}},
	} {
		for _, hz := range []float64{50, 100, 200} {
			s := driven(hz)
			c.disturb(&s)
			if c.name == "a spike of one sample" && hz > 100 {
				continue // of 9 ms it has two
			}
			if got := s.final(); len(got) != 0 {
				t.Errorf("%s at %g Hz: %s, %+v, %v", c.name, hz, got[0].Confidence, got[0].Impacts, got[0].Evidence)
			}
		}
	}
}

// A blow just after the ignition went off counts: the crash may have cut it.
func TestAwakeForFiveSeconds(t *testing.T) {
	s := crashed(blow{"half_sine", 25, 0.1, 0, 0, 0}, 100)
	s.body = append(s.body, bodyAt{15.2, telemetry.SystemState, telemetry.StateOff})
	only(t, s.final())
}

// Without a waveform the wheels tell, if nothing speaks against them.
func TestWheelsAlone(t *testing.T) {
	stop := func(t float64) float64 { // 50 to 5 km/h within a tenth of a second, then to a stop
		switch {
		case t < blowAt:
			return 50 / 3.6
		case t < blowAt+1:
			return 5 / 3.6
		}
		return 0
	}
	wobble := func(f func(float64) float64) func(float64) float64 {
		return func(t float64) float64 { return f(t) + 0.05*math.Sin(7*t) }
	}
	for _, c := range []struct {
		name   string
		hz     float64 // of motion
		change func(*scene)
		found  bool
	}{
		{"no motion", 0, func(s *scene) { s.speed = wobble(stop) }, true},
		{"a jolt at 10 Hz", 10, func(s *scene) { s.speed, s.x = wobble(stop), plus(s.x, during(blowAt-0.05, blowAt+0.06, -60)) }, true},
		{"no jolt at 10 Hz", 10, func(s *scene) { s.speed = wobble(stop) }, false},
		{"a value that was held", 0, func(s *scene) { s.speed = stop }, false},
		{"a signal that breaks off", 0, func(s *scene) { s.speed = func(t float64) float64 { return wobble(stop)(t) * during(0, blowAt, 1)(t) } }, false},
		{"wheels that lock on ice", 0, func(s *scene) {
			s.speed = wobble(func(t float64) float64 {
				if t > blowAt && t < blowAt+1.2 {
					return 1
				}
				return 45 / 3.6
			})
		}, false},
		{"braking at 1.1 g", 0, func(s *scene) {
			s.speed = wobble(func(t float64) float64 { return max(0, 50/3.6-1.1*gravity*max(0, t-blowAt)) })
		}, false},
		{"hard braking at 1 Hz", 0, func(s *scene) {
			s.speedHz = 1
			s.speed = wobble(func(t float64) float64 { return max(0, 50/3.6-0.9*gravity*max(0, t-blowAt)) })
		}, false},
	} {
		s := driven(c.hz)
		c.change(&s)
		got := s.final()
		if !c.found {
			if len(got) != 0 {
				t.Errorf("%s: %+v", c.name, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Confidence != outcome.Possible || got[0].Severity != outcome.SeverityUnknown ||
			len(got[0].Impacts) != 0 || got[0].Flags[0] != "wheel_speed_only" {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
