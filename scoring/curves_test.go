package scoring

import (
	"flag"
	"math"
	"testing"

	"milepost/detectors"
	"milepost/dev/curves"
)

var update = flag.Bool("update", false, "draw the pictures of docs/method anew")

func TestPerformanceCurves(t *testing.T) {
	of := detectors.DefaultThresholds()
	level := func(b detectors.Bounds, i int) func(float64) float64 {
		return func(float64) float64 { return b.Levels[i] }
	}
	kmh := curves.Axis{Label: "speed, km/h", To: 140, Step: 20}
	curves.Check(t, "../docs/method/performance.svg", &curves.Picture{Charts: []curves.Chart{
		{
			Title: "From intensity to score", X: curves.Axis{Label: "intensity, as a multiple of its reference", To: 5, Step: 1},
			Y: curves.Axis{Label: "part, points", To: 100, Step: 25},
			Lines: []curves.Line{
				{Name: "no harsh event", Of: func(x float64) float64 { return part(x, 0, 20_000) }},
				{Name: "three brakes of 0.45 g on 90 km: the reference rate", Of: func(x float64) float64 { return part(x, 3*0.5/referenceExcess, 90_000) }, Dashed: true},
				{Name: "one brake of 0.60 g on 20 km", Of: func(x float64) float64 { return part(x, 1/referenceExcess, 20_000) }, Dashed: true},
			},
			Marks: []curves.Mark{{X: 1, Y: 75, Text: "the references: 75"}},
		},
		{
			Title: "Power limit L(v)", X: kmh, Y: curves.Axis{Label: "v·a⁺, m²/s³", To: 30, Step: 5},
			Lines: []curves.Line{{Name: "Regulation (EU) 2017/1151", Of: func(v float64) float64 { return powerLimit(v / 3.6) }}},
		},
		{
			Title: "Comfortable deceleration c(v)", X: kmh, Y: curves.Axis{Label: "deceleration, m/s²", To: 2, Step: 0.5},
			Lines: []curves.Line{{Name: "what is not counted as braking", Of: func(v float64) float64 { return comfort(v / 3.6) }}},
		},
		{
			Title: "From where a manoeuvre is harsh (level 1)", X: kmh, Y: curves.Axis{Label: "acceleration, g", To: 0.6, Step: 0.1},
			Lines: []curves.Line{
				{Name: "cornering", Of: above(of.Cornering.Gate, level(of.Cornering, 0))},
				{Name: "braking", Of: above(of.Braking.Gate, level(of.Braking, 0))},
				{Name: "acceleration", Of: above(of.Acceleration.Gate, func(v float64) float64 { return of.AccelerationG(v / 3.6) }), Dashed: true},
			},
		},
	}}, *update)
}

// above is a function of km/h from a gate in m/s on; below it there is no value.
func above(gate float64, of func(float64) float64) func(float64) float64 {
	return func(v float64) float64 {
		if v/3.6 < gate {
			return math.NaN()
		}
		return of(v)
	}
}
