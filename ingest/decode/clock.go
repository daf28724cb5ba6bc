package decode

import (
	"fmt"

	"milepost/telemetry"
	pb "milepost/telemetry/milepost/telemetry/v1"
)

// maxSamples bounds a track: 30 min at 200 Hz.
const maxSamples = 360_000

// unpackClock appends a track's offsets to at.
func unpackClock(at []int32, c *pb.Clock) ([]int32, error) {
	at = at[:0]
	if c == nil {
		return at, nil
	}
	n := int(c.Samples)
	if n > maxSamples {
		return at, fmt.Errorf("%w: track of %d samples", ErrMalformed, n)
	}
	if len(c.JitterUs) != 0 && len(c.JitterUs) != n {
		return at, fmt.Errorf("%w: jitter of %d values in a track of %d", ErrMalformed, len(c.JitterUs), n)
	}
	for i := range n {
		t := int64(c.FirstUs) + int64(i)*int64(c.PeriodUs)
		if len(c.JitterUs) != 0 {
			t += int64(c.JitterUs[i])
		}
		if t < 0 || t > telemetry.MaxSpan {
			return at[:0], fmt.Errorf("%w: sample %d at %d us after the frame's start", ErrMalformed, i, t)
		}
		at = append(at, int32(t))
	}
	return at, nil
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
