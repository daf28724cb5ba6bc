package detectors

import (
	"math"
	"slices"

	"milepost/outcome"
)

// felt is what the wheels felt of an impact.
type felt struct {
	any  bool
	best float64 // change of speed that agrees best with delta-V, m/s
	most float64 // the largest one, either way, m/s: wheels that lock fall, whatever the hit
	gap  float64 // by which best differs from delta-V along x, the brakes' part taken off both, m/s
	done bool
}

// What the wheels must show.
const (
	feltAfter    = 50 * millisecond  // after the end: before, wheels and their sensors lag
	feltWithin   = 500 * millisecond // later, brakes may have done it
	feltUntil    = second
	agrees       = 0.4      // of delta-V along x
	leastAlong   = 5 / 3.6  // m/s: a smaller delta-V along x is not judged by the wheels
	rolling      = 10 / 3.6 // m/s: slower wheels may stand on the brake
	unnoticed    = 0.3      // of delta-V along x, and of the speed
	mainlyAlong  = 0.7      // of delta-V: the hit was along the wheels
	hardBrake    = -3.0     // m/s²
	standsSpeed  = 0.5      // m/s
	standsWithin = 10 * second
	rolledFor    = 3 * second
	rolledShare  = 0.7
	silentAfter  = 6 * second // after the last impact
	silentFrom   = 4 * second
	drivingShare = 0.6
	drivingLeast = 3.0 // m/s
	drivingFrom  = 15 * second
)

// feel takes a speed after the first impact.
func (x *crash) feel(v SpeedAt) {
	if x.felt.done || len(x.impacts) == 0 || math.IsNaN(x.speed) {
		return
	}
	im := &x.impacts[0]
	if v.At < im.End+feltAfter || x.felt.any && v.At > im.End+feltUntil || v.At > im.End+2*second {
		return
	}
	change := v.V - x.speed
	if back := -v.V - x.speed; !(im.weak && im.Saturated) && x.speed > 0 && v.V > 0 && math.Abs(back-im.DeltaX) < math.Abs(change-im.DeltaX) {
		change = back // thrown back, and wheels do not tell which way they turn
	}
	lapse := float64(v.At-im.At+impactLead) / second
	gap := math.Abs(change - float64(im.brakeX*lapse) - im.excessX)
	if !x.felt.any || v.At <= im.End+feltWithin && gap < x.felt.gap {
		x.felt.best, x.felt.gap = change, gap
	}
	x.felt.most = max(x.felt.most, math.Abs(change))
	x.felt.any = true
}

// doubtful reports whether wheels that should have felt the first impact have not so far.
func (x *crash) doubtful() bool {
	if !x.felt.any || len(x.impacts) == 0 || math.Abs(x.speed) < rolling {
		return false
	}
	along := math.Abs(x.impacts[0].DeltaX)
	return along >= leastAlong && along >= mainlyAlong*x.impacts[0].DeltaV() &&
		x.felt.most < unnoticed*min(along, math.Abs(x.speed))
}

// weigh takes what a complete second, up to a time, tells.
func (x *crash) weigh(upTo int64, v SpeedAt, w *watch) {
	x.weighWheels(upTo, v)
	x.unsay(upTo, v)
	if (w.roll.over || w.sums.lying >= lyingFor) && x.leftRoad(upTo, v) {
		x.rolled = true
		x.prove(Rollover, upTo, math.NaN())
	}
	if most := math.Abs(float64(x.most)); most > yawChange && most < yawWild && math.Abs(x.speed) >= yawSpeed {
		x.prove(Yaw, x.at, float64(x.most))
	}
	if upTo-v.At <= 2*second && math.Abs(x.speed) >= rolling {
		x.weighSpeed(v)
	}
}

// unsay takes back what wheels said against a collision where they fell silent soon after
// it, while others are heard: a bus that dies repeats its last value for a while.
func (x *crash) unsay(upTo int64, v SpeedAt) {
	if upTo-x.last() >= silentAfter && v.At-x.last() < silentFrom && x.doubtful() {
		x.felt = felt{done: true}
		x.evidence = slices.DeleteFunc(x.evidence, func(e Evidence) bool { return e.Kind == DrivingOn })
	}
}

