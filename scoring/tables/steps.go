package tables

// Steps turn a value into what it is worth: a curve of straight lines between points,
// level beyond its ends, or tiers, each level from its point up to the next.
type Steps struct {
	Tiers  bool
	Points []Point // by X; at least one
	Top    float64 // values above count as Top
}

// Point is one corner of a curve, or the lower end of a tier.
type Point struct{ X, Y float64 }

// At gives the worth of a value. It is as monotone as the points are.
func (s *Steps) At(x float64) float64 {
	x = min(x, s.Top)
	last := len(s.Points) - 1
	for i := last; i >= 0; i-- {
		p := s.Points[i]
		if x < p.X {
			continue
		}
		if s.Tiers || i == last {
			return p.Y
		}
		return between(x, p, s.Points[i+1])
	}
	return s.Points[0].Y
}

// between is the straight line's value at x, never beyond its ends by rounding.
func between(x float64, a, b Point) float64 {
	y := a.Y + float64((x-a.X)*(b.Y-a.Y))/(b.X-a.X)
	return min(max(y, min(a.Y, b.Y)), max(a.Y, b.Y))
}
