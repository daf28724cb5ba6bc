package csvimport

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"milepost/telemetry"
)

// target is a column's compiled way to its signal.
type target struct {
	from    string
	signal  telemetry.Signal
	scale   float64
	offset  float64
	negate  bool
	convert converter
	style   numberStyle
	na      []unavailable
	words   map[string]float64  // values in the signal's VSS unit
	numbers map[float64]float64 // those of words that are numbers, as the source writes them
	limits  error               // errRange with the signal's limits
}

// unavailable is a value that stands for none: the same text or the same number.
type unavailable struct {
	text   string
	number float64
	isText bool // no number
}

// bodyValue is a body signal with a value.
type bodyValue struct {
	signal telemetry.BodySignal
	value  int64
}

var truthWords = map[string]float64{
	"true": 1, "yes": 1, "y": 1, "on": 1, "1": 1,
	"false": 0, "no": 0, "n": 0, "off": 0, "0": 0,
}

// The ways in which a cell is bad; each is a reason of a Drop.
var (
	errNotAvailable = errors.New("marked as not available")
	errNoNumber     = errors.New("not a number")
	errNoWord       = errors.New("not a known word")
	errRange        = errors.New("out of range")
)

// null reports whether a cell says that there is no value. The mapping's words
// go first, so that a null word may be given a meaning.
func (t *target) null(text string, words []string) bool {
	if _, ok := t.words[text]; ok {
		return false
	}
	return text == "" || slices.Contains(words, text)
}

// value reads a cell into the frame's unit.
func (t *target) value(text string) (float64, error) {
	if v, ok := t.words[text]; ok {
		return t.signal.Inside(v), nil
	}
	switch t.signal.Kind {
	case telemetry.Word:
		return 0, errNoWord
	case telemetry.Truth:
		if v, ok := truthWords[strings.ToLower(text)]; ok && len(t.words) == 0 {
			return v, nil
		}
		return 0, errNoWord
	}
	return t.number(text)
}

func (t *target) number(text string) (float64, error) {
	v, err := t.style.parse(text)
	if word, ok := t.numbers[v]; ok && err == nil {
		return t.signal.Inside(word), nil
	}
	if t.notAvailable(text, v, err) {
		return 0, errNotAvailable
	}
	if err != nil || math.IsNaN(v) {
		return 0, errNoNumber
	}
	v = float64(v*t.scale) + t.offset
	if t.negate {
		v = -v
	}
	v = t.convert.convert(v)
	if t.signal.Kind == telemetry.Whole {
		v = math.Round(v)
	}
	if !t.signal.Plausible(v) {
		return 0, t.limits
	}
	return t.signal.Inside(v), nil
}

// notAvailable reports whether a cell holds one of the values that the mapping
// says stand for none.
func (t *target) notAvailable(text string, v float64, err error) bool {
	for _, na := range t.na {
		if na.text == text || err == nil && !na.isText && na.number == v {
			return true
		}
	}
	return false
}

// setNA compiles the values that stand for none, as the cells are read.
func (t *target) setNA(at string, texts []string) *problem {
	for i, text := range texts {
		v, err := t.style.parse(text)
		if _, plain := strconv.ParseFloat(text, 64); err != nil && plain == nil {
			return wrong(fmt.Sprintf("%s.na[%d]", at, i), "%q is no number as this source writes them", text)
		}
		t.na = append(t.na, unavailable{text, v, err != nil})
	}
	return nil
}

// setLimits makes the error that names the signal's range.
func (t *target) setLimits() {
	t.limits = fmt.Errorf("%w %.6g to %.6g", errRange, t.signal.Min, t.signal.Max)
	if t.signal.Unit != "" {
		t.limits = fmt.Errorf("%w %s", t.limits, t.signal.Unit)
	}
}
