package cars

import (
	"math"
	"testing"
)

// A frame whose arrival time is none must not make the timers run in a circle.
func TestAFrameWithoutAnArrivalTime(t *testing.T) {
	for _, arrived := range []int64{math.MinInt64, -1, 0, math.MaxInt64} {
		c := New()
		for _, f := range []int{0, 1, 3} {
			frame := secondOf(0, uint64(f), int64(f))
			if f == 1 {
				frame.Arrived = arrived
			}
			if _, err := c.Record(frame); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Advance(t0 + 3600*sec); err != nil {
			t.Fatal(err)
		}
	}
}
