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
	length float64 // of the straight lines that have the name, pixels
}

// roads draws what lies beneath, the least first, and gives where names may stand.
func (s *Sketch) roads(c *canvas, f *frame) []label {
	var solid, dashed [6]strings.Builder
	best, total := map[string]label{}, map[string]float64{}
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
		if l := straight(line, f); l.length > 0 {
			total[r.Name] += l.length
			if l.name, l.rank = r.Name, k; l.length > best[r.Name].length {
				best[r.Name] = l
			}
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
		if l.length = total[name]; name != "" && l.length > 1.4*textWidth(name, nameSize) {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b label) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.length, a.length), cmp.Compare(a.name, b.name))
	})
	return all
}

// straight finds the longest straight run of a line whose middle is on the map.
func straight(line []point, f *frame) (best label) {
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
		if length > best.length && f.holds([]point{middle}) {
			angle := math.Atan2(b.y-a.y, b.x-a.x) * 180 / math.Pi
			if angle > 90 {
				angle -= 180
			} else if angle < -90 {
				angle += 180
			}
			best = label{at: middle, angle: angle, length: length}
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

// clear reports whether a label lies on the map as a whole, and not upon the route.
func (l *label) clear(f *frame, parts []part) bool {
	b := l.around()
	if b.west < border || b.east > border+f.wide || b.north < heading || b.south > heading+f.high {
		return false
	}
	const pieces = 8
	half := textWidth(l.name, nameSize) / 2
	sin, cos := math.Sincos(l.angle * math.Pi / 180)
	for k := range pieces + 1 {
		away := half * (2*float64(k)/pieces - 1)
		x, y := l.at.x+away*cos, l.at.y+away*sin
		if covered(f, box{x - 5, y - 5, x + 5, y + 5}, parts, nil) > 0 {
			return false
		}
	}
	return true
}

// names writes names of roads where nothing else stands.
func (c *canvas) names(f *frame, all []label, parts []part, taken []box) {
	written := 0
	for i := range all {
		l := &all[i]
		b := l.around()
		if written == mostNames || slices.ContainsFunc(taken, b.meets) || !l.clear(f, parts) {
			continue
		}
		taken = append(taken, b)
		written++
		c.put(`<text x="%.1f" y="%.1f" dy="4" font-size="%g" fill="%s" text-anchor="middle" transform="rotate(%.1f %.1f %.1f)" %s>%s</text>`,
			l.at.x, l.at.y, nameSize, muted, l.angle, l.at.x, l.at.y, halo, safe(l.name))
	}
}
