package scoring

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/detectors"
	"milepost/outcome"
)

// play runs speeds at whole seconds through Dynamics.
func play(speeds ...float64) *Dynamics {
	d := &Dynamics{}
	for i, v := range speeds {
		d.Add(detectors.Point{Second: int64(1000 + i), V: v})
	}
	return d
}

// stop is a cruise at 15 m/s for a number of seconds, with a brake to 2 m/s and a
// launch back at the given rates in m/s².
func stop(cruise int, brake, accel float64) []float64 {
	var vs []float64
	v := 15.0
	for range cruise {
		vs = append(vs, v)
	}
	for v > 2 {
		v = max(2, v-brake)
		vs = append(vs, v)
	}
	for v < 15 {
		v = min(15, v+accel)
		vs = append(vs, v)
	}
	return append(vs, 15, 15, 15, 15)
}

func scoreOf(d *Dynamics, m Manoeuvres) outcome.Performance {
	in := d.Intensities()
	return Performance(Inputs{Intensities: in, Manoeuvres: m, DistanceM: in.JudgedM})
}

func TestReferencesScore75(t *testing.T) {
	p := Performance(Inputs{Intensities: Intensities{JudgedM: 1e6, Acceleration: referenceAcceleration / (1 - eventWeight),
		Braking: referenceBraking / (1 - eventWeight)}, DistanceM: 1e6})
	want := outcome.Performance{Score: 75, Acceleration: 75, Braking: 75}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("at the references (-want +got):\n%s", diff)
	}
	calm := Performance(Inputs{DistanceM: 800})
	want = outcome.Performance{Score: 100, Acceleration: 100, Braking: 100, LowConfidence: true}
	if diff := cmp.Diff(want, calm); diff != "" {
		t.Errorf("without any dynamics (-want +got):\n%s", diff)
	}
}

func TestHarsherIsNeverBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		brake := rapid.Float64Range(0.5, 6).Draw(t, "brake")
		accel := rapid.Float64Range(0.5, 3).Draw(t, "accel")
		m := Manoeuvres{BrakingEvents: rapid.IntRange(0, 9).Draw(t, "brakes"), AccelerationEvents: rapid.IntRange(0, 9).Draw(t, "launches")}
		cruise := rapid.IntRange(20, 400).Draw(t, "cruise")
		base := scoreOf(play(stop(cruise, brake, accel)...), m)
		more := m
		more.BrakingEvents++
		if p := scoreOf(play(stop(cruise, brake, accel)...), more); p.Braking > base.Braking || p.Acceleration != base.Acceleration {
			t.Fatalf("one more harsh brake: braking %.1f -> %.1f, acceleration %.1f -> %.1f", base.Braking, p.Braking, base.Acceleration, p.Acceleration)
		}
		calm := scoreOf(play(append(stop(cruise, brake, accel), stop(300, 0.01, 3)[:300]...)...), m)
		if calm.Score < base.Score {
			t.Fatalf("300 calm seconds more: score %.1f -> %.1f", base.Score, calm.Score)
		}
	})
}

func TestHarsherBrakesScoreLower(t *testing.T) {
	last := 101.0
	for _, brake := range []float64{0.5, 1, 2, 3, 4.5} {
		p := scoreOf(play(stop(120, brake, 1)...), Manoeuvres{})
		t.Logf("braking at %.1f m/s²: %.1f", brake, p.Braking)
		if p.Braking >= last {
			t.Errorf("braking at %.1f m/s² scores %.1f, not below %.1f", brake, p.Braking, last)
		}
		last = p.Braking
	}
}

func TestConstantSpeedIsAbsentInTheCity(t *testing.T) {
	slow := make([]float64, 900)
	for i := range slow {
		slow[i] = 6
	}
	if p := scoreOf(play(slow...), Manoeuvres{}); p.ConstantSpeed != nil {
		t.Errorf("constant speed %.1f on a trip at 22 km/h, want none", *p.ConstantSpeed)
	}
	for i := range slow {
		slow[i] = 30
	}
	if p := scoreOf(play(slow...), Manoeuvres{}); p.ConstantSpeed == nil || *p.ConstantSpeed != 100 {
		t.Errorf("constant speed %v on a steady motorway, want 100", p.ConstantSpeed)
	}
}

func TestDynamicsNeedFiveSecondsInARow(t *testing.T) {
	d := play(10, 10, 10, 10)
	if d.Metres != 0 {
		t.Errorf("%.0f m judged from four seconds", d.Metres)
	}
	d.Add(detectors.Point{Second: 1010, V: 30}) // a gap
	for i := range 3 {
		d.Add(detectors.Point{Second: int64(1011 + i), V: 30})
	}
	if got := d.Intensities(); got.Acceleration != 0 {
		t.Errorf("acceleration %.3f across a gap", got.Acceleration)
	}
}

func TestScoreIsRecomputedFromTheReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := func(name string, hi float64) float64 { return rapid.Float64Range(0, hi).Draw(t, name) }
		in := Inputs{Intensities: Intensities{JudgedM: f("judged", 1e5), Acceleration: f("acc", 1), Braking: f("brake", 1),
			FastM: f("fast", 1e5), SteadyShare: f("steady", 1), PKE: f("pke", 2)},
			Manoeuvres: Manoeuvres{rapid.IntRange(0, 50).Draw(t, "b"), rapid.IntRange(0, 50).Draw(t, "a")}, DistanceM: f("way", 1e5)}
		got, err := FromReceipt(outcome.Receipt{Method: Method, Inputs: in.ReceiptInputs()})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Performance(in), got); diff != "" {
			t.Fatalf("recomputed (-want +got):\n%s", diff)
		}
	})
	if _, err := FromReceipt(outcome.Receipt{Method: "performance/0"}); err == nil {
		t.Error("a receipt of another method was accepted")
	}
}

func TestPowerLimitIsContinuous(t *testing.T) {
	if d := math.Abs(powerLimit(74.6/3.6) - powerLimit(74.61/3.6)); d > 0.1 {
		t.Errorf("limit jumps by %.2f m²/s³ at 74.6 km/h", d)
	}
}
