package advice

import (
	"milepost/outcome"
	"milepost/scoring/coaching"
)

// inputs are those of a trip's coaching: the tip follows from them and from the
// observations alone.
type inputs map[string]float64

func (in inputs) known(name string, x *float64) {
	if x != nil {
		in[name] = *x
	}
}

// The beginnings and ends of names in a receipt's inputs.
const (
	inCost    = "cost_"
	inJ       = "_j"    // energy at the wheels
	inFrom    = "_from" // Unix µs
	inTo      = "_to"
	inTrips   = "usual_trips"
	inSameWay = "usual_same_way"
)

// usualNames are those of the medians.
var usualNames = [measures]string{"usual_acceleration_j_per_m", "usual_braking_j_per_m", "usual_speed_j_per_m",
	"usual_l_per_100km", "usual_kwh_per_100km", "usual_recovered_share", "usual_ev_share"}

// costs writes what each cause cost, and where. Electric driving has no cost of its own,
// and where nothing says which stretch it is about, it is about the trip.
func (in inputs) costs(o *outcome.Trip, costs []coaching.Cost) {
	stretch := func(c outcome.Cause, from, to int64) {
		in[inCost+string(c)+inFrom], in[inCost+string(c)+inTo] = float64(from), float64(to)
	}
	if _, ok := in[inEV]; ok {
		stretch(outcome.CauseEV, int64(o.StartedAt), int64(o.EndedAt))
	}
	for _, c := range costs {
		if _, ok := measureOf(c.Cause); ok {
			in[inCost+string(c.Cause)+inJ] = c.EnergyJ
		} else if c.Cause != outcome.CauseEV {
			continue
		}
		stretch(c.Cause, c.From, c.To)
	}
}

func (in inputs) comparison(c Comparison) {
	if c.Trips == 0 {
		return
	}
	in[inTrips], in[inSameWay] = float64(c.Trips), 0
	if c.SameWay {
		in[inSameWay] = 1
	}
	for m := range measures {
		if v, ok := c.Medians.Of(m); ok {
			in[usualNames[m]] = v
		}
	}
}

// usual is the comparison as a trip tells it; nil where there is none.
func (in inputs) usual() *outcome.Usual {
	trips, ok := in[inTrips]
	if !ok {
		return nil
	}
	median := func(m Measure) *float64 {
		if v, ok := in[usualNames[m]]; ok {
			return &v
		}
		return nil
	}
	return &outcome.Usual{Trips: int(trips), SameWay: in[inSameWay] == 1, LPer100Km: median(Fuel),
		KwhPer100Km: median(Battery), RecoveredShare: median(Recovered), EVShare: median(EV)}
}
