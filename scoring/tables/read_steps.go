package tables

import "strconv"

// axis is what steps lead from and to, and what their values may be.
type axis struct {
	where       string
	x, y        string // names of both in the file
	top         float64
	falls       bool // y falls with x; else it rises
	least, most float64
}

// steps reads a group that holds a curve or tiers and nothing else.
func (r *reader) steps(v *value, a axis) Steps {
	g, ok := r.open(v, a.where)
	if !ok {
		return Steps{}
	}
	s := g.stepsIn(a)
	g.close()
	return s
}

// stepsIn reads a curve or tiers from among other settings of a group.
func (g *group) stepsIn(a axis) Steps {
	s := Steps{Tiers: g.has("tiers"), Top: a.top}
	switch {
	case s.Tiers && g.has("curve"):
		g.find("curve")
		g.find("tiers")
		g.refuse(g.line, "%s: want a curve or tiers, not both", a.where)
	case s.Tiers:
		s.Points = g.tiers(a)
	case g.has("curve"):
		s.Points = g.curve(a)
	default:
		g.taken = append(g.taken, "curve", "tiers")
		g.refuse(g.line, "%s: want a curve or tiers", a.where)
	}
	return s
}

// curve reads points with growing x.
func (g *group) curve(a axis) (points []Point) {
	for _, v := range g.items("curve") {
		in, ok := g.open(v, a.where+": curve")
		if !ok {
			return nil
		}
		p := Point{in.number(a.x, 0, a.top), in.number(a.y, a.least, a.most)}
		in.close()
		if n := len(points); n > 0 {
			before := points[n-1]
			switch {
			case p.X == before.X:
				in.refuse(in.line, "%s: two points at %s %s", in.where, a.x, number(p.X))
			case p.X < before.X:
				in.refuse(in.line, "%s: %s %s stands after %s: want them growing", in.where, a.x, number(p.X), number(before.X))
			}
			in.monotone(a, before, p)
		}
		points = append(points, p)
	}
	return points
}

// tiers reads ranges that cover 0 to the top without a gap or overlap.
func (g *group) tiers(a axis) (points []Point) {
	end, line := 0.0, g.line
	for _, v := range g.items("tiers") {
		in, ok := g.open(v, a.where+": tiers")
		if !ok {
			return nil
		}
		from, to := in.number("from", 0, a.top), in.number("to", 0, a.top)
		p := Point{from, in.number(a.y, a.least, a.most)}
		in.close()
		switch {
		case from > end:
			in.refuse(in.line, "%s: a gap: nothing is said of %s to %s", in.where, number(end), number(from))
		case from < end:
			in.refuse(in.line, "%s: an overlap: %s to %s is in two tiers", in.where, number(from), number(min(end, to)))
		}
		if to <= from {
			in.refuse(in.line, "%s: the tier from %s to %s is empty", in.where, number(from), number(to))
		}
		if n := len(points); n > 0 {
			in.monotone(a, points[n-1], p)
		}
		points, end, line = append(points, p), to, in.line
	}
	if len(points) > 0 && end < a.top {
		g.refuse(line, "%s: tiers: a gap: nothing is said of %s to %s", a.where, number(end), number(a.top))
	}
	return points
}

func (g *group) monotone(a axis, before, p Point) {
	switch {
	case a.falls && p.Y > before.Y:
		g.refuse(g.line, "%s: the %s grows from %s to %s: a better %s must not cost more", g.where, a.y, number(before.Y), number(p.Y), a.x)
	case !a.falls && p.Y < before.Y:
		g.refuse(g.line, "%s: the %s falls from %s to %s: a higher %s must not earn less", g.where, a.y, number(before.Y), number(p.Y), a.x)
	}
}

// number writes a number for a reader, without the last bits' dust.
func number(f float64) string { return strconv.FormatFloat(f, 'g', 10, 64) }
