package insurance

import (
	"math"

	"milepost/outcome"
	"milepost/scoring/tables"
)

// observed gives a component's exposure, m, and what happened on it, scaled so that per
// kilometre of the exposure it is the rate.
func observed(c *tables.Component, in map[string]float64) (exposureM, amount float64) {
	switch c.Name {
	case tables.Speeding:
		over := float64(c.Bands[0]*in["over_0_m"]) + float64(c.Bands[1]*in["over_10_m"]) + float64(c.Bands[2]*in["over_20_m"])
		return in["limit_known_m"], over / 10 // percent of kilometres
	case tables.Braking:
		return in["observed_m"], 100 * in["weighted_braking_events"]
	case tables.Acceleration:
		return in["observed_m"], 100 * in["weighted_accel_events"]
	case tables.Cornering:
		return in["cornering_observed_m"], 100 * in["weighted_cornering_events"]
	case tables.Night:
		return in["distance_m"], in["distance_m"] / 10 * share(in["night_s"], in["driving_s"])
	case tables.RoadType:
		return in["mapped_m"], (in["mapped_m"] - in["highway_m"]) / 10
	}
	return 0, 0
}

// share is a part of a whole, 0 to 1.
func share(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return min(part/whole, 1)
}

// medianScore is the mark at the reference rate.
const medianScore = 0.75

// component rates and scores one component. The rate is shrunk as Bühlmann has it, which
// for counts is the mean of a Gamma-Poisson posterior with α = prior rate × prior exposure
// and β = prior exposure.
func component(c *tables.Component, in map[string]float64) outcome.Component {
	m, amount := observed(c, in)
	o := outcome.Component{Name: c.Name, Unit: c.Unit(), ExposureM: m}
	km := m / 1000
	if km <= 0 {
		return o
	}
	rate := round(amount/km, 4)
	o.Rate = &rate
	if km < c.LeastKm {
		return o
	}
	credible := round((float64(c.PriorRate*c.PriorKm)+amount)/(c.PriorKm+km), 4)
	credibility := round(km/(km+c.PriorKm), 4)
	score := round(100*math.Pow(medianScore, credible/c.ReferenceRate), 1)
	o.CredibleRate, o.Credibility, o.Score = &credible, &credibility, &score
	return o
}

// components scores what the table weighs. What cannot be told has no score and a weight
// of 0; the others share its weight in proportion to theirs.
func components(t *tables.Table, in map[string]float64) []outcome.Component {
	var all []outcome.Component
	told := 0.0
	for i := range t.Components {
		c := &t.Components[i]
		if c.Weight == 0 {
			continue
		}
		o := component(c, in)
		if o.Score != nil {
			o.Weight = c.Weight
			told += c.Weight
		}
		all = append(all, o)
	}
	for i := range all {
		if told > 0 {
			all[i].Weight = round(all[i].Weight/told, 6)
		}
	}
	return all
}

// total is the score of all components by their weights; ok is false where none is told.
func total(all []outcome.Component) (score float64, ok bool) {
	sum, weights := 0.0, 0.0
	for _, c := range all {
		if c.Score != nil {
			sum += float64(c.Weight * *c.Score)
			weights += c.Weight
		}
	}
	if weights <= 0 {
		return 0, false
	}
	return round(sum/weights, 1), true
}

// round rounds half up to a number of decimals; what is shown is what is computed with.
func round(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Floor(float64(x*p)+0.5) / p
}
