package csvimport

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"milepost/telemetry"
)

const (
	pathLatitude  = "Vehicle.CurrentLocation.Latitude"
	pathLongitude = "Vehicle.CurrentLocation.Longitude"

	separatorWhitespace = "whitespace"
	separatorTab        = "tab"
)

func (s *Source) hasHeader() bool { return s.Header == nil || *s.Header }

func (s *Source) check(m *Mapping, at string) *problem {
	if p := s.checkFormat(at); p != nil {
		return p
	}
	if p := s.Time.check(m, s, at+".time"); p != nil {
		return p
	}
	s.filters = nil
	for _, f := range []struct {
		key  string
		of   map[string][]string
		keep bool
	}{{"drop_where", s.DropWhere, false}, {"keep_where", s.KeepWhere, true}} {
		for _, column := range sortedKeys(f.of) {
			if p := s.checkReference(at+"."+f.key, column); p != nil {
				return p
			}
			s.filters = append(s.filters, filter{column: column, values: f.of[column], keep: f.keep})
		}
	}
	for i, c := range s.ColumnMajor {
		if p := s.checkReference(fmt.Sprintf("%s.column_major[%d]", at, i), c); p != nil {
			return p
		}
	}
	if m.Vehicle.Column != "" {
		if p := s.checkReference("vehicle.column", m.Vehicle.Column); p != nil {
			return p
		}
	}
	if m.DriveColumn != "" {
		return s.checkReference("drive_column", m.DriveColumn)
	}
	return nil
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

func (s *Source) checkFormat(at string) *problem {
	switch s.Separator {
	case "":
		s.Separator = ","
	case separatorTab:
		s.Separator = "\t"
	case separatorWhitespace:
	default:
		if r, n := utf8.DecodeRuneInString(s.Separator); n != len(s.Separator) || r == '"' || r == '\r' || r == '\n' || r == utf8.RuneError {
			return wrong(at+".separator", "%q is neither one character, nor tab, nor whitespace", s.Separator)
		}
	}
	if r, n := utf8.DecodeRuneInString(s.Comment); n != len(s.Comment) || s.Comment != "" && (r == utf8.RuneError || s.Comment == s.Separator || strings.ContainsRune("\"\r\n", r)) {
		return wrong(at+".comment", "%q is not one character", s.Comment)
	}
	if p := s.setNumberStyle(at); p != nil {
		return p
	}
	if s.SkipLines < 0 {
		return wrong(at+".skip_lines", "is negative")
	}
	return choose(at+".encoding", &s.Encoding, encodingUTF8, encodingLatin1, encodingUTF16)
}

// checkReference checks the name of a column: without a header it is a number.
func (s *Source) checkReference(at, column string) *problem {
	if column == "" {
		return wrong(at, "names no column")
	}
	if n, err := strconv.Atoi(column); !s.hasHeader() && (err != nil || n < 1 || n > maxColumns) {
		return wrong(at, "%q: without a header columns are numbers from 1 to %d", column, maxColumns)
	}
	return nil
}

// maxColumns bounds the cells of a row.
const maxColumns = 10_000

func (s *Source) checkColumns(at string, together bool, signals map[string]string) *problem {
	if len(s.Columns) == 0 {
		return wrong(at+".columns", "is empty")
	}
	own := map[string]bool{}
	s.columns = make([]target, 0, len(s.Columns))
	for i := range s.Columns {
		c := &s.Columns[i]
		at := fmt.Sprintf("%s.columns[%d]", at, i)
		if p := s.checkReference(at+".from", c.From); p != nil {
			return p
		}
		if other, taken := signals[c.To]; taken && together || own[c.To] {
			return wrong(at+".to", "%s is mapped already%s", c.To, other)
		}
		signals[c.To], own[c.To] = " in source "+s.Name, true
		t, p := c.target(at, s.style)
		if p != nil {
			return p
		}
		s.columns = append(s.columns, t)
	}
	return nil
}

// target compiles a column's way to its signal.
func (c *Column) target(at string, style numberStyle) (target, *problem) {
	signal, ok := telemetry.SignalByPath(c.To)
	if !ok {
		return target{}, wrong(at+".to", "%q is no signal of the table", c.To)
	}
	t := target{from: c.From, signal: signal, scale: 1, offset: c.Offset, negate: c.Negate, style: style}
	if c.Scale != nil {
		t.scale = *c.Scale
	}
	t.setLimits()
	if p := t.setUnit(at, c.Unit); p != nil {
		return t, p
	}
	if p := t.setNA(at, c.NA); p != nil {
		return t, p
	}
	return t, t.setWords(at, c.Words)
}

func (t *target) setUnit(at, name string) *problem {
	t.convert = converter{factor: 1}
	if t.signal.Unit == "" {
		if name != "" {
			return wrong(at+".unit", "%s has no unit", t.signal.Path)
		}
		return nil
	}
	if name == "" {
		return wrong(at+".unit", "is missing: %s is in %s", t.signal.Path, t.signal.Unit)
	}
	var err error
	if t.convert, err = conversion(name, t.signal.Unit); err != nil {
		return wrong(at+".unit", "%v", err)
	}
	return nil
}

func (t *target) setWords(at string, words map[string]string) *problem {
	if t.signal.Kind == telemetry.Word && len(words) == 0 {
		t.words = map[string]float64{}
		for i, w := range t.signal.Words {
			t.words[w] = float64(i)
		}
	}
	for _, from := range sortedKeys(words) {
		v, err := t.word(words[from])
		if err != nil {
			return wrong(at+".words", "%s: %v", from, err)
		}
		if t.words == nil {
			t.words = map[string]float64{}
		}
		t.words[from] = v
		if number, err := t.style.parse(from); err == nil {
			if t.numbers == nil {
				t.numbers = map[float64]float64{}
			}
			t.numbers[number] = v
		}
	}
	return nil
}

// word reads what a word stands for: a value in the signal's own VSS unit.
func (t *target) word(text string) (float64, error) {
	if t.signal.Kind == telemetry.Truth || t.signal.Kind == telemetry.Word {
		v, err := bodyWord(&t.signal, text)
		return float64(v), err
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !t.signal.Plausible(v) {
		return 0, fmt.Errorf("%q is no number within %g to %g", text, t.signal.Min, t.signal.Max)
	}
	return v, nil
}
