package decode

import (
	"slices"

	"milepost/telemetry"
	pb "milepost/telemetry/milepost/telemetry/v1"
)

// maxSamples bounds a track: 30 min at 200 Hz.
const maxSamples = 360_000

// unpackClock puts a track's offsets into at; false where they make no sense, and
// then there are none.
func unpackClock(at []int32, c *pb.Clock) ([]int32, bool) {
	at = at[:0]
	if c == nil {
		return at, true
	}
	n := int(c.Samples)
	if n > maxSamples || len(c.JitterUs) != 0 && len(c.JitterUs) != n {
		return at, false
	}
	at = slices.Grow(at, n)[:n]
	for i := range at {
		t := int64(c.FirstUs) + int64(i)*int64(c.PeriodUs)
		if len(c.JitterUs) != 0 {
			t += int64(c.JitterUs[i])
		}
		if t < 0 || t > telemetry.MaxSpan {
			return at[:0], false
		}
		at[i] = int32(t)
	}
	return at, true
}

// packClock describes offsets by their mean period and what is left as jitter.
func packClock(c *pb.Clock, at []int32) {
	n := len(at)
	c.Samples, c.FirstUs, c.PeriodUs = uint32(n), uint32(at[0]), 0
	c.JitterUs = c.JitterUs[:0]
	if n < 2 {
		return
	}
	period := (int64(at[n-1]) - int64(at[0]) + int64(n-1)/2) / int64(n-1)
	c.PeriodUs = uint32(period)
	regular := true
	for i, t := range at {
		d := int64(t) - int64(at[0]) - int64(i)*period
		regular = regular && d == 0
		c.JitterUs = append(c.JitterUs, int32(d))
	}
	if regular {
		c.JitterUs = c.JitterUs[:0]
	}
}
