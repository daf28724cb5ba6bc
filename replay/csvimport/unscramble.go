package csvimport

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// unscramble undoes a mistake that numeric tools make when they write a matrix in
// column-major order row by row: reading the matrix's cells row after row
// gives its whole first column, then the whole second. Columns outside the matrix
// stand right.
func (l *load) unscramble(rows rowReader) (rowReader, error) {
	var all [][]string
	var lines []int
	for {
		cells, line, err := rows.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, errMalformed) || err == nil && len(cells) < l.bound.width {
			return nil, fmt.Errorf("line %d: %w: a column-major file must be whole", line, ErrInput)
		}
		if err != nil {
			return nil, err
		}
		all, lines = append(all, slices.Clone(cells)), append(lines, line)
	}
	places := l.bound.matrix
	flat := make([]string, 0, len(all)*len(places))
	for _, cells := range all {
		for _, p := range places {
			flat = append(flat, cells[p])
		}
	}
	for row, cells := range all {
		for k, p := range places {
			cells[p] = flat[k*len(all)+row]
		}
	}
	return &storedRows{rows: all, lines: lines}, nil
}

// storedRows reads rows from memory.
type storedRows struct {
	rows  [][]string
	lines []int
}

func (s *storedRows) read() ([]string, int, error) {
	if len(s.rows) == 0 {
		return nil, 0, io.EOF
	}
	cells, line := s.rows[0], s.lines[0]
	s.rows, s.lines = s.rows[1:], s.lines[1:]
	return cells, line, nil
}
