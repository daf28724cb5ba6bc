package detectors

import (
	"math"
	"slices"
	"testing"

	"milepost/outcome"
	"milepost/telemetry"
)

// PDOF is clockwise from the front, of the side that was hit, whichever way it pushed.
func TestDirections(t *testing.T) {
	for _, c := range []struct {
		x, y  float64 // delta-V, m/s, forward and left
		pdof  float64
		clock int
		side  outcome.Side
	}{
		{-10, 0, 0, 12, outcome.SideFront}, {-10, 2, 11.3, 12, outcome.SideFront}, {-10, -2, 348.7, 12, outcome.SideFront},
		{-10, 5.8, 30.1, 1, outcome.SideFront}, {0, 10, 90, 3, outcome.SideRight}, {10, 0, 180, 6, outcome.SideRear},
		{0, -10, 270, 9, outcome.SideLeft}, {-5, -8.7, 299.9, 10, outcome.SideLeft}, {-10, 9.9, 44.7, 1, outcome.SideFront},
		{-10, 10.1, 45.3, 2, outcome.SideRight}, {9.9, 10, 134.7, 4, outcome.SideRight}, {10, -10.1, 225.3, 8, outcome.SideLeft},
	} {
		i := Impact{DeltaX: c.x, DeltaY: c.y}
		if math.Abs(i.PDOF()-c.pdof) > 0.05 || i.Clock() != c.clock || i.Side() != c.side {
			t.Errorf("%v: %.1f°, %d o'clock, %s", c, i.PDOF(), i.Clock(), i.Side())
		}
	}
}

func TestSeverity(t *testing.T) {
	front := func(kmh float64) Impact { return Impact{DeltaX: -kmh / 3.6} }
	side := func(kmh float64) Impact { return Impact{DeltaY: kmh / 3.6} }
	for _, c := range []struct {
		name    string
		impacts []Impact
		rolled  bool
		aboard  Aboard
		want    outcome.Severity
		by      []string
	}{
		{"no pulse", nil, false, Aboard{}, outcome.SeverityUnknown, nil},
		{"light", []Impact{front(14.9)}, false, Aboard{DriverBelted: True}, outcome.SeverityMinor, nil},
		{"15", []Impact{front(15.1)}, false, Aboard{}, outcome.SeverityModerate, nil},
		{"24", []Impact{front(24.1)}, false, Aboard{}, outcome.SeveritySerious, nil},
		{"40", []Impact{front(40.1)}, false, Aboard{}, outcome.SeverityCritical, nil},
		{"side", []Impact{side(10)}, false, Aboard{}, outcome.SeverityModerate, []string{"side"}},
		{"one band for all", []Impact{side(10), front(9)}, true, Aboard{DriverBelted: False}, outcome.SeverityModerate,
			[]string{"side", "rollover", "multi_event", "unbelted"}},
		{"nothing above critical", []Impact{side(60)}, false, Aboard{}, outcome.SeverityCritical, []string{"side"}},
		{"passenger unbelted", []Impact{front(10)}, false, Aboard{PassengerBelted: False}, outcome.SeverityModerate, []string{"unbelted"}},
	} {
		if got, by := severity(c.impacts, c.rolled, c.aboard); got != c.want || !slices.Equal(by, c.by) {
			t.Errorf("%s: %s raised by %v", c.name, got, by)
		}
	}
}

