package match

import "math"

// Track is one trip's fixes in order of time, as columns of one length. It may be
// reused: Reset keeps the buffers.
type Track struct {
	At       []int64   // event time, µs; rising
	Lat, Lon []float64 // degrees; a fix with a place that is none is passed over
	Accuracy []float32 // radius that holds the true place at 68 %, m; NaN unknown
	Heading  []float32 // direction of motion, degrees clockwise from north; NaN unknown
	Speed    []float32 // m/s; NaN unknown
	Driven   []float64 // m driven by the wheels since the trip's begin; NaN unknown
	Break    []bool    // nothing may be told of the line from the fix before: that stretch was not shared
}

// Fix is one row of a Track, in its units.
type Fix struct {
	At                       int64
	Lat, Lon                 float64
	Accuracy, Heading, Speed float32
	Driven                   float64
	Break                    bool
}

// Len is the number of fixes.
func (t *Track) Len() int { return len(t.At) }

// Reset empties the track and keeps its buffers.
func (t *Track) Reset() {
	*t = Track{t.At[:0], t.Lat[:0], t.Lon[:0], t.Accuracy[:0], t.Heading[:0], t.Speed[:0], t.Driven[:0], t.Break[:0]}
}

// Add appends a fix, which must be newer than the last.
func (t *Track) Add(f Fix) {
	t.At = append(t.At, f.At)
	t.Lat = append(t.Lat, f.Lat)
	t.Lon = append(t.Lon, f.Lon)
	t.Accuracy = append(t.Accuracy, f.Accuracy)
	t.Heading = append(t.Heading, f.Heading)
	t.Speed = append(t.Speed, f.Speed)
	t.Driven = append(t.Driven, f.Driven)
	t.Break = append(t.Break, f.Break)
}

// placed tells whether a fix has a place on earth.
func (t *Track) placed(i int) bool {
	return math.Abs(t.Lat[i]) <= 90 && math.Abs(t.Lon[i]) <= 180
}
