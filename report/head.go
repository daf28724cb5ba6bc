package report

import (
	"fmt"

	"milepost/outcome"
)

func (s *sheet) foot(v *view, of int) {
	s.stroke(rule, 0.25)
	s.Line(left, pageHeight-13, left+pageInner, pageHeight-13)
	s.font(small, false, muted)
	s.fit(left, pageHeight-9, pageInner-30, fmt.Sprintf("Collision %s, revision %d. No eCall: nobody was called by this report.", v.ID, v.Revision))
	s.rightAt(left+pageInner, pageHeight-9, fmt.Sprintf("Page %d of %d", s.PageNo(), of))
	s.stroke(ink, 0.2)
}

const whatItIs = "What this is: an account of what the vehicle's own sensors recorded around a collision, and of what follows from that. " +
	"It is not an eCall: nobody was called by it, no emergency service, no insurer. It was made for the driver, who decides who receives it."

func (s *sheet) title(v *view) {
	if v.notice != "" {
		s.box(left, s.y, pageInner, 7, second)
		s.font(body, true, white)
		notice := clipped(v.notice, pageInner-6, s.GetStringWidth)
		s.centredAt(pageWidth/2, s.y+4.7, notice)
		s.y += 9.5
	}
	s.font(20, true, accent)
	s.at(left, s.y+7, "Collision report")
	s.font(large, true, ink)
	s.rightAt(left+pageInner, s.y+3.6, v.local(v.At).Format(dayLayout))
	s.font(body, false, muted)
	s.rightAt(left+pageInner, s.y+8.2, v.clockLine())
	s.y += 12.5
	s.font(body, false, ink)
	lines := s.lines(whatItIs, pageInner-7)
	height := float64(len(lines))*leading(body) + 4
	s.box(left, s.y, pageInner, height, tint)
	s.fill(accent)
	s.Rect(left, s.y, 1.1, height, "F")
	s.block(left+4, s.y+2, body, lines)
	s.y += height + 4
}

// clockLine is the time of day here and in UTC.
func (v *view) clockLine() string {
	utc := v.At.Std().Format(clockLayout) + " UTC"
	if v.zone == nil {
		return utc + " (local time not known)"
	}
	local := v.local(v.At)
	return fmt.Sprintf("%s local (%s, UTC%s)   %s", local.Format(clockLayout), v.zone, local.Format("-07:00"), utc)
}

// tile is one large figure.
type tile struct{ name, figure, note string }

func (s *sheet) tiles(v *view) {
	tiles := []tile{
		{"Speed at impact", v.speed(), "the last speed reported before"},
		{"Change of velocity (delta-V)", v.deltaV(), "by the impact itself, not the speed driven"},
		{"Direction of force", clock(v.Clock), word(sides, v.Side)},
		{"Severity", v.severity(), "a band of delta-V, not of injuries"},
	}
	if len(v.SeverityRaisedBy) > 0 {
		tiles[3].note = "a band of delta-V, raised: see below"
	}
	if len(v.Impacts) > 1 {
		tiles[1].note = "by the hardest impact, not the speed driven"
	}
	if v.wheels() {
		tiles[1].note = "by the speed of the wheels alone"
	}
	for i, unknown := range []bool{v.SpeedAtImpactKmh == nil, v.DeltaVKmh == nil, v.Clock == 0, v.Severity == outcome.SeverityUnknown} {
		if unknown {
			tiles[i].note = ""
		}
	}
	widths := []float64{39, 52, 41, 39}
	const height, gap = 23.5, 3.0
	x := left
	for i, t := range tiles {
		s.tile(x, s.y, widths[i], height, t, i == 3)
		x += widths[i] + gap
	}
	s.y += height + 4.5
}

func (s *sheet) tile(x, y, w, h float64, t tile, dark bool) {
	ground, text, quiet := shade, ink, muted
	if dark {
		ground, text, quiet = accent, white, white
	}
	s.box(x, y, w, h, ground)
	s.font(small, true, quiet)
	s.fit(x+3, y+5.2, w-6, t.name)
	size := 17.0
	for s.font(size, true, text); size > body && s.GetStringWidth(t.figure) > w-6; s.font(size, true, text) {
		size--
	}
	s.fit(x+3, y+13, w-6, capital(t.figure))
	s.font(small, false, quiet)
	lines := s.lines(t.note, w-6)
	s.block(x+3, y+15.6, small, lines[:min(len(lines), 2)])
}
