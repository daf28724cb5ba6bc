package report

import (
	"math"
	"strconv"
)

// plot is a frame on paper with two axes.
type plot struct {
	x, y, w, h     float64 // mm
	x0, x1, y0, y1 float64 // values at its edges; x0 < x1, y0 < y1
}

// at is where a value stands; what lies outside the frame stands on its edge.
func (p plot) at(x, y float64) point {
	if math.IsNaN(x) || math.IsNaN(y) {
		return point{math.NaN(), math.NaN()}
	}
	along := min(max((x-p.x0)/(p.x1-p.x0), 0), 1)
	up := min(max((y-p.y0)/(p.y1-p.y0), 0), 1)
	return point{p.x + along*p.w, p.y + p.h - up*p.h}
}

// step gives a distance of 1, 2 or 5 times a power of ten that divides a span into at
// most n parts.
func step(span float64, n int) float64 {
	raw := span / float64(n)
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5} {
		if m*unit >= raw*(1-1e-9) {
			return m * unit
		}
	}
	return 10 * unit
}

// mostShown is the largest value that stretches an axis.
const mostShown = 5000

// extent is a range of an axis that holds all values and 0, in whole steps; at least
// one of them to each side that has values.
func extent(values []float64, least float64) (lowest, highest float64) {
	for _, v := range values {
		if math.Abs(v) <= mostShown {
			lowest, highest = min(lowest, v), max(highest, v)
		}
	}
	if highest-lowest < least {
		highest = lowest + least
	}
	by := step(highest-lowest, 8)
	return math.Floor(lowest/by+1e-9) * by, math.Ceil(highest/by-1e-9) * by
}

// ticks lists the marks of an axis.
func ticks(from, to float64, n int) (at []float64, labels []string) {
	by := step(to-from, n)
	decimals := max(0, -int(math.Floor(math.Log10(by)+1e-9)))
	first := math.Ceil(from/by - 1e-9)
	for i := range 2 * n {
		v := (first+float64(i))*by + 0 // not -0
		if !(v <= to+by*1e-9) {
			break
		}
		at = append(at, v)
		labels = append(labels, minus(strconv.FormatFloat(v, 'f', decimals, 64)))
	}
	return at, labels
}

// minus writes a negative number as print does.
func minus(s string) string {
	if s != "" && s[0] == '-' {
		return "−" + s[1:]
	}
	return s
}

// Room around a plot, in mm: for the labels to its left, for what the last label below
// it stands out by, and between its title and its upper edge.
const (
	axisWidth = 9.0
	overhang  = 3.5
	titleGap  = 2.6
)

// grid draws the frame, its marks and their labels. Below says whether the labels of
// the axis along the bottom are written.
func (s *sheet) grid(p plot, unit string, below bool) {
	s.font(small, false, muted)
	at, labels := ticks(p.y0, p.y1, 5)
	for i, v := range at {
		s.stroke(rule, 0.15)
		if v == 0 {
			s.stroke(muted, 0.25)
		}
		y := p.at(p.x0, v).y
		s.Line(p.x, y, p.x+p.w, y)
		s.rightAt(p.x-1.5, y+0.95, labels[i])
	}
	at, labels = ticks(p.x0, p.x1, 8)
	for i, v := range at {
		s.stroke(rule, 0.15)
		x := p.at(v, p.y0).x
		s.Line(x, p.y, x, p.y+p.h)
		if below {
			half := s.GetStringWidth(labels[i]) / 2
			s.centredAt(min(x, p.x+p.w+overhang-half), p.y+p.h+4, labels[i])
		}
	}
	s.font(small, true, muted)
	s.at(p.x-axisWidth, p.y-titleGap, unit)
}

// pen is how a line of a chart is drawn: told apart in grey too.
type pen struct {
	name  string
	c     colour
	width float64
	dash  []float64
}

// legend names the lines from the right end backwards.
func (s *sheet) legend(right, y float64, pens []pen) {
	for i := len(pens) - 1; i >= 0; i-- {
		s.font(small, false, ink)
		width := s.GetStringWidth(pens[i].name)
		s.at(right-width, y, pens[i].name)
		s.stroke(pens[i].c, pens[i].width, pens[i].dash...)
		s.Line(right-width-8.5, y-0.95, right-width-1.5, y-0.95)
		right -= width + 12
	}
	s.stroke(ink, 0.2)
}

// curve draws one line through values at times.
func (s *sheet) curve(p plot, times, values []float64, with pen) {
	var points []point
	for i, v := range values {
		if times[i] >= p.x0 && times[i] <= p.x1 {
			points = append(points, p.at(times[i], v))
		}
	}
	s.stroke(with.c, with.width, with.dash...)
	s.path(points)
	s.stroke(ink, 0.2)
}
