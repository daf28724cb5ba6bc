package maxspeed

import (
	"fmt"
	"math"
	"time"

	"milepost/outcome"
)

// Limit is a limit of one source.
type Limit struct {
	Kmh        float64             // +Inf: there is none, as on many German motorways. 0: unknown
	Source     outcome.LimitSource // never the sign: that is the vehicle's
	Confidence float64             // 0 to 1: how likely the limit is what stands at the road
}

// Known reports whether the limit says anything.
func (l Limit) Known() bool { return l.Kmh > 0 }

// Unlimited is the Kmh of a road without a limit.
func Unlimited() float64 { return math.Inf(1) }

// Limits is what holds on a road in one direction. It is a small value: copies share
// their rules, which nobody writes. The zero value knows nothing.
type Limits struct {
	Base  Limit // where no rule applies
	rules []rule
}

// At gives the limit at a time, in the zone of the road: km/h (+Inf where there is
// none), where it comes from and how likely it is right. ok is false where it is
// unknown.
func (l Limits) At(t time.Time) (kmh float64, source outcome.LimitSource, confidence float64, ok bool) {
	at := l.at(t)
	return at.Kmh, at.Source, at.Confidence, at.Known()
}

// String says all that the limits are made of: equal texts are equal limits.
func (l Limits) String() string { return fmt.Sprintf("%v %v", l.Base, l.rules) }
