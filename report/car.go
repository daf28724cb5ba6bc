package report

import (
	"fmt"
	"math"
	"slices"

	"milepost/outcome"
)

// The car of the sketch is seen from above, its front up, on a clock's face.
const (
	carLength = 29.0 // mm on paper
	carWidth  = 13.2
	dial      = 25.0 // radius of the clock's face
)

// car draws the sketch with the direction of force around its centre.
func (s *sheet) car(v *view, centre point) {
	s.dial(centre)
	s.bodywork(centre)
	s.forces(v, centre)
	s.font(body, true, force)
	caption := fmt.Sprintf("%s, %s (%.0f°)", clock(v.Clock), word(sides, v.Side), *v.PDOFDeg)
	s.centredAt(centre.x, centre.y+dial+9, clipped(caption, 2*dial+8, s.GetStringWidth))
}

// forces draws the arrows: a thin one for each impact but the hardest, and above them
// that of the collision, which is the hardest's.
func (s *sheet) forces(v *view, centre point) {
	main := hardest(v.Impacts) - 1
	labels := []float64{*v.PDOFDeg}
	for n, i := range v.Impacts {
		if n < mostArrows && main >= 0 && n != main && i.PDOFDeg >= 0 && i.PDOFDeg <= 360 {
			s.arrow(around(centre, dial-3, i.PDOFDeg), around(centre, reach(i.PDOFDeg)+1, i.PDOFDeg), third, 0.6)
			label := apart(i.PDOFDeg, labels)
			labels = append(labels, label)
			s.number(around(centre, dial-3, label), n+1)
		}
	}
	s.arrow(around(centre, dial-1, *v.PDOFDeg), around(centre, reach(*v.PDOFDeg)+0.6, *v.PDOFDeg), force, 1.4)
	if main >= 0 {
		s.number(around(centre, dial-3, *v.PDOFDeg), main+1)
	}
}

// apart is the nearest angle where a label hides none of others, first on the side of
// the first of them on which it is already.
func apart(deg float64, others []float64) float64 {
	const width, step = 11, 1 // of a label, in degrees
	side := math.Copysign(step, math.Remainder(deg-others[0], 360))
	for n := range 180 {
		for _, try := range []float64{deg + float64(n)*side, deg - float64(n)*side} {
			hides := func(other float64) bool { return math.Abs(math.Remainder(try-other, 360)) < width }
			if !slices.ContainsFunc(others, hides) {
				return try
			}
		}
	}
	return deg
}

// directed says that the direction of force is known.
func (v *view) directed() bool {
	return v.Clock != 0 && v.PDOFDeg != nil && *v.PDOFDeg >= 0 && *v.PDOFDeg <= 360
}

// mostArrows is how many impacts have arrows of their own.
const mostArrows = 5

// around is the point on a circle at an angle clockwise from the front.
func around(centre point, radius, deg float64) point {
	sin, cos := math.Sincos(deg * math.Pi / 180)
	return point{centre.x + radius*sin, centre.y - radius*cos}
}

func (s *sheet) dial(centre point) {
	s.stroke(rule, 0.3)
	s.fill(tint)
	s.Circle(centre.x, centre.y, dial, "FD")
	for hour := 1; hour <= 12; hour++ {
		deg := float64(hour) * 30
		inner, outer := around(centre, dial-1.5, deg), around(centre, dial, deg)
		s.stroke(muted, 0.3)
		s.Line(inner.x, inner.y, outer.x, outer.y)
		s.font(small, hour%3 == 0, muted)
		at := around(centre, dial+2.8, deg)
		s.centredAt(at.x, at.y+0.95, fmt.Sprint(hour))
	}
}

