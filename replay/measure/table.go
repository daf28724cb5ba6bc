package measure

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
)

// cells are a row of a file with a header.
type cells struct {
	at  map[string]int
	row []string
}

func (c cells) text(name string) string {
	if i, ok := c.at[name]; ok && i < len(c.row) {
		return c.row[i]
	}
	return ""
}

// number is NaN where there is none.
func (c cells) number(name string) float64 {
	v, err := strconv.ParseFloat(c.text(name), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// table reads a file row by row; it fails where one of the columns is missing.
func table(path string, comma rune, row func(cells) error, columns ...string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = comma, true, -1, true
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("read the head of %s: %w", path, err)
	}
	c := cells{at: map[string]int{}}
	for i, name := range head {
		c.at[strings.TrimPrefix(name, "\ufeff")] = i
	}
	for _, name := range columns {
		if _, ok := c.at[name]; !ok {
			return fmt.Errorf("read %s: no column %s", path, name)
		}
	}
	for {
		if c.row, err = r.Read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		if err := row(c); err != nil {
			return err
		}
	}
}
