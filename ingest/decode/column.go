package decode

import (
	"errors"
	"fmt"
	"math"

	"milepost/telemetry"
)

// ErrMalformed marks a record that cannot be read as the format it claims; the
// same bytes will never do better.
var ErrMalformed = errors.New("malformed telemetry")

// The differences that stand for "no value at this instant".
const (
	missing32 = math.MinInt32
	missing64 = math.MinInt64
)

// unpacker fills the columns of one track and keeps the first error.
type unpacker struct {
	samples int
	err     error
}

// wrong notes a column that is neither absent nor as long as its track.
func (u *unpacker) wrong(n int) bool {
	if n == u.samples {
		return false
	}
	if n != 0 && u.err == nil {
		u.err = fmt.Errorf("%w: column of %d values in a track of %d", ErrMalformed, n, u.samples)
	}
	return true
}

// floats undoes the delta coding: value = running sum × unit. The sum wraps on
// absurd input, harmlessly: what comes of it is judged by its range.
func (u *unpacker) floats(dst *[]float32, deltas []int32, unit float64) {
	*dst = (*dst)[:0]
	if u.wrong(len(deltas)) {
		return
	}
	var sum int32
	out := *dst
	for _, d := range deltas {
		if d == missing32 {
			out = append(out, float32(math.NaN()))
			continue
		}
		sum += d
		out = append(out, float32(float64(sum)*unit))
	}
	*dst = out
}

// doubles is floats for columns that need more than 24 bits; perUnit divides.
func (u *unpacker) doubles(dst *[]float64, deltas []int64, perUnit float64) {
	*dst = (*dst)[:0]
	if u.wrong(len(deltas)) {
		return
	}
	var sum int64
	out := *dst
	for _, d := range deltas {
		if d == missing64 {
			out = append(out, math.NaN())
			continue
		}
		sum += d
		out = append(out, float64(sum)/perUnit)
	}
	*dst = out
}

// packFloats is the inverse of floats. A value too large for the wire travels as missing.
func packFloats(dst *[]int32, column []float32, unit float64) {
	out, last := (*dst)[:0], int32(0)
	for _, v := range column {
		x := math.RoundToEven(float64(v) / unit)
		if !telemetry.Known(x) || math.Abs(x) >= 1<<30 {
			out = append(out, missing32)
			continue
		}
		out = append(out, int32(x)-last)
		last = int32(x)
	}
	*dst = out
}

// packDoubles is the inverse of doubles.
func packDoubles(dst *[]int64, column []float64, perUnit float64) {
	out, last := (*dst)[:0], int64(0)
	for _, v := range column {
		x := math.RoundToEven(v * perUnit)
		if !telemetry.Known(x) || math.Abs(x) >= 1<<53 {
			out = append(out, missing64)
			continue
		}
		out = append(out, int64(x)-last)
		last = int64(x)
	}
	*dst = out
}
