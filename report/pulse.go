package report

import (
	"fmt"
	"math"

	"milepost/outcome"
)

// series is the pulse as a chart needs it: NaN where no sample was.
type series struct {
	times                           []float64 // s after time zero
	longitudinal, lateral, vertical []float64 // g; nil where the axis was not reported
}

const (
	mostSamples = 400  // of a pulse that are drawn; the schema's own bound
	farthest    = 60.0 // s from time zero that a pulse may begin
)

func (v *view) series() (s series, ok bool) {
	p := v.Pulse
	if p == nil || !(p.StepMS >= 1 && p.StepMS <= 2000) || math.Abs(v.seconds(p.From)) > farthest {
		return s, false
	}
	n := min(max(len(p.Longitudinal), len(p.Lateral), len(p.Vertical)), mostSamples)
	for i := range n {
		s.times = append(s.times, v.seconds(p.From)+float64(i)*p.StepMS/1000)
	}
	s.longitudinal, s.lateral, s.vertical = inG(p.Longitudinal, n), inG(p.Lateral, n), inG(p.Vertical, n)
	return s, n > 1
}

// Horizontal is the resultant of the pulse along the ground, in g, at times in seconds
// after time zero; NaN where a sample is missing, nil where the record has no pulse with
// both axes.
func (r *Report) Horizontal() (times, g []float64) {
	s, ok := r.view().series()
	if g = resultant(s.longitudinal, s.lateral); !ok || g == nil {
		return nil, nil
	}
	return s.times, g
}

// inG gives n values in g.
func inG(values []*float64, n int) []float64 {
	if len(values) == 0 {
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
		if i < len(values) && values[i] != nil && !math.IsInf(*values[i], 0) {
			out[i] = *values[i] / standardGravity
		}
	}
	return out
}

// velocity sums an axis up from time zero, in km/h, by the trapezoidal rule; NaN before
// time zero, and from the first missing sample on: what came after is not known.
func velocity(times, g []float64) []float64 {
	const kmhPerMS = 3.6
	out := make([]float64, len(g))
	sum, before := 0.0, math.NaN()
	for i, v := range g {
		out[i] = math.NaN()
		if times[i] < 0 {
			before = v
			continue
		}
		if i > 0 && !math.IsNaN(before) {
			// Only the part of the first step that lies after time zero.
			dt := times[i] - max(times[i-1], 0)
			sum += (before + v) / 2 * standardGravity * dt * kmhPerMS
		}
		if math.IsNaN(v) {
			sum = math.NaN()
		}
		before, out[i] = v, sum
	}
	return out
}

// resultant is the length of a vector of two parts, of which one may be missing.
func resultant(x, y []float64) []float64 {
	if len(x) == 0 || len(y) == 0 {
		return nil
	}
	out := make([]float64, len(x))
	for i := range out {
		out[i] = math.Hypot(x[i], y[i])
	}
	return out
}

// window is the time that the pulse's picture shows: the impacts with what is around
// them, within the pulse.
func (v *view) window(s series) (from, to float64) {
	from, to = -0.1, 0.3
	for _, i := range v.Impacts {
		if at := v.seconds(i.EndAt); at < s.times[len(s.times)-1] {
			to = max(to, at+0.1)
		}
	}
	by := step(to-from, 8)
	from, to = math.Floor(from/by+1e-9)*by, math.Ceil(to/by-1e-9)*by
	from, to = max(from, s.times[0]), min(to, s.times[len(s.times)-1])
	if !(from < to) { // a pulse that does not cover time zero
		return s.times[0], s.times[len(s.times)-1]
	}
	return from, to
}

var (
	longitudinalPen = pen{"forward", accent, 0.6, nil}
	lateralPen      = pen{"to the left", second, 0.5, []float64{2.2, 1.2}}
	verticalPen     = pen{"up", third, 0.4, []float64{0.5, 1.1}}
	resultantPen    = pen{"resultant", ink, 0.3, nil}
)

// pulse draws the acceleration and what it sums up to, one above the other.
func (s *sheet) pulse(v *view) {
	data, ok := v.series()
	if !ok {
		s.heading("The pulse", 20)
		s.paragraph("Acceleration came too seldom around the collision, or not at all, so there is no picture of its pulse. " +
			"What is said of it rests on other signals.")
		return
	}
	// The two plots take what is left of the page, within bounds.
	const above, between, foot, least, most = 4.5, 9.0, 10.0, 58.0, 84.0
	s.heading("The pulse", above+least+between+foot)
	plots := min(bottom-s.y-above-between-foot, most)
	upper, lower := plots*0.6, plots*0.4
	from, to := v.window(data)
	p := plot{x: left + axisWidth, w: pageInner - axisWidth - overhang, x0: from, x1: to}
	p.y, p.h = s.y+above, upper
	s.acceleration(v, data, p)
	p.y, p.h = s.y+above+upper+between, lower
	s.deltaV(v, data, p)
	s.y += above + plots + between + foot
}

