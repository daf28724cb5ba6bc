package sketch

import (
	"fmt"
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
	{outcome.KindSpeeding, "speeding", `<circle r="6" fill="#ffffff" stroke="` + over + `" stroke-width="3"/>`},
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
	first, second := s.clock(s.Trip.StartedAt), s.clock(s.Trip.EndedAt)
	taken = append(taken, c.flag(f, start, "start "+first, end.y < start.y), c.flag(f, end, "end "+second, start.y <= end.y))
	return taken
}

// flag writes what a mark is, below it or above, within the map.
func (c *canvas) flag(f *frame, at point, words string, below bool) box {
	half := textWidth(words, 13)/2 + 3
	y := at.y - 14
	if below {
		y = at.y + 24
	}
	y = min(max(y, heading+18), heading+f.high-8)
	x := min(max(at.x, border+half+4), border+f.wide-half-4)
	c.put(`<text x="%.1f" y="%.1f" font-size="13" font-weight="600" text-anchor="middle" %s>%s</text>`, x, y, halo, safe(words))
	return box{x - half, min(y-14, at.y-10), x + half, max(y+5, at.y+10)}
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
	return "Drive of " + s.local(s.Trip.StartedAt).Format("2 January 2006, 15:04 MST")
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
	if t.Partial {
		text += " · part was not observed or not shared"
	}
	return text
}
