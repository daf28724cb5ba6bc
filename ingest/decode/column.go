package decode

import (
	"math"
	"slices"

	"milepost/telemetry"
)

// The differences that stand for "no value at this instant".
const (
	missing32 = math.MinInt32
	missing64 = math.MinInt64
)

// unpacker fills the columns of one track and counts those it can't.
type unpacker struct{ samples, lost int }

// wrong reports a column that has no value for each sample: absent, or of a length
// that leaves it open which values belong to which samples. That costs the column.
func (u *unpacker) wrong(n int) bool {
	if n == u.samples {
		return false
	}
	if n != 0 {
		u.lost++
	}
	return true
}

// floats undoes the delta coding: value = running sum × unit. The sum can't
// overflow: a track has at most maxSamples.
func (u *unpacker) floats(dst *[]float32, deltas []int32, unit float64) {
	*dst = (*dst)[:0]
	if u.wrong(len(deltas)) {
		return
	}
	var sum int64
	out := slices.Grow(*dst, len(deltas))[:len(deltas)]
	for i, d := range deltas {
		if d == missing32 {
			out[i] = float32(math.NaN())
			continue
		}
		sum += int64(d)
		out[i] = float32(float64(sum) * unit)
	}
	*dst = out
}

// doubles is floats for columns that need more than 24 bits; perUnit divides. The
// sum wraps on absurd input; the values that led there are far out of any range.
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