// bodywork draws the car: outline, panes, wheels and lamps.
func (s *sheet) bodywork(c point) {
	l, w := carLength/2, carWidth/2
	s.fill(ink)
	for _, wheel := range []point{{-w - 0.6, -l + 4}, {w - 1.2, -l + 4}, {-w - 0.6, l - 9}, {w - 1.2, l - 9}} {
		s.RoundedRect(c.x+wheel.x, c.y+wheel.y, 1.8, 5, 0.6, "1234", "F")
	}
	s.stroke(ink, 0.35)
	s.fill(white)
	s.outline(c, l, w)
	s.fill(shade)
	s.quad(c, w*0.78, -l*0.42, w*0.66, -l*0.10, -l*0.52) // windscreen
	s.quad(c, w*0.62, l*0.60, w*0.66, l*0.40, l*0.66)    // rear window
	s.stroke(rule, 0.3)
	s.Line(c.x-w*0.66, c.y-l*0.08, c.x-w*0.66, c.y+l*0.38)
	s.Line(c.x+w*0.66, c.y-l*0.08, c.x+w*0.66, c.y+l*0.38)
	s.stroke(second, 0.8)
	for _, side := range []float64{-1, 1} {
		s.Line(c.x+side*w*0.5, c.y-l+1.3, c.x+side*w*0.78, c.y-l+2)
	}
	s.stroke(ink, 0.2)
}

// outline is a closed curve, a little narrower at the front.
func (s *sheet) outline(c point, l, w float64) {
	s.MoveTo(c.x, c.y-l)
	s.CurveBezierCubicTo(c.x+w*0.75, c.y-l, c.x+w*0.95, c.y-l*0.92, c.x+w*0.97, c.y-l*0.6)
	s.CurveBezierCubicTo(c.x+w*1.02, c.y-l*0.2, c.x+w*1.02, c.y+l*0.3, c.x+w*0.98, c.y+l*0.7)
	s.CurveBezierCubicTo(c.x+w*0.95, c.y+l*0.95, c.x+w*0.8, c.y+l, c.x, c.y+l)
	s.CurveBezierCubicTo(c.x-w*0.8, c.y+l, c.x-w*0.95, c.y+l*0.95, c.x-w*0.98, c.y+l*0.7)
	s.CurveBezierCubicTo(c.x-w*1.02, c.y+l*0.3, c.x-w*1.02, c.y-l*0.2, c.x-w*0.97, c.y-l*0.6)
	s.CurveBezierCubicTo(c.x-w*0.95, c.y-l*0.92, c.x-w*0.75, c.y-l, c.x, c.y-l)
	s.ClosePath()
	s.DrawPath("FD")
}

// quad is a pane: an edge of half the width a at y, the other of half the width b at z,
// bowed towards bow.
func (s *sheet) quad(c point, a, y, b, z, bow float64) {
	s.MoveTo(c.x-a, c.y+y)
	s.CurveTo(c.x, c.y+bow, c.x+a, c.y+y)
	s.LineTo(c.x+b, c.y+z)
	s.LineTo(c.x-b, c.y+z)
	s.ClosePath()
	s.DrawPath("F")
}

// number draws an impact's number.
func (s *sheet) number(at point, number int) {
	s.fill(white)
	s.stroke(third, 0.3)
	s.Circle(at.x, at.y, 1.9, "FD")
	s.font(small, true, ink)
	s.centredAt(at.x, at.y+0.95, fmt.Sprint(number))
}

// reach is how far the car's outline is from its centre at an angle.
func reach(deg float64) float64 {
	sin, cos := math.Sincos(deg * math.Pi / 180)
	return 1 / math.Sqrt(float64(sin*sin)/(carWidth*carWidth/4)+float64(cos*cos)/(carLength*carLength/4))
}

// hardest is the number of the impact with the largest delta-V, counted from 1; 0
// where there is only one.
func hardest(impacts []outcome.Impact) int {
	if len(impacts) < 2 {
		return 0
	}
	n := 0
	for i := range impacts {
		if impacts[i].DeltaVKmh > impacts[n].DeltaVKmh {
			n = i
		}
	}
	return n + 1
}
