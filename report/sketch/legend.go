package sketch

import (
	"fmt"
	"math"
	"slices"

	"milepost/outcome"
)

const (
	legendColumns = 3
	legendRow     = 26.0
)

// entry is a line of the legend: a mark of at most 44 pixels, drawn around 0,0, and words.
type entry struct{ mark, words string }

// legend lists what the picture shows, and nothing else.
func (s *Sketch) legend(parts []part) []entry {
	var all []entry
	add := func(is bool, mark, words string) {
		if is {
			all = append(all, entry{mark, words})
		}
	}
	has := func(what func(p part) bool) bool { return slices.ContainsFunc(parts, what) }
	for _, how := range strokes {
		dash := ""
		if how.dash != "" {
			dash = ` stroke-dasharray="` + how.dash + `"`
		}
		limit := "round"
		if how.source == outcome.PartEstimated {
			limit = "butt"
		}
		add(has(func(p part) bool { return p.Source == how.source }),
			fmt.Sprintf(`<path d="M-19 0H19" stroke="%s" stroke-width="%g" stroke-linecap="%s"%s/>`, how.colour, thick, limit, dash), how.name)
	}
	add(has(func(p part) bool { return p.Source == outcome.PartHidden }), fmt.Sprintf(
		`<g fill="%[1]s" stroke="%[2]s" stroke-width="2.2"><circle cx="-13" r="5.5"/><circle cx="13" r="5.5"/></g><g fill="%[2]s"><circle cx="-13" r="1.7"/><circle cx="13" r="1.7"/></g>`, paper, muted),
		"not shared, left blank: its ends")
	for _, how := range strokes { // within the mark lies a line that the picture has
		if has(func(p part) bool { return p.Overspeed && p.Source == how.source }) {
			add(true, speedingMark(how), "above the speed limit")
			break
		}
	}
	add(has(byMotor), fmt.Sprintf(`<g stroke-linecap="round"><path d="M-19 0H19" stroke="%s" stroke-width="%g"/><path d="M-19 0H19" stroke="%s" stroke-width="%g"/></g>`,
		matched, thick, paper, core), "driven without fuel")
	for _, how := range signs {
		add(slices.ContainsFunc(s.Events, func(e outcome.Event) bool { return e.Kind == how.kind && e.Lat != nil && e.Lon != nil }), how.form, how.name)
	}
	add(len(s.Roads) > 0, fmt.Sprintf(`<path d="M-19 4H19" stroke="%s" stroke-width="%g"/><path d="M-19 -4H19" stroke="%s" stroke-width="%g"/>`,
		streaks[5].colour, streaks[5].thick, streaks[1].colour, streaks[1].thick), "roads of the map, by class")
	return all
}

// speedingMark is a line above the limit, as the picture draws it.
func speedingMark(how stroke) string {
	dash := ""
	if how.dash != "" {
		dash = ` stroke-dasharray="` + how.dash + `"`
	}
	return fmt.Sprintf(
		`<g stroke-linecap="round"><path d="M-17 0H17" stroke="%s" stroke-width="%g"/><path d="M-17 0H17" stroke="%s" stroke-width="%g"/><path d="M-17 0H17" stroke="%s" stroke-width="%g"%s/></g>`,
		over, thick+7, paper, thick+1.6, how.colour, thick, dash)
}

// legend writes the entries in columns.
func (c *canvas) legend(entries []entry, at point) {
	const column = (width - 2*border) / legendColumns
	for i, e := range entries {
		x, y := at.x+float64(i%legendColumns)*column, at.y+float64(i/legendColumns)*legendRow
		c.put(`<g transform="translate(%.1f %.1f)" fill="none">%s</g>`, x+22, y, e.mark)
		c.text(point{x + 54, y + 4.5}, 13, "", e.words)
	}
}

// below writes the scale and whose map it is, under the map.
func (c *canvas) below(f *frame, attribution string) {
	metres := round(f.wide * 0.18 / f.scale)
	x, y, long := border+1, heading+f.high+17, metres*f.scale
	c.put(`<path d="M%.1f %.1fv5H%.1fv-5" fill="none" stroke="%s" stroke-width="1.5"/>`, x, y-5, x+long, ink)
	words := fmt.Sprintf("%.0f m", metres)
	if metres >= 1000 {
		words = fmt.Sprintf("%g km", metres/1000)
	}
	c.text(point{x + long + 8, y}, 12, "", words)
	if attribution != "" {
		c.put(`<text x="%.1f" y="%.1f" font-size="12" fill="%s" text-anchor="end">%s</text>`, border+f.wide, y, muted, safe(attribution))
	}
}

// round gives the largest of 1, 2 and 5 times a power of ten that is no more than v.
func round(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, times := range []float64{5, 2} {
		if times*power <= v {
			return times * power
		}
	}
	return power
}

// compass is where the arrow to the north begins.
func compass(f *frame) point { return point{border + f.wide - 26, heading + 20} }

func (c *canvas) north(at point) {
	c.put(`<g transform="translate(%.1f %.1f)"><circle cy="12" r="19" fill="%s" fill-opacity="0.88"/><path d="M0 -3L5.5 12L0 8.5L-5.5 12Z" fill="%s"/>`, at.x, at.y, paper, ink)
	c.put(`<text y="26" font-size="11.5" font-weight="600" text-anchor="middle">N</text></g>`)
}
