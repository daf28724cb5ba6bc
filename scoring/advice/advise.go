package advice

import (
	"fmt"
	"maps"
	"math"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/coaching"
)

// Below these a difference is nothing to tell a driver [defaults].
const (
	leastFuelL     = 0.02
	leastKwh       = 0.05
	leastShare     = 0.02 // of what the trip took
	leastEVLess    = 0.05 // of the distance
	leastEngineM   = 500.0
	leastSeverity  = 0.3 // of an observation that is told for safety
	leastOverKmh   = 5.0 // above the limit, and of the limit: the larger one is speeding
	leastOverShare = 0.07
)

// Advise writes into a trip's coaching what is usual on such trips and the tip. What both
// are computed from it adds to the coaching's inputs, which must be the trip's own, and to
// its thresholds.
func Advise(o *outcome.Trip, with Comparison, costs []coaching.Cost, p fleet.Powertrain) {
	c := o.Coaching
	in := inputs(c.Inputs)
	in.drive(o, p)
	in.costs(o, costs)
	in.comparison(with)
	c.Thresholds = thresholds
	c.Usual, c.Advice = in.usual(), in.tip(c.Observations)
}

// thresholds are the same in every receipt of this method version.
var thresholds = func() map[string]float64 {
	all := coaching.Thresholds()
	maps.Copy(all, map[string]float64{
		"advice_least_trips": leastTrips, "advice_least_fuel_l": leastFuelL, "advice_least_kwh": leastKwh,
		"advice_least_share": leastShare, "advice_least_ev_less": leastEVLess, "advice_least_engine_m": leastEngineM,
		"advice_least_severity": leastSeverity, "advice_least_over_kmh": leastOverKmh, "advice_least_over_share": leastOverShare, "advice_fuel_j_per_l": fuelJPerL, "advice_battery_share_to_wheels": batteryShare,
	})
	return all
}()

// Thresholds lists the numbers of this method version, those of coaching among them.
func Thresholds() map[string]float64 { return maps.Clone(thresholds) }

// FromReceipt recomputes what is usual and the tip from a trip's coaching alone: from its
// inputs and observations. It refuses coaching of another method version.
func FromReceipt(c *outcome.Coaching) (*outcome.Usual, *outcome.Advice, error) {
	if c.Method != coaching.Method {
		return nil, nil, fmt.Errorf("recompute advice: coaching of method %q, this is %q", c.Method, coaching.Method)
	}
	in := inputs(c.Inputs)
	return in.usual(), in.tip(c.Observations), nil
}

// candidate is a cause that a tip could be about.
type candidate struct {
	cause      outcome.Cause
	took, less taken // by this cause on this trip; of that, more than usual
}

// tip chooses the cause that cost most against the usual, or else the worst observation
// that is about safety; nil where there is nothing to say.
func (in inputs) tip(seen []outcome.Observation) *outcome.Advice {
	var best *outcome.Advice
	most := 0.0
	for _, c := range in.candidates() {
		if j := c.less.joules(); j > most && in.worth(c.less) {
			best, most = in.tell(c), j
		}
	}
	if best != nil {
		return best
	}
	return safety(seen)
}

// candidates are the causes that cost more than usual.
func (in inputs) candidates() (out []candidate) {
	for _, cause := range [...]outcome.Cause{outcome.CauseAcceleration, outcome.CauseBraking, outcome.CauseSpeed} {
		m, _ := measureOf(cause)
		j, told := in[inCost+string(cause)+inJ]
		usual, known := in[usualNames[m]]
		if more := j - float64(usual*in[inDistance]); told && known && more > 0 {
			out = append(out, candidate{cause, in.fromWheels(j), in.fromWheels(more)})
		}
	}
	if c, ok := in.electric(); ok {
		out = append(out, c)
	}
	return out
}

// electric is the fuel of the distance that is usually driven on the battery and was not.
func (in inputs) electric() (candidate, bool) {
	usual, known := in[usualNames[EV]]
	ev, told := in[inEV]
	fuel, burnt := in[inFuel]
	engine := in[inDistance] - ev
	less := usual - ev/in[inDistance]
	if !known || !told || !burnt || engine < leastEngineM || less < leastEVLess {
		return candidate{}, false
	}
	saves := min(float64(less*in[inDistance]), engine) / engine * fuel * in[inEVFuel]
	return candidate{outcome.CauseEV, taken{litres: fuel}, taken{litres: saves}}, true
}

// worth reports whether energy is enough to tell a driver of.
func (in inputs) worth(t taken) bool {
	return (t.litres >= leastFuelL || t.kwh >= leastKwh) && t.joules() >= float64(leastShare*in.whole().joules())
}

// tell writes the tip about a cause.
func (in inputs) tell(c candidate) *outcome.Advice {
	name := inCost + string(c.cause)
	a := &outcome.Advice{Cause: c.cause, Params: map[string]float64{"trips": in[inTrips]},
		From: outcome.Time(in[name+inFrom]), To: outcome.Time(in[name+inTo])}
	a.SavesL, a.SavesKwh = positive(c.less.litres), positive(c.less.kwh)
	unit := "fuel"
	switch {
	case c.cause == outcome.CauseEV:
		a.Params["ev_percent"] = rounded(100*in[inEV]/in[inDistance], 1)
		a.Params["usual_ev_percent"] = rounded(100*in[usualNames[EV]], 1)
		a.Params["saves_l"] = *a.SavesL
	case in[inElectric] > 0.5:
		unit = "battery"
		a.Params["took_kwh"], a.Params["usual_kwh"] = rounded(c.took.kwh, 1000), rounded(c.took.kwh-c.less.kwh, 1000)
		a.Params["saves_kwh"] = rounded(c.less.kwh, 1000)
	default:
		a.Params["took_l"], a.Params["usual_l"] = rounded(c.took.litres, 1000), rounded(c.took.litres-c.less.litres, 1000)
		a.Params["saves_l"] = rounded(c.less.litres, 1000)
	}
	like := "like"
	if in[inSameWay] == 1 {
		like = "way"
	}
	a.Message = "tip_" + string(c.cause) + "_" + unit + "_" + like
	return a
}

// positive is a number of three decimals, nil where it is none.
func positive(x float64) *float64 {
	if x = rounded(x, 1000); x <= 0 {
		return nil
	}
	return &x
}

func rounded(x, perUnit float64) float64 { return math.Floor(float64(x*perUnit)+0.5) / perUnit }

// safety is the tip about the worst thing that was observed.
func safety(seen []outcome.Observation) *outcome.Advice {
	var worst *outcome.Observation
	for i := range seen {
		o := &seen[i]
		if dangerous(o) && o.Severity >= leastSeverity && (worst == nil || o.Severity > worst.Severity) {
			worst = o
		}
	}
	if worst == nil {
		return nil
	}
	to := worst.At + outcome.Time(math.Floor(float64(worst.DurationS*1e6)+0.5))
	return &outcome.Advice{Cause: worst.About, Message: "tip_" + worst.Message, Params: maps.Clone(worst.Params), From: worst.At, To: to}
}

// dangerous reports whether an observation is about safety: a harsh manoeuvre or speeding.
func dangerous(o *outcome.Observation) bool {
	switch o.Message {
	case coaching.MessageAccelerationHard, coaching.MessageBrakingHard, coaching.MessageCorneringHard:
		return true
	case coaching.MessageSpeedOverLimit:
		limit := o.Params["limit_kmh"]
		return o.Params["speed_kmh"]-limit >= max(leastOverKmh, leastOverShare*limit)
	}
	return false
}
