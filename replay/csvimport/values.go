package csvimport

import (
	"errors"
	"fmt"
	"math"
)

// read fills l.row with the values of a row's mapped columns. keep is false where
// the row is left out; every value and row that is, is counted.
func (l *load) read(cells []string, line int) (keep bool, err error) {
	for i := range l.source.columns {
		t := &l.source.columns[i]
		text := cells[l.bound.columns[i]]
		l.row[i] = math.NaN()
		if t.null(text, l.source.Null) {
			continue
		}
		v, err := t.value(text)
		if err == nil {
			l.row[i] = v
			continue
		}
		if keep, err := l.badValue(t.from, text, line, err); !keep {
			return false, err
		}
	}
	l.checkPlace(cells, line)
	for _, v := range l.row {
		if !math.IsNaN(v) {
			return true, nil
		}
	}
	l.dropRow(rowColumn, reasonNothing, line, "")
	return false, nil
}

// badValue applies the mapping's policy; what the mapping itself calls not
// available is never a fault.
func (l *load) badValue(column, text string, line int, cause error) (keep bool, err error) {
	policy := l.m.BadValue
	if errors.Is(cause, errNotAvailable) {
		policy = policyNull
	}
	switch policy {
	case policyFail:
		return false, &CellError{l.file, line, column, fmt.Errorf("%q: %w", shorten(text), cause)}
	case policyDropRow:
		l.dropRow(column, cause.Error(), line, text)
		return false, nil
	}
	l.tally.add(Drop{File: l.file, Column: column, Reason: cause.Error(), FirstLine: line}, text)
	return true, nil
}

// checkPlace drops a position at 0,0, which receivers report without a fix, and
// half a position.
func (l *load) checkPlace(cells []string, line int) {
	lat, lon := -1, -1
	for i := range l.source.columns {
		switch l.source.columns[i].signal.Path {
		case pathLatitude:
			lat = i
		case pathLongitude:
			lon = i
		}
	}
	if lat < 0 {
		return
	}
	reason, blamed := "", lat
	knowsLat, knowsLon := !math.IsNaN(l.row[lat]), !math.IsNaN(l.row[lon])
	switch {
	case knowsLat && knowsLon && l.row[lat] == 0 && l.row[lon] == 0:
		reason = reasonNullIsle
	case knowsLat != knowsLon:
		reason = reasonHalf
		if knowsLon {
			blamed = lon
		}
	default:
		return
	}
	l.row[lat], l.row[lon] = math.NaN(), math.NaN()
	l.tally.add(Drop{File: l.file, Column: l.source.columns[blamed].from, Reason: reason, FirstLine: line}, cells[l.bound.columns[blamed]])
}
