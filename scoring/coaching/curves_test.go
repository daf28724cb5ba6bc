package coaching

import (
	"flag"
	"testing"

	"milepost/dev/curves"
	"milepost/fleet"
)

var update = flag.Bool("update", false, "draw the pictures of docs/method anew")

func TestCoachingCurves(t *testing.T) {
	hybrid := carOf(fleet.Hybrid, 0)
	// border is the acceleration at which the demand has a value, m/s².
	border := func(power, slope float64) func(float64) float64 {
		return func(v float64) float64 {
			q := Step{V: v / 3.6, Slope: slope}
			return (power - hybrid.demand(&q)) / q.V
		}
	}
	burns := func(demand float64) func(float64) float64 {
		w := working{car: hybrid}
		return func(seconds float64) float64 { return 1000 * w.thirst(&Step{V: 15, Span: seconds}, demand) }
	}
	kmh := curves.Axis{Label: "speed, km/h", From: 10, To: 130, Step: 20}
	curves.Check(t, "../../docs/method/coaching.svg", &curves.Picture{Charts: []curves.Chart{
		{
			Title: "Modes by demand", X: kmh, Y: curves.Axis{Label: "acceleration, m/s²", From: -1, To: 2, Step: 0.5},
			Lines: []curves.Line{
				{Name: "above it power, level road", Of: border(powerFromWkg, nan)},
				{Name: "below it charge, level road", Of: border(0, nan)},
				{Name: "the same, uphill by 4 %", Of: border(powerFromWkg, 0.04), Dashed: true},
				{Name: "and for charge", Of: border(0, 0.04), Dashed: true},
			},
		},
		{
			Title: "Least that an engine burns", X: curves.Axis{Label: "time, s", To: 10, Step: 2}, Y: curves.Axis{Label: "fuel, ml", To: 5, Step: 1},
			Lines: []curves.Line{
				{Name: "at 5 W/kg", Of: burns(5)},
				{Name: "in overrun", Of: burns(-2)},
				{Name: "idling", Of: burns(0)},
				{Name: "what tells, of a counter of 1 ml", Of: func(float64) float64 { return surely }, Dashed: true},
			},
		},
	}}, *update)
}
