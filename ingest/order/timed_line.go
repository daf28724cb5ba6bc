package order

import (
	"slices"
	"sync"

	"milepost/telemetry"
)

// What no vehicle needs for longer than a call is shared: there may be hundreds of
// thousands of them.
var (
	timedFrames    = sync.Pool{New: func() any { return new(telemetry.Frame) }}
	readingBuffers = sync.Pool{New: func() any { return new([]telemetry.Reading) }}
)

// timeline holds values in event order, one of each signal at a time.
type timeline struct {
	all  []telemetry.Reading
	head int // first that was not taken
}

// put adds a value, in place of one of the same signal and time.
func (l *timeline) put(r telemetry.Reading) {
	if n := len(l.all); n == l.head || l.all[n-1].Compare(r) < 0 {
		l.all = append(l.all, r)
		return
	}
	i, found := slices.BinarySearchFunc(l.all[l.head:], r, telemetry.Reading.Compare)
	if i += l.head; found {
		l.all[i] = r
		return
	}
	l.all = slices.Insert(l.all, i, r)
}

// upTo is the index behind the values not after an event time.
func (l *timeline) upTo(at int64) int {
	i, _ := slices.BinarySearchFunc(l.all[l.head:], at+1, func(r telemetry.Reading, at int64) int {
		return int(min(max(r.At-at, -1), 1))
	})
	return l.head + i
}

// after is the number of values after an event time.
func (l *timeline) after(at int64) int { return len(l.all) - l.upTo(at) }

// take moves the values not after an event time to an empty frame, as many as one
// can span, and gives their number; all says that none is left.
func (l *timeline) take(f *telemetry.Frame, end int64) (n int, all bool) {
	due := l.all[l.head:l.upTo(end)]
	n = f.Fill(due)
	l.head += n
	switch {
	case l.head == len(l.all) && cap(l.all) > roomKept:
		*l = timeline{}
	case l.head == len(l.all):
		l.all, l.head = l.all[:0], 0
	case l.head > len(l.all)/2:
		l.all, l.head = slices.Delete(l.all, 0, l.head), 0
	}
	return n, n == len(due)
}

// roomKept is the room, in values, that a vehicle with nothing held may keep.
const roomKept = 128
