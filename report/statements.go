package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
)

// Statement is what a report says of some fields of the record, in plain words.
type Statement struct {
	Fields []string `json:"fields"` // of the record
	Text   string   `json:"text"`
}

// unknown lists what the record cannot say.
func (v *view) unknown() []string {
	out := []string{"Who or what was hit, who was at fault, and whether anybody was hurt: the data does not say."}
	if !v.Rollover {
		out = append(out, "Whether it rolled over unseen: a rollover shows only in a roll rate, or in gravity on the vertical axis.")
	}
	return out
}

// measured lists what sensors of the vehicle reported.
func (v *view) measured() (out []Statement) {
	say := func(when bool, text string, fields ...string) {
		if when {
			out = append(out, Statement{fields, text})
		}
	}
	say(true, "The time, by the vehicle's own clock.", "at")
	axes := v.axes()
	say(len(axes) > 0, fmt.Sprintf("Acceleration: %s, %s samples a second.", english.WordSeries(axes, "and"), plausible("%.0f", v.RateHz)), "pulse", "rate_hz")
	say(len(axes) == 0 && len(v.Impacts) > 0, fmt.Sprintf("Acceleration, %s samples a second.", plausible("%.0f", v.RateHz)), "impacts", "rate_hz")
	say(len(v.SpeedBefore) > 0 || v.SpeedAtImpactKmh != nil, "The vehicle's own speed before the impact.", "speed_before", "speed_at_impact_kmh")
	for _, k := range []struct{ kind, text string }{
		{"airbag", "The airbag's signal."}, {"hazards", "The hazard lights' signal."},
		{"door_opened", "The doors' signals."}, {"yaw", "How fast the vehicle turned."}} {
		say(v.has(k.kind), k.text, "evidence")
	}
	say(v.DriverBelted != nil || v.PassengerBelted != nil, "Belts, as their buckles reported.", "driver_belted", "passenger_belted")
	say(v.Position != nil, "Positions, by satellite navigation.", "position", "recent_positions")
	return out
}

// inferred lists what was computed from that, and how.
func (v *view) inferred() (out []Statement) {
	say := func(when bool, text string, fields ...string) {
		if when {
			out = append(out, Statement{fields, text})
		}
	}
	say(true, "That this was a collision, and how sure that is: from the pulse and what speaks for and against it.", "confidence", "evidence")
	say(len(v.Impacts) > 0, "Beginning and end of each impact: where velocity starts and stops changing fast (49 CFR 563.5).", "at", "impacts")
	say(v.DeltaVKmh != nil && !v.wheels(), fmt.Sprintf("Delta-V, %s: the acceleration summed up over the impact.", v.deltaV()), "delta_v_kmh", "delta_v_x_kmh", "delta_v_y_kmh")
	say(v.DeltaVKmh != nil && v.wheels(), fmt.Sprintf("Delta-V, %s: by how much the wheels slowed down.", v.deltaV()), "delta_v_kmh")
	say(v.Clock != 0, fmt.Sprintf("Direction of force, %s: from the two parts of delta-V.", v.direction()), "pdof_deg", "clock", "side")
	say(v.SpeedAtImpactKmh != nil, fmt.Sprintf("Speed at impact, %s: the last one at least 0.1 s before, as wheels may lock after that.", v.speed()), "speed_at_impact_kmh")
	say(v.Severity != outcome.SeverityUnknown, fmt.Sprintf("Severity, %s: a band of delta-V and what raises it. It is not about injuries.", strings.ToLower(v.severity())), "severity", "severity_raised_by")
	say(v.has("standstill") || v.has("driving_on"), "Standing still or driving on: from the wheels' speed after it.", "evidence")
	say(v.Rollover, "Rollover: from how far the vehicle turned about its length, or from gravity.", "rollover")
	say(v.Passengers != nil, "Seats known to be taken: those that reported it, and the driver's. Others may have been.", "number_of_passengers")
	say(v.DirectionDeg != nil, "Direction of travel: from the positions before.", "vehicle_direction_deg")
	return out
}

// axes names those that the pulse has.
func (v *view) axes() (out []string) {
	if v.Pulse == nil {
		return nil
	}
	for _, a := range []struct {
		name   string
		values []*float64
	}{{"forward", v.Pulse.Longitudinal}, {"sideways", v.Pulse.Lateral}, {"vertical", v.Pulse.Vertical}} {
		if len(a.values) > 0 {
			out = append(out, a.name)
		}
	}
	return out
}

func (v *view) has(evidence string) bool {
	return slices.ContainsFunc(v.Evidence, func(e outcome.Evidence) bool { return e.Kind == evidence })
}
