package decode

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"milepost/telemetry"
)

// value is a datum's value as it came, before its signal says what it must be.
type value struct {
	shape    shape
	number   float64 // also a truth value, 0 or 1
	text     string
	lat, lon float64 // deg
}

type shape uint8

const (
	shapeless shape = iota // in a type that is not known
	noValue                // said to be invalid
	aNumber
	aText
	aPlace
)

// want is what a signal's value must be.
type want uint8

const (
	wantNumber want = iota
	wantTruth
	wantPlace
)

// target ties a foreign signal to its place in a frame.
type target struct {
	row  int // of telemetry.Signals; of the latitude for a place
	want want
	unit float64 // a Frame's units in one of the format's
}

// unplaced is the target of a signal that is known and has no place in a frame.
const unplaced = -1

// row finds a signal's row; a path that is misspelt here is found at start.
func row(path string) int {
	r := telemetry.Row("Vehicle." + path)
	if r < 0 {
		panic("decode: no signal Vehicle." + path)
	}
	return r
}

var latitudeRow, longitudeRow = row("CurrentLocation.Latitude"), row("CurrentLocation.Longitude")

// take adds what a value says of a signal to the record's readings, or counts why not.
func (d *Decoder) take(at int64, t target, v value) {
	loss, ok := Loss(0), false
	switch {
	case t.row == unplaced:
		loss = LossUnplaced
	case v.shape == shapeless:
		loss = LossUnknown
	case v.shape == noValue || v.shape == aText && emptyText(v.text):
		loss = LossInvalid
	case t.want == wantPlace:
		loss, ok = LossUnreadable, d.takePlace(at, v)
	default:
		loss, ok = LossUnreadable, d.takeNumber(at, t, v)
	}
	if !ok {
		d.Lost[loss]++
	}
}

func (d *Decoder) takePlace(at int64, v value) bool {
	lat, lon, ok := v.lat, v.lon, v.shape == aPlace
	if v.shape == aText {
		lat, lon, ok = parsePlace(v.text)
	}
	if ok = ok && finite(lat) && finite(lon); ok {
		d.readings = append(d.readings, telemetry.Reading{At: at, Signal: latitudeRow, Value: lat},
			telemetry.Reading{At: at, Signal: longitudeRow, Value: lon})
	}
	return ok
}

func (d *Decoder) takeNumber(at int64, t target, v value) bool {
	n, ok := v.number, v.shape == aNumber
	if v.shape == aText {
		if n, ok = parseNumber(v.text); !ok && t.want == wantTruth {
			n, ok = parseTruth(v.text)
		}
	}
	if !ok || !finite(n) || t.want == wantTruth && n != 0 && n != 1 {
		return false
	}
	n *= t.unit
	if t.row == ignitionRow {
		n = [...]float64{telemetry.StateOff, telemetry.StateOn}[int(n)]
	}
	d.readings = append(d.readings, telemetry.Reading{At: at, Signal: t.row, Value: n})
	return true
}

var ignitionRow = row("LowVoltageSystemState")

// fill puts the record's readings on the frame: sorted, of two for the same signal
// and time the one that came later, none older than the newest by more than a frame
// can span.
func (d *Decoder) fill(f *telemetry.Frame) {
	slices.SortStableFunc(d.readings, telemetry.Reading.Compare)
	out := d.readings[:0]
	for _, r := range d.readings {
		if n := len(out); n > 0 && out[n-1].Compare(r) == 0 {
			out[n-1] = r
			continue
		}
		out = append(out, r)
	}
	old := 0
	for len(out) > 0 && out[len(out)-1].At-out[old].At > telemetry.MaxSpan {
		old++
	}
	d.Lost[LossSpan] += int64(old)
	f.Fill(out[old:])
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// emptyText reports the words for no value.
func emptyText(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || strings.EqualFold(s, "<invalid>") || strings.EqualFold(s, "invalid")
}

func parseNumber(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil
}

// parseTruth reads truth values and the words of belt buckles.
func parseTruth(s string) (float64, bool) {
	switch s = strings.ToLower(strings.TrimSpace(s)); {
	case s == "true":
		return 1, true
	case s == "false":
		return 0, true
	case strings.HasSuffix(s, "unlatched"):
		return 0, true
	case strings.HasSuffix(s, "latched"):
		return 1, true
	}
	return 0, false
}

// parsePlace reads "(48.137154 N, 11.576124 E)".
func parsePlace(s string) (lat, lon float64, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '(' || s[len(s)-1] != ')' {
		return 0, 0, false
	}
	first, second, ok := strings.Cut(s[1:len(s)-1], ",")
	if !ok {
		return 0, 0, false
	}
	lat, ok = parseDegrees(first, "N", "S")
	if !ok {
		return 0, 0, false
	}
	lon, ok = parseDegrees(second, "E", "W")
	return lat, lon, ok
}

func parseDegrees(s, plus, minus string) (float64, bool) {
	number, side, ok := strings.Cut(strings.TrimSpace(s), " ")
	v, good := parseNumber(number)
	switch {
	case !ok || !good:
		return 0, false
	case side == plus:
		return v, true
	case side == minus:
		return -v, true
	}
	return 0, false
}
