package csvimport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// series is what one file tells of one drive: rows with a value for each of its
// source's columns, NaN for none, in the frame's units.
type series struct {
	source  *Source
	file    string
	times   []int64 // Unix µs, or since the clock's start until it is anchored
	lines   []int
	values  []float64 // row after row
	anchors []int64   // what to add to the clock, by this row
	read    []int     // the lines that were read, with the texts of their times
	texts   []byte
	ends    []int // of those texts
	pass    pass
}

// note keeps the text of a row's time, for the report.
func (s *series) note(line int, text string) {
	s.texts = append(s.texts, text...)
	s.read, s.ends = append(s.read, line), append(s.ends, len(s.texts))
}

// timeText is the text of the time in a line that was read.
func (s *series) timeText(line int) string {
	i, ok := slices.BinarySearch(s.read, line)
	if !ok {
		return ""
	}
	from := 0
	if i > 0 {
		from = s.ends[i-1]
	}
	return string(s.texts[from:s.ends[i]])
}

// driveKey tells the drives of a file apart.
type driveKey struct{ vehicle, drive string }

// load reads one file of a source.
type load struct {
	m       *Mapping
	source  *Source
	file    string
	vehicle string // where it is the same for the whole file
	start   int64  // added to each time, µs
	anchor  *Anchor
	tally   *tally

	bound  binding
	rows   int64
	keys   []driveKey // in order of appearance
	series map[driveKey]*series
	joined []string
	text   string // of the row's time
	row    []float64
}

// checkEvery is how many rows pass between looks at the context.
const checkEvery = 4096

// run reads the file's rows.
func (l *load) run(ctx context.Context, r io.Reader) error {
	rows, err := l.source.openRows(r)
	if err != nil {
		return l.wrap(err)
	}
	anchorColumn := ""
	if l.anchor != nil {
		anchorColumn = l.anchor.Column
	}
	if l.bound, err = l.source.bind(l.m, anchorColumn, rows); err != nil {
		return l.wrap(err)
	}
	if len(l.bound.matrix) > 0 {
		if rows, err = l.unscramble(rows); err != nil {
			return l.wrap(err)
		}
	}
	l.series = map[driveKey]*series{}
	l.row = make([]float64, len(l.source.columns))
	for {
		cells, line, err := rows.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if l.rows++; l.rows%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case errors.Is(err, errMalformed):
			l.dropRow(rowColumn, err.Error(), line, "")
		case err != nil:
			return l.wrap(err)
		default:
			if err := l.add(cells, line); err != nil {
				return err
			}
		}
	}
}

func (l *load) wrap(err error) error { return fmt.Errorf("%s: %w", l.file, err) }

func (l *load) dropRow(column, reason string, line int, text string) {
	l.tally.add(Drop{File: l.file, Column: column, Reason: reason, FirstLine: line, WholeRow: true}, text)
}

// add takes a row, or counts why not.
func (l *load) add(cells []string, line int) error {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	if !l.fits(cells, line) || !l.wanted(cells, line) {
		return nil
	}
	key, ok := l.key(cells)
	if !ok {
		l.dropRow(rowColumn, reasonNoName, line, strings.Join(cells, " "))
		return nil
	}
	s := l.series[key]
	if s == nil {
		s = &series{source: l.source, file: l.file}
	}
	t, ok, err := l.time(cells, line, &s.pass)
	if !ok || err != nil {
		return err
	}
	keep, err := l.read(cells, line)
	if !keep || err != nil {
		return err
	}
	if l.series[key] == nil {
		key = driveKey{strings.Clone(key.vehicle), strings.Clone(key.drive)}
		l.series[key] = s
		l.keys = append(l.keys, key)
	}
	s.note(line, l.text)
	s.times, s.lines, s.values = append(s.times, t+l.start), append(s.lines, line), append(s.values, l.row...)
	l.takeAnchor(s, cells, t)
	return nil
}

// fits checks the number of cells; a row cut short may end in half a number.
func (l *load) fits(cells []string, line int) bool {
	if len(cells) < l.bound.width {
		l.dropRow(rowColumn, reasonShort, line, strings.Join(cells, " "))
		return false
	}
	if !l.bound.exact {
		return true
	}
	for _, c := range cells[l.bound.width:] {
		if c != "" {
			l.dropRow(rowColumn, reasonLong, line, strings.Join(cells, " "))
			return false
		}
	}
	return true
}

// wanted applies drop_where and keep_where.
func (l *load) wanted(cells []string, line int) bool {
	for i, f := range l.source.filters {
		text := cells[l.bound.filters[i]]
		found := false
		for _, v := range f.values {
			found = found || v == text
		}
		if found != f.keep {
			l.dropRow(f.column, f.reason(), line, text)
			return false
		}
	}
	return true
}

// key gives the drive that a row belongs to.
func (l *load) key(cells []string) (driveKey, bool) {
	key := driveKey{vehicle: l.vehicle}
	if l.bound.vehicle >= 0 {
		key.vehicle = cells[l.bound.vehicle]
	}
	if l.bound.drive >= 0 {
		key.drive = cells[l.bound.drive]
	}
	ok := key.vehicle != "" && (l.bound.drive < 0 || key.drive != "")
	return key, ok && utf8.ValidString(key.vehicle)
}

// time reads a row's time on the file's clock.
func (l *load) time(cells []string, line int, rows *pass) (int64, bool, error) {
	l.joined = l.joined[:0]
	for _, i := range l.bound.time {
		l.joined = append(l.joined, cells[i])
	}
	l.text = strings.Join(l.joined, " ")
	t, err := l.source.Time.clock.read(l.text, rows)
	if err == nil {
		return t, true, nil
	}
	column := strings.Join(l.source.Time.Columns, " ")
	if l.m.BadTime == policyFail {
		return 0, false, &CellError{l.file, line, column, fmt.Errorf("%q: %w", shorten(l.text), err)}
	}
	l.dropRow(column, err.Error(), line, l.text)
	return 0, false, nil
}

// takeAnchor notes by how much the anchor's clock is ahead of the row's.
func (l *load) takeAnchor(s *series, cells []string, t int64) {
	if l.anchor == nil {
		return
	}
	c := clock{micros: microsPer(l.anchor.Format), style: l.source.style}
	utc, err := c.read(cells[l.bound.anchor], nil)
	if err == nil {
		s.anchors = append(s.anchors, utc-t)
	}
}
