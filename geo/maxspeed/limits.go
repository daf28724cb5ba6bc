package maxspeed

import (
	"fmt"
	"math"
	"slices"
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

// rule is a limit that holds at times. It holds always where it has no spans.
type rule struct {
	kmh    float64
	doubt  bool // it hangs on more than time: weather, holidays, what nobody can read
	during []span
}

// At gives the limit at a time, in the zone of the road: km/h (+Inf where there is
// none), where it comes from and how likely it is right. ok is false where it is
// unknown.
//
// Of several rules that apply the last counts, as OpenStreetMap has it. One that may
// apply, for all that can be known, makes what stands less likely.
func (l Limits) At(t time.Time) (kmh float64, source outcome.LimitSource, confidence float64, ok bool) {
	at := l.Base
	for i := range l.rules {
		r := &l.rules[i]
		switch {
		case !r.holds(t):
		case !r.doubt:
			at = Limit{r.kmh, outcome.LimitConditional, confidenceConditional}
		case r.kmh != at.Kmh:
			at.Confidence = min(at.Confidence, float64(l.Base.Confidence*doubted))
		}
	}
	return at.Kmh, at.Source, at.Confidence, at.Known()
}

// holds reports whether the time is one of the rule's.
func (r *rule) holds(t time.Time) bool {
	return len(r.during) == 0 || slices.ContainsFunc(r.during, func(s span) bool { return s.holds(t) })
}

// Conditional reports whether the limits change with time or weather.
func (l Limits) Conditional() bool { return len(l.rules) > 0 }

// Doubtful reports whether a condition of the limits cannot be judged: weather,
// holidays, a text that nobody can read.
func (l Limits) Doubtful() bool {
	return slices.ContainsFunc(l.rules, func(r rule) bool { return r.doubt })
}

// String says all that the limits are made of: equal texts are equal limits.
func (l Limits) String() string { return fmt.Sprintf("%v %v", l.Base, l.rules) }
