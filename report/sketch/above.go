package sketch

import (
	"math"
	"slices"
	"strings"

	"milepost/outcome"
)

// stroke is how a part of a route is drawn: by colour and by dash, so that each is told
// from the others without colours too.
type stroke struct {
	source outcome.PartSource
	name   string
	colour string
	dash   string // empty for a whole line
}

var strokes = []stroke{
	{outcome.PartMatched, "on the road that it was matched to", matched, ""},
	{outcome.PartRaw, "fixes as they came, on no road", raw, "0.1 8"},
	{outcome.PartEstimated, "not shared: estimated by the map alone", guessed, "11 8"},
}

// thick is the width of the route's line.
const thick = 5.4

// route draws the trip's parts: first what marks them, then the lines themselves.
func (s *Sketch) route(c *canvas, f *frame, parts []part) {
	var white, red strings.Builder
	for i := range parts {
		if p := &parts[i]; p.Source != outcome.PartHidden {
			path := way(f.placed(p.line, 0.4))
			white.WriteString(path)
		}
	}
	for _, line := range speeding(f, parts) {
		red.WriteString(way(line))
	}
	c.put(`<g fill="none" stroke-linejoin="round" stroke-linecap="round">`)
	c.put(`<path d="%s" stroke="%s" stroke-width="%g" stroke-opacity="0.9"/>`, white.String(), paper, thick+5)
	if red.Len() > 0 {
		c.put(`<path d="%s" stroke="%s" stroke-width="%g"/>`, red.String(), over, thick+7)
		c.put(`<path d="%s" stroke="%s" stroke-width="%g"/>`, red.String(), paper, thick+1.6)
	}
	for _, how := range strokes {
		var path strings.Builder
		for i := range parts {
			if parts[i].Source == how.source {
				path.WriteString(way(f.placed(parts[i].line, 0.4)))
			}
		}
		if path.Len() > 0 {
			c.line(path.String(), how)
		}
	}
	s.electric(c, f, parts)
	c.put(`</g>`)
	c.arrows(f, parts)
	for _, p := range ends(f, parts) {
		c.dot(p)
	}
}

// byMotor reports whether a part was driven without burning fuel.
func byMotor(p part) bool { return p.IsEV != nil && *p.IsEV }

// electric marks the ways that were driven without fuel by a core in the line.
func (s *Sketch) electric(c *canvas, f *frame, parts []part) {
	var path strings.Builder
	for i := range parts {
		if byMotor(parts[i]) {
			path.WriteString(way(f.placed(parts[i].line, 0.4)))
		}
	}
	if path.Len() > 0 {
		c.put(`<path d="%s" stroke="%s" stroke-width="%g"/>`, path.String(), paper, core)
	}
}

// core is the width of what marks ways without fuel.
const core = 1.6

// dotSize is how wide an end of a blank stretch is drawn, pixels.
const dotSize = 13.2

// ends gives the ends of the stretches that were left blank; one stands for all that it
// would cover.
func ends(f *frame, parts []part) (all []point) {
	for i := range parts {
		if parts[i].Source != outcome.PartHidden {
			continue
		}
		for _, p := range f.placed(parts[i].line, 0) {
			if !slices.ContainsFunc(all, func(q point) bool { return p.to(q) < dotSize }) {
				all = append(all, p)
			}
		}
	}
	return all
}

// speeding gives the lines driven above the limit. Those whose gap is too short to be seen
// are one.
func speeding(f *frame, parts []part) (lines [][]point) {
	const least = 12 // pixels of the route between two of them
	gap := math.Inf(1)
	var between []point
	for i := range parts {
		p := &parts[i]
		line := f.placed(p.line, 0.4)
		if i > 0 && parts[i-1].To != p.From {
			gap = math.Inf(1) // nothing is known in between
		}
		switch {
		case p.Source == outcome.PartHidden || p.Source == outcome.PartEstimated:
			gap = math.Inf(1)
		case !p.Overspeed:
			gap += length(line)
			between = append(between, line...)
		case gap < least && len(lines) > 0:
			last := len(lines) - 1
			lines[last] = append(append(lines[last], between...), line...)
			gap, between = 0, nil
		default:
			lines = append(lines, line)
			gap, between = 0, nil
		}
	}
	return lines
}

// length of a line, pixels.
func length(line []point) (sum float64) {
	for i := 1; i < len(line); i++ {
		sum += line[i-1].to(line[i])
	}
	return sum
}

func (c *canvas) line(path string, how stroke) {
	dash := ""
	if how.dash != "" {
		dash = ` stroke-dasharray="` + how.dash + `"`
		if how.source == outcome.PartEstimated {
			dash += ` stroke-linecap="butt"`
		}
	}
	c.put(`<path d="%s" stroke="%s" stroke-width="%g"%s/>`, path, how.colour, thick, dash)
}

// dot is an end of a stretch that was left blank.
func (c *canvas) dot(at point) {
	c.put(`<circle cx="%.1f" cy="%.1f" r="5.5" fill="%s" stroke="%s" stroke-width="2.2"/>`, at.x, at.y, paper, muted)
	c.put(`<circle cx="%.1f" cy="%.1f" r="1.7" fill="%s"/>`, at.x, at.y, muted)
}

// arrowEvery is how far apart the marks of direction stand, pixels.
const arrowEvery = 90.0

// arrows marks the direction of travel upon lines that were driven.
func (c *canvas) arrows(f *frame, parts []part) {
	c.put(`<g fill="none" stroke="%s" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round">`, paper)
	gone := arrowEvery / 2
	for i := range parts {
		if parts[i].Source != outcome.PartMatched {
			continue
		}
		line := f.placed(parts[i].line, 0.4)
		for j := 1; j < len(line); j++ {
			a, b := line[j-1], line[j]
			length := a.to(b)
			if gone += length; gone >= arrowEvery && length > 6 {
				gone = 0
				middle := point{(a.x + b.x) / 2, (a.y + b.y) / 2}
				angle := math.Atan2(b.y-a.y, b.x-a.x) * 180 / math.Pi
				c.put(`<path d="M-1.9 -2.6L1.3 0L-1.9 2.6" transform="translate(%.1f %.1f) rotate(%.1f)"/>`, middle.x, middle.y, angle)
			}
		}
	}
	c.put(`</g>`)
}
