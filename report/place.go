package report

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/twpayne/go-polyline"
)

// ground is a place in metres from the collision: east, and south as paper has it.
type ground struct{ east, south float64 }

// flat projects places near one position onto a plane; good to a part in a thousand
// within some kilometres, and at no pole.
type flat struct{ lat, lon float64 }

const metresPerDegree = 6_371_008.8 * math.Pi / 180 // mean radius, IUGG

func (f flat) ground(lat, lon float64) ground {
	east := math.Remainder(lon-f.lon, 360) * metresPerDegree * math.Cos(f.lat*math.Pi/180)
	return ground{east, (f.lat - lat) * metresPerDegree}
}

// onEarth says that a position is one.
func onEarth(lat, lon float64) bool {
	return math.Abs(lat) <= 89 && math.Abs(lon) <= 180
}

// farOff is how many metres from the collision a position is still drawn.
const farOff = 2000

// surroundings is what a map of the place shows.
type surroundings struct {
	before []ground // earlier positions, the newest first
	radius float64  // m that the map must show
}

func (v *view) surroundings() surroundings {
	f := flat{v.Position.Lat, v.Position.Lon}
	s := surroundings{radius: 45}
	for _, p := range v.RecentPositions {
		if g := f.ground(p.Lat, p.Lon); onEarth(p.Lat, p.Lon) && g.distance() < farOff {
			s.before = append(s.before, g)
			s.radius = max(s.radius, g.distance()*1.15)
		}
	}
	if a := v.Position.AccuracyM; a != nil && *a > 0 && *a < farOff {
		s.radius = max(s.radius, *a*1.2)
	}
	return s
}

func (g ground) distance() float64 { return math.Hypot(g.east, g.south) }

// near gives the runs of the route within a frame around the place. They end at the
// frame: a document must not hold what it does not show. Between two parts nothing is
// known, and nothing is drawn.
func (v *view) near(east, south float64) (runs []orb.LineString) {
	if v.route == nil {
		return nil
	}
	coords, _, err := polyline.DecodeCoords([]byte(v.route.Polyline))
	if err != nil {
		return nil
	}
	f := flat{v.Position.Lat, v.Position.Lon}
	frame := orb.Bound{Min: orb.Point{-east, -south}, Max: orb.Point{east, south}}
	for _, part := range v.route.Parts {
		var run orb.LineString
		for i := max(part.From, 0); i <= min(part.To, len(coords)-1); i++ {
			if !onEarth(coords[i][0], coords[i][1]) {
				return nil
			}
			g := f.ground(coords[i][0], coords[i][1])
			run = append(run, orb.Point{g.east, g.south})
		}
		runs = append(runs, clip.LineString(frame, run)...)
	}
	return runs
}

// place draws the map of the place in a frame of the width, or says why there is none.
func (s *sheet) place(v *view, x, y, w, h float64) {
	s.headingAt(x, y, w, "The place")
	s.font(body, false, muted)
	if v.Position == nil {
		s.block(x, y+9, body, s.lines("No place stands in this record: the location was not shared, or not known.", w))
		return
	}
	if !onEarth(v.Position.Lat, v.Position.Lon) {
		s.block(x, y+9, body, s.lines("The position that was recorded cannot be drawn: "+coordinates(v.Position), w))
		return
	}
	s.placeMap(v, plot{x: x, y: y + 9, w: w, h: h - 26})
	s.font(small, false, muted)
	text := coordinates(v.Position)
	if a := v.Position.AccuracyM; a != nil && *a >= 0 {
		text += plausible(", within %.0f m", *a)
	}
	text += plausible(", %.1f s before time zero", max(0, -v.seconds(v.Position.At)))
	s.fit(x, y+h-6.8, w, text)
	s.fit(x, y+h-2.9, w, v.placeNote())
}

func (v *view) placeNote() string {
	if !v.PositionTrusted {
		return "This position is old or inexact and is not to be trusted."
	}
	if v.DirectionDeg != nil && len(v.roads) > 0 {
		return plausible("Arrow: direction of travel, %.0f°. ", *v.DirectionDeg) + v.roadNote()
	}
	if v.DirectionDeg != nil {
		return plausible("Arrow: direction of travel, %.0f° from north. ", *v.DirectionDeg) + v.roadNote()
	}
	return v.roadNote()
}

// roadNote says what lies beneath.
func (v *view) roadNote() string {
	switch {
	case len(v.roads) == 0:
		return "Drawn without roads."
	case v.credit == "":
		return "Roads as a map has them."
	}
	return "Roads: " + v.credit
}

