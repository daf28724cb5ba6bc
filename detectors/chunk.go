package detectors

import "milepost/telemetry"

// Times within the package are µs since the Unix epoch; spans are µs.
const (
	second      = 1_000_000
	millisecond = 1_000
)

// gravity is standard gravity in m/s², the g of published thresholds.
const gravity = 9.80665

// Chunk is the part of a frame that lies within one whole second of event time
// and on one side of a trip's boundary: samples Lo[t]..Hi[t] of each track t.
//
// Detectors that look across tracks use only what lies before the sample they
// judge, or whole seconds that are complete. So a drive gives the same result
// however it was cut into frames.
type Chunk struct {
	Frame  *telemetry.Frame
	Second int64 // Unix time, s
	Lo, Hi [telemetry.TrackCount]int
}

// Chunks walks a frame second by second.
type Chunks struct {
	f    *telemetry.Frame
	at   [telemetry.TrackCount][]int32
	next [telemetry.TrackCount]int
}

// NewChunks starts a walk over a clean frame.
func NewChunks(f *telemetry.Frame) Chunks {
	return Chunks{f: f, at: [telemetry.TrackCount][]int32{
		f.Motion.At, f.Speed.At, f.Position.At, f.Energy.At, f.Body.At,
	}}
}

// Next gives the next second that has samples; false at the end.
func (w *Chunks) Next() (Chunk, bool) {
	first := int64(1<<63 - 1)
	for t, at := range w.at {
		if i := w.next[t]; i < len(at) {
			first = min(first, w.f.Start+int64(at[i]))
		}
	}
	if first == 1<<63-1 {
		return Chunk{}, false
	}
	c := Chunk{Frame: w.f, Second: floorSecond(first)}
	end := (c.Second+1)*second - w.f.Start
	for t, at := range w.at {
		i := w.next[t]
		c.Lo[t] = i
		for i < len(at) && int64(at[i]) < end {
			i++
		}
		c.Hi[t], w.next[t] = i, i
	}
	return c, true
}

// Split divides the chunk at a time: samples before it, and at or after it.
func (c *Chunk) Split(at int64) (before, after Chunk) {
	before, after = *c, *c
	tracks := NewChunks(c.Frame).at
	for t, offsets := range tracks {
		i := c.Lo[t]
		for i < c.Hi[t] && c.Frame.Start+int64(offsets[i]) < at {
			i++
		}
		before.Hi[t], after.Lo[t] = i, i
	}
	return before, after
}

func floorSecond(at int64) int64 {
	s := at / second
	if at < s*second {
		s--
	}
	return s
}
