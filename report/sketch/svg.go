package sketch

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The colours of a picture; all that is drawn stands out from white paper, in grey too.
const (
	paper   = "#ffffff"
	ground  = "#f7f7f4"
	ink     = "#1c2733"
	muted   = "#5b6673"
	rule    = "#cfd5db"
	matched = "#1757b8"
	raw     = "#7a2fa8"
	guessed = "#a85a00"
	over    = "#e0262d"
	begin   = "#16803c"
)

// canvas is a picture under construction.
type canvas struct{ out bytes.Buffer }

// put appends markup; texts among the values must have been escaped.
func (c *canvas) put(format string, values ...any) { fmt.Fprintf(&c.out, format+"\n", values...) }

// safe makes text fit for the inside of an element or attribute.
func safe(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a builder takes everything
	return out.String()
}

// text puts words; style is more of its attributes.
func (c *canvas) text(at point, size float64, style, words string) {
	c.put(`<text x="%.1f" y="%.1f" font-size="%g" %s>%s</text>`, at.x, at.y, size, style, safe(words))
}

// halo is text that stays readable on whatever lies beneath.
const halo = `paint-order="stroke" stroke="` + paper + `" stroke-width="3.5" stroke-linejoin="round"`

// way is a line's path; empty where there is nothing to see.
func way(line []point) string {
	if len(line) < 2 {
		return ""
	}
	var out strings.Builder
	for i, p := range line {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(&out, "%s%.1f %.1f", letter, p.x, p.y)
	}
	return out.String()
}

// SVG writes the picture.
func (s *Sketch) SVG(w io.Writer) error {
	parts, err := s.parts()
	if err != nil {
		return err
	}
	f := newFrame(parts)
	c := &canvas{}
	entries := s.legend(parts)
	rows := (len(entries) + legendColumns - 1) / legendColumns
	high := heading + f.high + 44 + float64(rows)*legendRow + border/2
	c.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" font-family="Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif" fill="%s">`,
		width, high, width, high, ink)
	c.put(`<title>%s</title>`, safe(s.title()))
	c.put(`<rect width="100%%" height="100%%" fill="%s"/>`, paper)
	c.text(point{border, 36}, 22, `font-weight="600"`, s.title())
	c.text(point{border, 60}, 14, `fill="`+muted+`"`, s.subtitle())
	c.put(`<clipPath id="map"><rect x="%g" y="%g" width="%g" height="%g" rx="6"/></clipPath>`, border, heading, f.wide, f.high)
	c.put(`<g clip-path="url(#map)">`)
	c.put(`<rect x="%g" y="%g" width="%g" height="%g" fill="%s"/>`, border, heading, f.wide, f.high, ground)
	names := s.roads(c, &f)
	s.route(c, &f, parts)
	taken := s.marks(c, &f, parts)
	c.names(&f, names, parts, taken)
	c.put(`</g>`)
	c.put(`<rect x="%g" y="%g" width="%g" height="%g" rx="6" fill="none" stroke="%s"/>`, border, heading, f.wide, f.high, rule)
	c.north(compass(&f))
	c.below(&f, s.Attribution)
	c.legend(entries, point{border, heading + f.high + 44})
	c.put(`</svg>`)
	if _, err := w.Write(c.out.Bytes()); err != nil {
		return fmt.Errorf("write the picture of trip %s: %w", s.Trip.ID, err)
	}
	return nil
}
