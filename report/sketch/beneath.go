package sketch

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// streak is how roads of a rank are drawn: thin and grey, the larger the darker.
var streaks = []struct {
	colour string
	thick  float64
}{{"#e6e7e5", 1.1}, {"#dcdfe0", 1.7}, {"#cfd4d8", 2.4}, {"#c3c9cf", 3}, {"#b4bcc4", 3.6}, {"#a3adb8", 4.4}}

// label is a road's name where it may stand.
type label struct {
	name   string
	rank   int
	at     point
	angle  float64 // degrees
	length float64 // of the straight line beneath, pixels
}

// roads draws what lies beneath, the least first, and gives where names may stand.
func (s *Sketch) roads(c *canvas, f *frame) []label {
	var solid, dashed [6]strings.Builder
	best := map[string]label{}
	for i := range s.Roads {
		r := &s.Roads[i]
		line := f.placed(r.Line, 0.7)
		if !f.holds(line) {
			continue
		}
		k := rank(r.Class)
		if r.Tunnel {
			dashed[k].WriteString(way(line))
		} else {
			solid[k].WriteString(way(line))
		}
		if l := named(r.Name, k, line, f); l.length > best[r.Name].length {
			best[r.Name] = l
		}
	}
	c.put(`<g fill="none" stroke-linejoin="round" stroke-linecap="round">`)
	for k, how := range streaks {
		if path := solid[k].String(); path != "" {
			c.put(`<path d="%s" stroke="%s" stroke-width="%g"/>`, path, how.colour, how.thick)
		}
		if path := dashed[k].String(); path != "" {
			c.put(`<path d="%s" stroke="%s" stroke-width="%g" stroke-dasharray="5 4" stroke-linecap="butt"/>`, path, how.colour, how.thick)
		}
	}
	c.put(`</g>`)
	var all []label
	for name, l := range best {
		if name != "" {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b label) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.length, a.length), cmp.Compare(a.name, b.name))
	})
	return all
}

// named finds the longest straight run of a line within the map; its length is 0 where
// the name does not fit.
func named(name string, k int, line []point, f *frame) (best label) {
	const bend = 12 * math.Pi / 180
	for from := 0; from+1 < len(line); {
		to := from + 1
		first := math.Atan2(line[to].y-line[from].y, line[to].x-line[from].x)
		for to+1 < len(line) && math.Abs(math.Remainder(math.Atan2(line[to+1].y-line[to].y, line[to+1].x-line[to].x)-first, 2*math.Pi)) < bend {
			to++
		}
		a, b := line[from], line[to]
		middle := point{(a.x + b.x) / 2, (a.y + b.y) / 2}
		length := a.to(b)
		if length > best.length && length > 0.6*textWidth(name, nameSize) && f.holds([]point{middle}) {
			angle := math.Atan2(b.y-a.y, b.x-a.x) * 180 / math.Pi
			if angle > 90 {
				angle -= 180
			} else if angle < -90 {
				angle += 180
			}
			best = label{name: name, rank: k, at: middle, angle: angle, length: length}
		}
		from = to
	}
	return best
}

const (
	nameSize  = 11.0
	mostNames = 16
)

// textWidth is about how wide words come out.
func textWidth(words string, size float64) float64 { return float64(len([]rune(words))) * size * 0.54 }

// box is a part of the picture that is taken.
type box struct{ west, north, east, south float64 }

func (b box) meets(o box) bool {
	return b.west < o.east && o.west < b.east && b.north < o.south && o.north < b.south
}

// around is the box of a label.
func (l *label) around() box {
	w, h := textWidth(l.name, nameSize)/2+4, nameSize
	sin, cos := math.Sincos(math.Abs(l.angle) * math.Pi / 180)
	wide, high := w*cos+h*sin, w*sin+h*cos
	return box{l.at.x - wide, l.at.y - high, l.at.x + wide, l.at.y + high}
}

// names writes names of roads where nothing else stands.
func (c *canvas) names(all []label, taken []box) {
	written := 0
	for i := range all {
		l := &all[i]
		b := l.around()
		if written == mostNames || slices.ContainsFunc(taken, b.meets) {
			continue
		}
		taken = append(taken, b)
		written++
		c.put(`<text x="%.1f" y="%.1f" dy="4" font-size="%g" fill="%s" text-anchor="middle" transform="rotate(%.1f %.1f %.1f)" %s>%s</text>`,
			l.at.x, l.at.y, nameSize, muted, l.angle, l.at.x, l.at.y, halo, safe(l.name))
	}
}
