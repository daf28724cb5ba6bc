package report

import "math"

// speedBefore draws the speed of the half minute before in a frame of the width.
func (s *sheet) speedBefore(v *view, x, y, w, h float64) {
	s.headingAt(x, y, w, "The speed before")
	p := plot{x: x + axisWidth, y: y + 13, w: w - axisWidth - overhang, h: h - 24}
	var times, speeds []float64
	for _, b := range v.SpeedBefore {
		if b.BeforeS >= 0 && b.BeforeS <= 60 && !math.IsNaN(b.SpeedKmh) {
			times, speeds = append(times, -b.BeforeS), append(speeds, b.SpeedKmh)
		}
	}
	if len(times) == 0 {
		s.font(body, false, muted)
		s.block(x, y+9, body, s.lines("The vehicle's speed before the collision is not known.", w))
		return
	}
	p.x0, p.x1 = -30, 0
	for _, t := range times {
		p.x0 = min(p.x0, math.Floor(t/5)*5)
	}
	p.y0, p.y1 = extent(speeds, 20)
	s.fill(tint)
	s.Rect(p.x, p.y, p.w, p.h, "F")
	s.grid(p, "km/h", true)
	s.curve(p, times, speeds, pen{"", accent, 0.6, nil})
	if v.SpeedAtImpactKmh != nil && !math.IsNaN(*v.SpeedAtImpactKmh) {
		at := p.at(0, *v.SpeedAtImpactKmh)
		s.fill(force)
		s.Circle(at.x, at.y, 1.1, "F")
		s.font(small, true, force)
		text := kmh(*v.SpeedAtImpactKmh) + " at impact"
		s.rightAt(p.x+p.w, p.y-titleGap, text)
		s.Circle(p.x+p.w-s.GetStringWidth(text)-2.2, p.y-titleGap-0.95, 1.1, "F")
	}
	s.font(small, false, muted)
	s.centredAt(p.x+p.w/2, p.y+p.h+7.6, "seconds before time zero")
}
