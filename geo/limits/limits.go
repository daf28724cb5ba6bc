package limits

import (
	"time"

	"milepost/geo/maxspeed"
	"milepost/outcome"
)

// Weak is the confidence of a match below which the map's limit is taken for unknown: it
// may be that of another street. On the simulated world a match of 0.7 is right in 85 of
// 100 cases or more, one of 0.9 in 98 (docs/method/roads.md).
const Weak = 0.7

// Doubtful is the confidence of a limit itself below which it is taken for unknown: it is
// more likely another than this, as by a national default where nothing says whether the
// road lies among houses.
const Doubtful = 0.5

// Limit is a limit in force.
type Limit struct {
	Speed      float64 // m/s; +Inf where there is none to exceed
	Source     outcome.LimitSource
	Confidence float64 // 0 to 1: how likely it is what stands at the road
}

// signConfidence is that of a vehicle's own sign recognition: high, for it saw the sign.
// No figure of a vehicle's is published that could be used in its place.
const signConfidence = 0.9

// Place is where on the map a vehicle is.
type Place struct {
	On     bool // it is on a road
	Limits maxspeed.Limits
	Match  float64 // 0 to 1: how likely it is this road, and no other
}

// InForce gives the limit in force: the sign that the vehicle has read, in km/h, 0 for
// none; else what the map says of the place at a local time. It is false where neither
// is known.
func InForce(signKmh int64, p Place, local time.Time) (Limit, bool) {
	if signKmh > 0 {
		return Limit{Speed: float64(signKmh) / 3.6, Source: outcome.LimitSign, Confidence: signConfidence}, true
	}
	if !p.On || p.Match < Weak {
		return Limit{}, false
	}
	kmh, source, confidence, ok := p.Limits.At(local)
	return Limit{Speed: kmh / 3.6, Source: source, Confidence: confidence * p.Match}, ok && confidence >= Doubtful
}