// leftRoad reports whether the wheels may be off the road: three seconds after the impact
// they turn more slowly, or nothing is heard of them. Else it was the sensor that turned.
func (x *crash) leftRoad(upTo int64, v SpeedAt) bool {
	return upTo-x.last() >= rolledFor && (math.IsNaN(x.speed) || math.Abs(x.speed) < rolling ||
		upTo-v.At > 2*second || math.Abs(v.V) < rolledShare*math.Abs(x.speed))
}

// weighWheels judges once what the wheels felt of the first impact.
func (x *crash) weighWheels(upTo int64, v SpeedAt) {
	im := x.first()
	if im == nil || x.felt.done || upTo <= im.End+feltUntil || !x.felt.any && upTo <= im.End+2*second {
		return
	}
	x.felt.done = true
	along := math.Abs(im.excessX)
	switch {
	case x.doubtful():
		x.prove(DrivingOn, v.At, v.V)
	case x.felt.any && along >= leastAlong && x.felt.gap <= agrees*along:
		x.prove(SpeedDrop, im.End, x.felt.best)
	}
}

// weighSpeed tells standing from driving on, after a vehicle that drove was hit.
func (x *crash) weighSpeed(v SpeedAt) {
	now, before := math.Abs(v.V), math.Abs(x.speed)
	braked := x.first() != nil && x.first().brakeX < hardBrake // it would have stood anyway
	if now < standsSpeed && v.At > x.at && v.At-x.at <= standsWithin && !braked && x.stoppable(v.At) {
		x.prove(Standstill, v.At, float64(v.At-x.at)/second)
	}
	since := v.At - x.last()
	if since >= drivingFrom && since <= awaited && now >= max(drivingShare*before, drivingLeast) {
		x.prove(DrivingOn, v.At, v.V)
	}
}

// stoppable reports whether tyres could have stopped by a time what the impacts left of
// the speed: wheels that stand before have only locked.
func (x *crash) stoppable(by int64) bool {
	left := x.speed
	for i := range x.impacts {
		if x.impacts[i].At <= by {
			left += x.impacts[i].DeltaX
		}
	}
	return math.Abs(left)/tyres <= float64(by-x.at)/second
}

func (x *crash) first() *Impact {
	if len(x.impacts) == 0 {
		return nil
	}
	return &x.impacts[0]
}

// confidences in order, so that they can be stepped.
var confidences = [...]outcome.Confidence{outcome.Possible, outcome.Probable, outcome.Confirmed}

const (
	possible = iota
	probable
	confirmed
)

// confidence weighs all that is known.
func (x *crash) confidence() outcome.Confidence {
	if x.has(Airbag) {
		return outcome.Confirmed
	}
	level := x.level()
	if x.has(DrivingOn) {
		level--
	}
	step := math.Inf(1)
	if x.rate > 0 {
		step = second / x.rate
	}
	switch {
	case x.wheels || step > waveLimit || x.mild():
		level = possible
	case step > slowStep:
		level = min(level, probable)
	}
	return confidences[max(level, possible)]
}

// mild reports whether none of the impacts can be more than possible.
func (x *crash) mild() bool {
	for i := range x.impacts {
		if !x.impacts[i].mild {
			return false
		}
	}
	return len(x.impacts) > 0
}

// level is the confidence without what speaks against. What a driver does, stands,
// opens a door, tells little alone, for that is also how a trip ends at a kerb; what the
// vehicle did tells more.
func (x *crash) level() int {
	strong, hard := x.strength()
	physical, done := 0, 0
	for _, e := range x.evidence {
		switch e.Kind {
		case SpeedDrop, Yaw, Rollover:
			physical++
		case Standstill, Hazards, DoorOpened:
			done++
		}
	}
	switch {
	case strong && physical+done >= 2, hard && physical >= 1 && physical+done >= 2, physical >= 2:
		return confirmed
	case physical >= 1 && physical+done >= 2 && math.Abs(x.speed) >= rolling:
		return confirmed
	case strong, physical >= 1, x.has(Hazards) && math.Abs(x.speed) >= 2*rolling:
		return probable
	}
	return possible
}

// strength reports whether an impact alone makes the collision probable, and whether one
// would by its size.
func (x *crash) strength() (strong, hard bool) {
	for i := range x.impacts {
		im := &x.impacts[i]
		if im.DeltaV() >= probableDelta && im.excess() >= leastDelta {
			hard = true
			strong = strong || !im.weak && !x.doubtful()
		}
	}
	return strong, hard
}
