package sketch

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"
	"github.com/paulmach/orb"

	"milepost/outcome"
)

// sign is what stands for a kind of event, drawn around 0,0.
type sign struct {
	kind outcome.EventKind
	name string
	form string
}

var signs = []sign{
	{outcome.HarshBraking, "harsh braking", `<path d="M0 6.5L-7 -5.5H7Z" fill="#1c2733"/>`},
	{outcome.HarshAcceleration, "harsh acceleration", `<path d="M0 -6.5L7 5.5H-7Z" fill="#1c2733"/>`},
	{outcome.HarshCornering, "harsh cornering", `<path d="M0 -7L7 0L0 7L-7 0Z" fill="#1c2733"/>`},
	{outcome.KindSpeeding, "speeding", `<circle r="8" stroke="none" fill="#ffffff"/><circle r="5.6" fill="#ffffff" stroke="` + over + `" stroke-width="3" paint-order="normal"/>`},
}

func signOf(kind outcome.EventKind) (sign, bool) {
	for _, s := range signs {
		if s.kind == kind {
			return s, true
		}
	}
	return sign{}, false
}

// marks draws events, start and end above the route, and gives what they take.
func (s *Sketch) marks(c *canvas, f *frame, parts []part) (taken []box) {
	for i := range s.Events {
		e := &s.Events[i]
		how, known := signOf(e.Kind)
		if !known || e.Lat == nil || e.Lon == nil {
			continue
		}
		at := f.at(orb.Point{*e.Lon, *e.Lat})
		c.put(`<g transform="translate(%.1f %.1f) scale(%.2f)" stroke="%s" stroke-width="1.6" stroke-linejoin="round" paint-order="stroke"><title>%s</title>%s</g>`,
			at.x, at.y, 0.82+0.14*float64(min(max(e.Level, 1), 3)), paper, safe(s.told(e, how)), how.form)
		taken = append(taken, box{at.x - 9, at.y - 9, at.x + 9, at.y + 9})
	}
	last := parts[len(parts)-1].line
	start, end := f.at(parts[0].line[0]), f.at(last[len(last)-1])
	c.put(`<circle cx="%.1f" cy="%.1f" r="7.5" fill="%s" stroke="%s" stroke-width="2.5"/>`, start.x, start.y, begin, paper)
	c.put(`<rect x="%.1f" y="%.1f" width="14" height="14" rx="2" fill="%s" stroke="%s" stroke-width="2.5"/>`, end.x-7, end.y-7, ink, paper)
	arrow := compass(f)
	taken = append(taken, box{arrow.x - 20, arrow.y - 8, arrow.x + 20, arrow.y + 32})
	first, second := s.clock(s.Trip.StartedAt), s.clock(s.Trip.EndedAt)
	for _, one := range []struct {
		at    point
		words string
	}{{start, "start " + first}, {end, "end " + second}} {
		taken = append(taken, c.flag(f, one.at, one.words, parts, taken), box{one.at.x - 10, one.at.y - 10, one.at.x + 10, one.at.y + 10})
	}
	return taken
}

// flag writes what a mark is beside it, where the least is covered.
func (c *canvas) flag(f *frame, at point, words string, parts []part, taken []box) box {
	const size = 13.0
	half := textWidth(words, size)/2 + 4
	var best box
	least := math.MaxInt
	for _, by := range []point{{0, -20}, {0, 22}, {half + 14, 0}, {-half - 14, 0}, {half, -20}, {-half, -20}, {half, 22}, {-half, 22}, {0, -40}, {0, 42}} {
		x := min(max(at.x+by.x, border+half+4), border+f.wide-half-4)
		y := min(max(at.y+by.y, heading+14), heading+f.high-14)
		b := box{x - half, y - 9, x + half, y + 9}
		if n := covered(f, b, parts, taken); n < least {
			best, least = b, n
		}
	}
	c.put(`<text x="%.1f" y="%.1f" font-size="%g" font-weight="600" text-anchor="middle" %s>%s</text>`,
		best.west+half, best.south-4.5, size, halo, safe(words))
	return best
}

// covered counts what of the route, and what else, lies within a box.
func covered(f *frame, b box, parts []part, taken []box) (n int) {
	for i := range parts {
		line := f.placed(parts[i].line, 3)
		for j := 1; j < len(line); j++ {
			p, q := line[j-1], line[j]
			steps := max(1, int(p.to(q)/4))
			for k := range steps + 1 {
				share := float64(k) / float64(steps)
				x, y := p.x+(q.x-p.x)*share, p.y+(q.y-p.y)*share
				if x > b.west-4 && x < b.east+4 && y > b.north-4 && y < b.south+4 {
					n++
				}
			}
		}
	}
	for _, t := range taken {
		if t.meets(b) {
			n += 30 // more than a line that is crossed: what lies under words cannot be read
		}
	}
	return n
}

// told says of an event what a pointer on it shows.
func (s *Sketch) told(e *outcome.Event, how sign) string {
	text := fmt.Sprintf("%s, level %d, %s, %.0f s", how.name, e.Level, s.clock(e.StartedAt), e.DurationS)
	if e.Kind == outcome.KindSpeeding && e.PeakKmh != nil && e.LimitKmh != nil {
		return text + fmt.Sprintf(", %.0f km/h where %.0f are allowed", *e.PeakKmh, *e.LimitKmh)
	}
	return text
}

// local is a time in the trip's zone, UTC where this machine does not know it.
func (s *Sketch) local(t outcome.Time) time.Time {
	zone, err := time.LoadLocation(s.Trip.Zone)
	if err != nil {
		zone = time.UTC
	}
	return t.Std().In(zone)
}

func (s *Sketch) clock(t outcome.Time) string { return s.local(t).Format("15:04") }

func (s *Sketch) title() string {
	began := s.local(s.Trip.StartedAt)
	zone, _ := began.Zone()
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") {
		zone = "UTC" + zone // a zone without a name is called by its offset
	}
	return "Drive of " + began.Format("2 January 2006, 15:04 ") + zone
}

func (s *Sketch) subtitle() string {
	t := s.Trip
	text := fmt.Sprintf("%.1f km in %.0f min", t.DistanceM/1000, t.DurationS/60)
	if p := t.Scores.Performance; p != nil {
		text += fmt.Sprintf(" · score %.0f", p.Score)
	}
	if t.Speeding != nil && t.Speeding.LimitKnownM > 0 && t.OverspeedM != nil {
		text += fmt.Sprintf(" · over the limit on %.1f %% of the %.1f km where it is known", 100**t.OverspeedM/t.Speeding.LimitKnownM, t.Speeding.LimitKnownM/1000)
	}
	if n := len(s.Events); n > 0 {
		text += " · " + english.Plural(n, "event", "")
	}
	switch {
	case !t.Partial:
	case slices.Contains(t.Receipt.Flags, "location_hidden"):
		text += " · in part not shared"
	default:
		text += " · in part not observed"
	}
	return text
}