func (s *sheet) acceleration(v *view, data series, p plot) {
	lines := []struct {
		values []float64
		pen    pen
	}{{data.vertical, verticalPen}, {data.lateral, lateralPen}, {data.longitudinal, longitudinalPen}}
	var all []float64
	for _, l := range lines {
		all = append(all, shown(p, data.times, l.values)...)
	}
	p.y0, p.y1 = extent(all, 2)
	p.y1 += (p.y1 - p.y0) * spanLabel / (p.h - spanLabel)
	s.spans(v, p)
	s.grid(p, "Acceleration, g", false)
	var pens []pen
	for _, l := range lines {
		if len(l.values) > 0 {
			s.curve(p, data.times, l.values, l.pen)
			pens = append([]pen{l.pen}, pens...)
		}
	}
	s.legend(p.x+p.w, p.y-titleGap, pens)
	s.spanLabels(v, p)
}

func (s *sheet) deltaV(v *view, data series, p plot) {
	along, across := velocity(data.times, data.longitudinal), velocity(data.times, data.lateral)
	lines := []struct {
		values []float64
		pen    pen
	}{{resultant(along, across), resultantPen}, {across, lateralPen}, {along, longitudinalPen}}
	var all []float64
	for _, l := range lines {
		all = append(all, shown(p, data.times, l.values)...)
	}
	p.y0, p.y1 = extent(all, 10)
	s.spans(v, p)
	s.grid(p, "Change of velocity since time zero, km/h", true)
	var pens []pen
	for _, l := range lines {
		if len(l.values) > 0 {
			s.curve(p, data.times, l.values, l.pen)
			pens = append([]pen{l.pen}, pens...)
		}
	}
	s.legend(p.x+p.w, p.y-titleGap, pens)
	s.font(small, false, muted)
	s.centredAt(p.x+p.w/2, p.y+p.h+7.6, "seconds after time zero. Shaded: from time zero of an impact to its end. What lies outside, such as braking, does not count as delta-V.")
}

// shown are the values within a plot's time.
func shown(p plot, times, values []float64) (out []float64) {
	for i, v := range values {
		if times[i] >= p.x0 && times[i] <= p.x1 {
			out = append(out, v)
		}
	}
	return out
}

// span is where an impact lies in a plot; ok says that it does.
func (v *view) span(p plot, i *outcome.Impact) (from, to float64, ok bool) {
	a, b := v.seconds(i.At), v.seconds(i.EndAt)
	return p.at(a, p.y0).x, p.at(b, p.y0).x, b >= a && b >= p.x0 && a <= p.x1
}

// spans shades the impacts.
func (s *sheet) spans(v *view, p plot) {
	s.fill(tint)
	s.Rect(p.x, p.y, p.w, p.h, "F")
	for i := range v.Impacts {
		a, b, ok := v.span(p, &v.Impacts[i])
		if !ok {
			continue
		}
		s.fill(shade)
		s.Rect(a, p.y, b-a, p.h, "F")
		s.stroke(accent, 0.3)
		s.Line(a, p.y, a, p.y+p.h)
		s.stroke(accent, 0.3, 1, 0.8)
		s.Line(b, p.y, b, p.y+p.h)
	}
	s.stroke(ink, 0.2)
}

// spanLabel is the room for the labels of spans, in mm.
const spanLabel = 5.0

// spanLabels says at the top of each impact's span which it is and how long.
func (s *sheet) spanLabels(v *view, p plot) {
	s.font(small, true, accent)
	for n, i := range v.Impacts {
		a, b, ok := v.span(p, &i)
		text := fmt.Sprintf("%d ms", int64(i.EndAt-i.At)/1000)
		if len(v.Impacts) > 1 {
			text = fmt.Sprint(n + 1)
		}
		if width := s.GetStringWidth(text) + 2; ok && width < b-a {
			s.box((a+b-width)/2, p.y+0.6, width, 3.8, shade)
			s.centredAt((a+b)/2, p.y+3.4, text)
		}
	}
}
