package main

import (
	"fmt"
	"math"
	"strings"
)

// chart is a bar chart in plain characters, of a month's days where nothing else is
// said. It needs no colour and fits 80 columns.
type chart struct {
	values []*float64 // by day from the 1st; nil leaves the day empty
	top    float64    // value at the upper edge
	rows   int
	mark   func(column int) string // what stands below a column; the day where nil
}

// eighths of a character cell, from none to all.
var eighths = []rune(" ▁▂▃▄▅▆▇█")

// dayWidth is the columns of one day: a bar and a space.
const dayWidth = 2

func (c chart) draw() string {
	var b strings.Builder
	for row := c.rows; row >= 1; row-- {
		fmt.Fprintf(&b, "%6s ┤", label(c.top*float64(row)/float64(c.rows)))
		line := make([]rune, 0, len(c.values)*dayWidth)
		for _, v := range c.values {
			line = append(line, c.cell(v, row), ' ')
		}
		b.WriteString(strings.TrimRight(string(line), " "))
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%6s ┼%s\n", "0", strings.Repeat("─", len(c.values)*dayWidth-1))
	fmt.Fprintf(&b, "%8s%s\n", "", c.marks())
	return b.String()
}

// cell is the part of a day's bar that falls into a row, counted from 1 at the
// bottom. A value too small for any height still shows.
func (c chart) cell(v *float64, row int) rune {
	if v == nil || c.top <= 0 {
		return ' '
	}
	full := len(eighths) - 1
	height := int(math.Round(*v / c.top * float64(c.rows*full)))
	height = max(height, 1)
	return eighths[min(max(height-(row-1)*full, 0), full)]
}

// marks are what stands below the columns.
func (c chart) marks() string {
	mark := c.mark
	if mark == nil {
		mark = dayMark
	}
	line := []byte(strings.Repeat(" ", len(c.values)*dayWidth+dayWidth))
	for column := range c.values {
		copy(line[column*dayWidth:], mark(column))
	}
	return strings.TrimRight(string(line), " ")
}

// dayMark labels the 1st, and every fifth day.
func dayMark(column int) string {
	if day := column + 1; day == 1 || day%5 == 0 {
		return fmt.Sprint(day)
	}
	return ""
}

func label(v float64) string {
	if v == math.Trunc(v) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

func greatest(values []*float64) float64 {
	top := 0.0
	for _, v := range values {
		if v != nil {
			top = max(top, *v)
		}
	}
	return top
}

// roundUp gives the next 1, 2 or 5 times a power of ten, so that the labels of
// an axis are short; 1 for nothing.
func roundUp(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 5} {
		if v <= step*unit {
			return step * unit
		}
	}
	return 10 * unit
}
