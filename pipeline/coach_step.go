package pipeline

import (
	"math"

	"milepost/scoring/coaching"
)

// steadyStep is the longest step, µs, beside which another is judged.
const steadyStep = 2_500_000

// acceleration in a step, m/s²: the slope of the straight line through the speeds at its
// ends and at those of the steps beside it. From one second to the next alone, a speed that
// comes in whole km/h would tell 0.28 m/s² of nothing.
func (p *paving) acceleration(i int) float64 {
	q := &p.steps[i]
	var t, v [4]float64
	n := 2
	t[0], v[0] = -seconds(q.span), q.begin
	t[1], v[1] = 0, q.end
	if i > 0 && !q.cut && p.steps[i-1].span <= steadyStep {
		before := &p.steps[i-1]
		t[n], v[n] = -seconds(q.span+before.span), before.begin
		n++
	}
	if i+1 < len(p.steps) && !p.steps[i+1].cut && p.steps[i+1].span <= steadyStep {
		t[n], v[n] = seconds(p.steps[i+1].span), p.steps[i+1].end
		n++
	}
	return lineSlope(t[:n], v[:n])
}

// lineSlope is that of the straight line nearest to points; NaN where they are at one time.
func lineSlope(t, v []float64) float64 {
	var st, sv, stt, stv float64
	for i := range t {
		st += t[i]
		sv += v[i]
		stt += float64(t[i] * t[i])
		stv += float64(t[i] * v[i])
	}
	n := float64(len(t))
	d := float64(n*stt) - float64(st*st)
	if !(d > 0) {
		return math.NaN()
	}
	return (float64(n*stv) - float64(st*sv)) / d
}

// climb finds the grade of each step.
func (p *paving) climb() {
	p.grades = p.grades[:0]
	hills := newSlopes(p.levels)
	for i := range p.steps {
		q := &p.steps[i]
		p.grades = append(p.grades, hills.at(q.driven-float64(q.metres/2)))
	}
	believe(p.grades)
}

// coached writes the steps as coaching takes them.
func (p *paving) coached() {
	steps := p.trip.Steps[:0]
	p.climb()
	for i := range p.steps {
		q := &p.steps[i]
		s := coaching.Step{
			At: q.at, Span: seconds(q.span), V: math.NaN(), A: math.NaN(), Metres: q.metres,
			Slope:  p.grades[i].slope,
			Engine: q.engine, FuelL: q.fuel, DrawnJ: math.NaN(), RegenJ: math.NaN(), Indicator: q.indicator,
			Limit: q.limit, Lat: math.NaN(), Lon: math.NaN(), Cut: q.cut,
		}
		if !q.unseen && q.span > 0 {
			s.V, s.A = q.metres/s.Span, p.acceleration(i)
		}
		if q.fix >= 0 && q.from()-p.track.At[q.fix] <= seenStep {
			s.Lat, s.Lon = p.track.Lat[q.fix], p.track.Lon[q.fix]
		}
		steps = append(steps, s)
	}
	p.trip.Steps = steps
	p.deal(steps)
}
