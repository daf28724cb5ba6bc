package csvimport

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// filter keeps or leaves out the rows whose column holds one of the values.
type filter struct {
	column string
	values []string
	keep   bool
}

// reason is that of a row which the filter leaves out.
func (f filter) reason() string {
	if f.keep {
		return reasonFilter + "keep_where"
	}
	return reasonFilter + "drop_where"
}

// binding holds the places of a source's columns in the cells of one file.
type binding struct {
	width          int // cells of a whole row
	exact          bool
	time           []int
	filters        []int
	columns        []int
	matrix         []int
	vehicle, drive int // -1: not from a column
	anchor         int
}

// bind finds a source's columns in the file's header, or by number.
func (s *Source) bind(m *Mapping, anchor string, rows rowReader) (b binding, err error) {
	find := numbered
	if s.hasHeader() {
		header, _, err := rows.read()
		if errors.Is(err, io.EOF) {
			return b, fmt.Errorf("%w: the file is empty, its header is missing", ErrInput)
		}
		if err != nil {
			return b, fmt.Errorf("read the header: %w", err)
		}
		find = named(header)
		b.width, b.exact = len(header), true
	}
	one := func(column string) int {
		at, e := find(column)
		if e != nil && err == nil {
			err = e
		}
		b.width = max(b.width, at+1)
		return at
	}
	for _, c := range s.Time.Columns {
		b.time = append(b.time, one(c))
	}
	for _, f := range s.filters {
		b.filters = append(b.filters, one(f.column))
	}
	for _, c := range s.columns {
		b.columns = append(b.columns, one(c.from))
	}
	for _, c := range s.ColumnMajor {
		b.matrix = append(b.matrix, one(c))
	}
	b.vehicle, b.drive, b.anchor = -1, -1, -1
	for _, o := range []struct {
		to     *int
		column string
	}{{&b.vehicle, m.Vehicle.Column}, {&b.drive, m.DriveColumn}, {&b.anchor, anchor}} {
		if o.column != "" {
			*o.to = one(o.column)
		}
	}
	return b, err
}

// numbered finds a column by its number, from 1.
func numbered(column string) (int, error) {
	n, err := strconv.Atoi(column)
	return n - 1, err
}

// named finds a column by its name in the header.
func named(header []string) func(string) (int, error) {
	places, twice := map[string]int{}, map[string]bool{}
	for i, h := range header {
		h = strings.Clone(strings.TrimSpace(h))
		_, twice[h] = places[h]
		places[h] = i
	}
	text := Printable(strings.Join(header, ", "))
	if most := 1000; len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " ..."
	}
	return func(column string) (int, error) {
		at, ok := places[column]
		if !ok {
			return 0, fmt.Errorf("%w: there is no column %q among: %s", ErrInput, column, text)
		}
		if twice[column] {
			return 0, fmt.Errorf("%w: the header has column %q twice", ErrInput, column)
		}
		return at, nil
	}
}