// A blow from the front at 30 km/h, and what is changed about it.
func TestCollisions(t *testing.T) {
	base := blow{"haversine", 30, 0.1, 0, 0, 0}
	with := func(b blow, change func(*scene)) scene {
		s := crashed(b, 100)
		if change != nil {
			change(&s)
		}
		return s
	}
	body := func(t float64, s telemetry.BodySignal, v int64) func(*scene) {
		return func(x *scene) { x.body = append(x.body, bodyAt{t, s, v}) }
	}
	keepDriving := func(x *scene) { x.speed = func(float64) float64 { return 60 / 3.6 } }
	for _, c := range []struct {
		name  string
		scene scene
		check func(*testing.T, Collision)
	}{
		{"plain", with(base, nil), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Confirmed || c.Severity != outcome.SeveritySerious || len(c.Flags) != 0 || c.Open || c.RateHz != 100 {
				t.Errorf("%+v", c)
			}
			if math.Abs(c.SpeedAtImpact-60/3.6) > 0.01 || len(c.SpeedBefore) < 10 {
				t.Errorf("%g m/s at impact, %d speeds before", c.SpeedAtImpact, len(c.SpeedBefore))
			}
			if c.Pulse == nil || len(c.Pulse.Longitudinal) != 301 || c.Pulse.Step != 10*millisecond || c.Pulse.From != c.At-second {
				t.Fatalf("pulse %+v", c.Pulse)
			}
			least := slices.Min(c.Pulse.Longitudinal)
			if math.Abs(float64(least)+2*30/3.6/0.1) > 12 || math.Abs(float64(c.Pulse.Vertical[3])) > 1.5 {
				t.Errorf("peak %g, vertical %g", least, c.Pulse.Vertical[3])
			}
		}},
		{"clipped", with(base, func(s *scene) { s.clip = 8 * gravity }), func(t *testing.T, c Collision) {
			if !c.Saturated || c.Hardest().DeltaV() > 30/3.6 || c.Confidence == outcome.Possible {
				t.Errorf("%+v", c)
			}
		}},
		{"holes", with(base, func(s *scene) { s.drop = func(t float64) bool { return t > blowAt+0.035 && t < blowAt+0.065 } }), func(t *testing.T, c Collision) {
			if !slices.Contains(c.Flags, "samples_missing") || math.Abs(c.Hardest().DeltaV()*3.6-30) > 6 {
				t.Errorf("%+v", c)
			}
		}},
		{"an axis unknown at times", with(base, func(s *scene) {
			x := s.x
			s.x = func(t float64) float64 {
				if t > blowAt+0.045 && t < blowAt+0.055 {
					return math.NaN()
				}
				return x(t)
			}
		}), func(t *testing.T, c Collision) {
			if !slices.Contains(c.Flags, "samples_missing") || math.Abs(c.Hardest().DeltaV()*3.6-30) > 3 {
				t.Errorf("%+v", c)
			}
		}},
		{"no vertical axis", with(base, func(s *scene) { s.z = nil }), func(t *testing.T, c Collision) {
			if !slices.Equal(c.Flags, []string{"no_vertical_axis"}) || c.Pulse.Vertical != nil {
				t.Errorf("%+v", c.Flags)
			}
		}},
		{"low rate", func() scene { s := crashed(blow{"haversine", 30, 0.14, 20, 0, 0}, 30); s.speed = nil; return s }(), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Probable || !slices.Contains(c.Flags, "low_rate") || math.Abs(c.RateHz-30) > 0.1 {
				t.Errorf("%s %v %g", c.Confidence, c.Flags, c.RateHz)
			}
		}},
		{"airbag", with(blow{"haversine", 9, 0.1, 90, 0, 0}, body(blowAt+0.02, telemetry.AirbagDeployedR1Driver, 1)), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Confirmed || math.Abs(float64(c.At-sceneStart)/second-blowAt) > 0.03 || len(c.Impacts) != 1 {
				t.Errorf("%+v", c)
			}
		}},
		{"airbag alone", with(blow{"haversine", 1, 0.1, 90, 0, 0}, body(blowAt+0.02, telemetry.AirbagDeployedR1Driver, 1)), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Confirmed || len(c.Impacts) != 0 || c.At != sceneStart+20_020_000 ||
				c.Severity != outcome.SeverityUnknown || !slices.Equal(c.Flags, []string{"airbag_only"}) || c.RateHz != 0 {
				t.Errorf("%+v", c)
			}
		}},
		{"a light hit, hazards on", with(blow{"haversine", 10, 0.1, 90, 0, 0}, body(blowAt+4, telemetry.HazardSignaling, 1)), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Probable {
				t.Errorf("%s %v", c.Confidence, c.Evidence)
			}
		}},
		{"a light hit, door opened", with(blow{"haversine", 10, 0.1, 90, 0, 0}, body(blowAt+9, telemetry.DoorOpenR1Driver, 1)), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Possible || len(c.Evidence) != 2 {
				t.Errorf("%s %v", c.Confidence, c.Evidence)
			}
		}},
		{"a bus that dies, its last speed held", with(base, func(s *scene) {
			s.speed = func(t float64) float64 {
				if t > blowAt+1.5 {
					return math.NaN()
				}
				return 60 / 3.6
			}
		}), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Probable || len(c.Evidence) != 0 {
				t.Errorf("%s %v", c.Confidence, c.Evidence)
			}
		}},
		{"driving on", with(base, keepDriving), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Possible || len(c.Evidence) != 1 || c.Evidence[0].Kind != DrivingOn || c.Evidence[0].For() {
				t.Errorf("%s %v", c.Confidence, c.Evidence)
			}
		}},
		{"spun round", with(blow{"haversine", 10, 0.1, 90, 0, 0}, func(s *scene) {
			s.yaw = func(t float64) float64 { return max(0, min(1, (t-blowAt)*10)) * 70 }
		}), func(t *testing.T, c Collision) {
			if c.Confidence != outcome.Confirmed || !slices.ContainsFunc(c.Evidence, func(e Evidence) bool { return e.Kind == Yaw && math.Abs(e.Value-70) < 5 }) {
				t.Errorf("%s %v", c.Confidence, c.Evidence)
			}
		}},
		{"rolled over by rate", with(base, func(s *scene) {
			s.roll = func(t float64) float64 {
				if t > blowAt && t < blowAt+1 {
					return 100
				}
				return 1
			}
		}), func(t *testing.T, c Collision) {
			if !c.Rollover || c.Severity != outcome.SeverityCritical || !slices.Equal(c.RaisedBy, []string{"rollover"}) {
				t.Errorf("%+v", c)
			}
		}},
		{"lies on its roof", with(base, func(s *scene) {
			s.z = func(t float64) float64 {
				if t > blowAt+2 {
					return -gravity
				}
				return gravity
			}
		}), func(t *testing.T, c Collision) {
			if !c.Rollover {
				t.Errorf("%+v", c.Evidence)
			}
		}},
		{"belts", with(base, func(s *scene) {
			s.body = append(s.body, bodyAt{1, telemetry.BeltedR1Driver, 0}, bodyAt{1, telemetry.OccupiedR1Passenger, 1},
				bodyAt{1, telemetry.BeltedR1Passenger, 1}, bodyAt{blowAt + 3, telemetry.BeltedR1Passenger, 0})
		}), func(t *testing.T, c Collision) {
			if c.Aboard != (Aboard{False, True, 2}) || !slices.Equal(c.RaisedBy, []string{"unbelted"}) {
				t.Errorf("%+v %v", c.Aboard, c.RaisedBy)
			}
		}},
		{"two impacts", with(base, func(s *scene) {
			x, y := s.x, s.y
			second := blow{"half_sine", 20, 0.08, 0, 0, 0}
			s.x, s.y = x, func(t float64) float64 { return y(t) + second.size(t-3) }
		}), func(t *testing.T, c Collision) {
			if len(c.Impacts) != 2 || c.Impacts[1].Clock() != 3 || !slices.Contains(c.RaisedBy, "multi_event") || c.Hardest() != &c.Impacts[0] {
				t.Errorf("%+v", c.Impacts)
			}
		}},
		{"the uplink dies within it", with(base, func(s *scene) { s.length = blowAt + 0.09 }), func(t *testing.T, c Collision) {
			if c.Open || rank(c.Confidence) < rank(outcome.Probable) || c.Hardest().DeltaV() < 7 || c.Pulse == nil {
				t.Errorf("%+v", c)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t, only(t, c.scene.final())) })
	}
}

