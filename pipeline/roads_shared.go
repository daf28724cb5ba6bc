package pipeline

import (
	"math"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/telemetry"
)

// unshared is how much of a time from..to, µs, the location was not shared.
func (d *drive) unshared(from, to int64) (sum int64) {
	since := int64(0) // 0 while it is shared
	for _, m := range d.marks {
		at := max(from, min(m.at, to))
		switch {
		case m.signal != telemetry.LocationShared:
		case m.value == 0 && since == 0:
			since = at
		case m.value != 0 && since != 0:
			sum, since = sum+at-since, 0
		}
	}
	if since != 0 {
		sum += to - since
	}
	return sum
}

// sparing makes the figures of time of a trip that was partly not shared those of its
// shared part.
func (d *drive) sparing(o *outcome.Trip) {
	hidden := d.unshared(int64(o.StartedAt), int64(o.EndedAt))
	if hidden == 0 {
		return
	}
	shared := seconds(int64(o.EndedAt) - int64(o.StartedAt) - hidden)
	o.IdleS = round(max(0, min(o.IdleS, shared-o.DrivingS)), 1)
	if o.AvgSpeedKmh = 0; shared > 0 {
		// Readings after the end count within what can be driven in the whole trip.
		o.AvgSpeedKmh = round(min(o.DistanceM, detectors.Farthest(shared))/shared*3.6, 1)
	}
}

// estimate adds the length of a plausible way between two fixes, less what the wheels told
// of it before the location was hidden and after: that counts already.
func (r *routing) estimate(i int, length float64) {
	told := r.p.track.Driven[i] - r.p.track.Driven[i-1]
	if math.IsNaN(told) {
		told = 0
	}
	r.estimated += max(0, length-told)
}
