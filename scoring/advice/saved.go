package advice

import (
	"math"

	"milepost/outcome"
)

// Saved gives what a trip's tip would have saved, J of fuel and battery, by its cause;
// nothing without a tip. One about safety counts as 1 J: it only stands out where no
// energy could be saved.
func Saved(o *outcome.Trip) (outcome.Cause, int64) {
	if o.Coaching == nil || o.Coaching.Advice == nil {
		return "", 0
	}
	a, t := o.Coaching.Advice, taken{}
	if a.SavesL != nil {
		t.litres = *a.SavesL
	}
	if a.SavesKwh != nil {
		t.kwh = *a.SavesKwh
	}
	return a.Cause, max(int64(math.Floor(t.joules()+0.5)), 1)
}