// An airbag that a slow unit tells of long before a collision is another's.
func TestAnAirbagOfLongBefore(t *testing.T) {
	s := crashed(blow{"haversine", 10, 0.1, 90, 0, 0}, 100)
	s.length = 24
	slow := driven(100)
	slow.hz, slow.speed = 0, nil
	slow.body = []bodyAt{{5, telemetry.AirbagDeployedR1Driver, 1}}
	var d Collisions
	first := watchFrame(&d, s.frame(), nil)
	for _, c := range d.Silence(watchFrame(&d, slow.frame(), nil)) {
		if airbag := slices.ContainsFunc(c.Evidence, func(e Evidence) bool { return e.Kind == Airbag }); airbag == (c.At == first[0].At) {
			t.Errorf("of %d: %+v", c.At, c.Evidence)
		}
	}
}

// A crash that takes its own sensor with it is told of while other tracks go on.
func TestASensorThatDiesInACrash(t *testing.T) {
	s := crashed(blow{"haversine", 40, 0.1, 0, 0, 0}, 100)
	s.drop = func(t float64) bool { return t > blowAt+0.09 }
	var d Collisions
	all := watchFrame(&d, s.frame(), nil)
	if len(all) < 2 || all[0].Seen > sceneStart+22*second || rank(all[0].Confidence) < rank(outcome.Probable) {
		t.Fatalf("%d snapshots: %+v", len(all), all)
	}
	if last := all[len(all)-1]; last.Open || last.Pulse == nil || len(d.open) > 0 {
		t.Errorf("it ends as %+v", last)
	}
}

// A sensor mounted the wrong way round is found out while driving.
func TestReversedAxes(t *testing.T) {
	for _, turned := range [][2]float64{{-1, -1}, {-1, 1}, {1, -1}, {1, 1}} {
		s := crashed(blow{"half_sine", 30, 0.1, 60, 0, 0}, 100)
		x, y := s.x, s.y
		wave := func(t float64) float64 { return max(0, min(1, blowAt-1-t)) }
		before := s.speed
		s.yaw = func(t float64) float64 { return 15 * wave(t) * math.Sin(t) }
		s.x = func(t float64) float64 { return turned[0] * (x(t) + 2*wave(t)*math.Cos(2*t)) }
		s.y = func(t float64) float64 { return turned[1] * (y(t) + s.speed(t)*s.yaw(t)*radians) }
		s.speed = func(t float64) float64 { return before(t) + wave(t)*math.Sin(2*t) }
		got := only(t, s.final())
		if got.Hardest().Clock() != 2 || slices.Contains(got.Flags, "axes_reversed") != (turned != [2]float64{1, 1}) {
			t.Errorf("%v: %d o'clock, %v", turned, got.Hardest().Clock(), got.Flags)
		}
	}
}