// beneath gives the roads within a frame around the place. They end at the frame.
func (v *view) beneath(east, south float64) (runs []orb.LineString) {
	f := flat{v.Position.Lat, v.Position.Lon}
	frame := orb.Bound{Min: orb.Point{-east, -south}, Max: orb.Point{east, south}}
	for i := range v.roads {
		var run orb.LineString
		for _, p := range v.roads[i].Line {
			g := f.ground(p[1], p[0])
			run = append(run, orb.Point{g.east, g.south})
		}
		runs = append(runs, clip.LineString(frame, run)...)
	}
	return runs
}

func (s *sheet) placeMap(v *view, p plot) {
	near := v.surroundings()
	scale := min(p.w, p.h) / 2 / near.radius // mm per m
	on := func(g ground) point { return point{p.x + p.w/2 + g.east*scale, p.y + p.h/2 + g.south*scale} }
	s.fill(tint)
	s.Rect(p.x, p.y, p.w, p.h, "F")
	s.ClipRect(p.x, p.y, p.w, p.h, false)
	s.stroke(white, 2.6)
	for _, run := range v.beneath(p.w/2/scale, p.h/2/scale) {
		s.path(placed(run, func(at orb.Point) point { return on(ground{at[0], at[1]}) }))
	}
	s.stroke(road, 1.4)
	route := v.near(p.w/2/scale, p.h/2/scale)
	for _, run := range route {
		s.path(placed(run, func(at orb.Point) point { return on(ground{at[0], at[1]}) }))
	}
	here := on(ground{})
	if a := v.Position.AccuracyM; a != nil && *a > 0 && *a < farOff {
		s.stroke(accent, 0.2, 0.8, 0.8)
		s.Circle(here.x, here.y, *a*scale, "D")
	}
	s.earlier(near.before, on)
	if d := v.DirectionDeg; d != nil && *d >= 0 && *d <= 360 {
		s.arrow(around(here, 3, *d), around(here, 14, *d), accent, 0.9)
	}
	s.stroke(white, 0.5)
	s.fill(force)
	s.Circle(here.x, here.y, 2, "FD")
	s.ClipEnd()
	s.north(point{p.x + p.w - 6, p.y + 10})
	s.stroke(rule, 0.25)
	s.Rect(p.x, p.y, p.w, p.h, "D")
	s.scaleBar(p, scale)
	s.mapKey(p, len(near.before) > 0, len(route) > 0)
}

func placed[T any](run []T, on func(T) point) []point {
	points := make([]point, len(run))
	for i, g := range run {
		points[i] = on(g)
	}
	return points
}

// earlier draws the positions before, joined by a thin line to the last.
func (s *sheet) earlier(before []ground, on func(ground) point) {
	s.stroke(accent, 0.25, 0.6, 0.8)
	s.path(placed(append([]ground{{}}, before...), on))
	s.stroke(accent, 0.4)
	s.fill(white)
	for _, g := range before {
		at := on(g)
		s.Circle(at.x, at.y, 1.2, "FD")
	}
}

func (s *sheet) north(tip point) {
	s.arrow(point{tip.x, tip.y}, point{tip.x, tip.y - 7}, ink, 0.5)
	s.font(small, true, ink)
	s.centredAt(tip.x, tip.y+3, "N")
}

// scaleBar stands below the map, at its left.
func (s *sheet) scaleBar(p plot, scale float64) {
	metres := step(p.w*0.14/scale, 1)
	x, y := p.x+0.3, p.y+p.h+4.8
	s.stroke(ink, 0.5)
	s.Line(x, y, x+metres*scale, y)
	s.Line(x, y-1.4, x, y)
	s.Line(x+metres*scale, y-1.4, x+metres*scale, y)
	s.font(small, false, ink)
	s.at(x+metres*scale+1.5, y, fmt.Sprintf("%.0f m", metres))
}

// mapKey names what is drawn, below the map from its right end backwards.
func (s *sheet) mapKey(p plot, before, route bool) {
	right, y := p.x+p.w, p.y+p.h+4.8
	mark := func(is bool, text string, draw func(x, y float64)) {
		if !is {
			return
		}
		s.font(small, false, ink)
		right -= s.GetStringWidth(text)
		s.at(right, y, text)
		draw(right-2.6, y-0.95)
		right -= 8.5
	}
	mark(route, "route", func(x, y float64) { s.stroke(road, 1.4); s.Line(x-2, y, x+0.8, y) })
	mark(before, "before", func(x, y float64) { s.stroke(accent, 0.4); s.fill(white); s.Circle(x, y, 1.2, "FD") })
	mark(true, "last position", func(x, y float64) { s.fill(force); s.Circle(x, y, 1.5, "F") })
}
