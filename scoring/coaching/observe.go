package coaching

import (
	"cmp"
	"math"
	"slices"

	"milepost/outcome"
)

// A trip's observations.
const (
	mostObservations = 5
	mostAlike        = 2 // of one message
	mostOneSided     = 3 // good or bad ones, while there are others
	leastSeverity    = 0.1
)

// The messages of observations.
const (
	MessageAccelerationHard   = "acceleration_hard"
	MessageAccelerationWasted = "acceleration_then_braking"
	MessageAccelerationSmooth = "acceleration_smooth"
	MessageBrakingHard        = "braking_hard"
	MessageBrakingLate        = "braking_late"
	MessageBrakingRecovered   = "braking_recovered"
	MessageBrakingSmooth      = "braking_smooth"
	MessageCoastingLong       = "coasting_long"
	MessageCorneringHard      = "cornering_hard"
	MessageEVStretch          = "ev_stretch"
	MessageSpeedHigh          = "speed_high"
	MessageSpeedOverLimit     = "speed_over_limit"
	MessageSpeedSteady        = "speed_steady"
	MessageSpeedUnsteady      = "speed_unsteady"
)

// Messages are all ids that an observation may have, in order.
func Messages() []string {
	return []string{
		MessageAccelerationHard, MessageAccelerationSmooth, MessageAccelerationWasted, MessageBrakingHard, MessageBrakingLate,
		MessageBrakingRecovered, MessageBrakingSmooth, MessageCoastingLong, MessageCorneringHard, MessageEVStretch,
		MessageSpeedHigh, MessageSpeedOverLimit, MessageSpeedSteady, MessageSpeedUnsteady,
	}
}

// params are what a message says of its moment, by names that end in the unit.
type params = map[string]float64

// observe gives the moments of a trip that are worth telling, by time.
func (r *Result) observe(t *Trip) []outcome.Observation {
	o := observer{t: t, r: r, found: r.work.found[:0]}
	o.events()
	o.manoeuvres()
	o.cruises()
	o.runs()
	r.work.found = o.found
	return choose(o.found)
}

// observer gathers the moments of a trip.
type observer struct {
	t     *Trip
	r     *Result
	found []outcome.Observation
}

// add notes what steps from..to, to exclusive, are an example of.
func (o *observer) add(from, to int, message string, about outcome.Cause, good bool, severity float64, p params) {
	if !(severity >= leastSeverity) || from >= to {
		return
	}
	x := outcome.Observation{At: outcome.Time(o.t.Steps[from].begun()), About: about, Message: message, Good: good,
		Params: p, Severity: round(min(severity, 1), 2)}
	climb, flat := 0.0, 0.0
	for i := from; i < to; i++ {
		q := &o.t.Steps[i]
		x.DurationS += q.Span
		x.DistanceM += q.Metres
		if q.Slope == q.Slope {
			climb += float64(q.Slope * q.Metres)
			flat += q.Metres
		}
	}
	if flat > x.DistanceM/2 {
		x.Slope = known(climb/flat, 3)
	}
	x.DurationS, x.DistanceM = round(x.DurationS, 1), round(x.DistanceM, 0)
	o.place(&x, from, to)
	o.found = append(o.found, x)
}

// place gives an observation the first fix of its steps.
func (o *observer) place(x *outcome.Observation, from, to int) {
	for i := from; i < to; i++ {
		if q := &o.t.Steps[i]; q.Lat == q.Lat && q.Lon == q.Lon {
			x.Lat, x.Lon = known(q.Lat, 6), known(q.Lon, 6)
			return
		}
	}
}

// choose takes the most telling moments, of different kinds, and puts them by time.
func choose(found []outcome.Observation) []outcome.Observation {
	slices.SortFunc(found, func(a, b outcome.Observation) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.At, b.At), cmp.Compare(a.Message, b.Message))
	})
	var out []outcome.Observation
	for _, sided := range [...]int{mostOneSided, mostObservations} {
		for i := range found {
			if x := &found[i]; len(out) < mostObservations && room(out, x, sided) {
				out = append(out, *x)
			}
		}
	}
	slices.SortFunc(out, func(a, b outcome.Observation) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Message, b.Message))
	})
	return out
}

// room reports whether an observation adds something to those that are chosen.
func room(out []outcome.Observation, x *outcome.Observation, sided int) bool {
	alike, side := 0, 0
	for i := range out {
		y := &out[i]
		if y.Message == x.Message {
			alike++
		}
		if y.Good == x.Good {
			side++
		}
		if y.About == x.About && overlap(x, y) {
			return false
		}
	}
	return alike < mostAlike && side < sided
}

// overlap reports whether two observations are of one moment.
func overlap(a, b *outcome.Observation) bool {
	end := func(x *outcome.Observation) outcome.Time { return x.At + outcome.Time(math.Round(x.DurationS*1e6)) }
	return a.At < end(b) && b.At < end(a) || a.At == b.At
}

// part is where x lies between two values, 0 to 1.
func part(x, from, to float64) float64 { return max(0, min((x-from)/(to-from), 1)) }

func kmh(v float64) float64 { return math.Round(v * 3.6) }
