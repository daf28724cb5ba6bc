package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"milepost/outcome"
)

// PDF writes the report as A4 pages with the fonts in them. The same report gives the
// same bytes: the file's dates are the record's own. An error is that of the writer, or
// says that the document could not be made.
func (r *Report) PDF(w io.Writer) error {
	v := r.view()
	pictures := v.pictures()
	pages := build(v, pictures, 0).PageCount()
	if err := build(v, pictures, pages).write(w); err != nil {
		return fmt.Errorf("write the report of collision %s: %w", r.Collision.ID, err)
	}
	return nil
}

// build draws all pages; of says how many there are, once that is known.
func build(v *view, pictures []picture, of int) *sheet {
	s := newSheet(func(s *sheet) { s.foot(v, of) })
	s.SetTitle("Collision report "+oneLine(v.ID), true)
	s.SetSubject("What a vehicle's sensors recorded around a collision", true)
	s.SetCreator("milepost", true)
	s.SetProducer("milepost", true)
	s.SetLang("en-GB")
	s.SetCreationDate(v.ReportedAt.Std())
	s.SetModificationDate(v.ReportedAt.Std())
	s.title(v)
	s.tiles(v)
	s.weakness(v)
	s.sketch(v)
	s.pulse(v)
	s.aroundIt(v)
	s.evidence(v)
	s.statements(v)
	s.driver(v)
	s.pictures(pictures, len(v.photos)-len(pictures))
	s.method(v)
	return s
}

// weakness warns in plain words of what weakens the figures.
func (s *sheet) weakness(v *view) {
	s.font(body, false, ink)
	var lines []string
	for _, w := range v.weakness() {
		lines = append(lines, s.lines(w, pageInner-8)...)
	}
	if len(lines) == 0 {
		return
	}
	lines = lines[:min(len(lines), mostWeakness)]
	height := float64(len(lines))*leading(body) + 3.4
	s.box(left, s.y, pageInner, height, amber)
	s.fill(second)
	s.Rect(left, s.y, 1.1, height, "F")
	s.block(left+4, s.y+1.7, body, lines)
	s.y += height + 3.5
}

// mostWeakness bounds the lines of the warning.
const mostWeakness = 12

// sketch draws the car where the direction is known, with the facts beside it.
func (s *sheet) sketch(v *view) {
	facts := slices.Concat([]Fact{{"Confidence", v.confidence()}}, v.answered(), v.details())
	if !v.directed() {
		s.heading("What happened", 30)
		s.y = s.table(left, s.y, pageInner, 36, facts) + 2
		return
	}
	const width = 66.0
	s.heading("What happened", 2*dial+24)
	s.car(v, point{left + width/2 - 3, s.y + dial + 4.5})
	s.font(small, false, muted)
	caption := s.lines("The arrow shows where the force came from, not where the vehicle was touched."+s.numbers(v), width-4)
	end := s.block(left, s.y+2*dial+14.4, small, caption)
	s.font(body, false, ink)
	s.y = max(end, s.table(left+width, s.y+1, pageInner-width, 34, facts)) + 3
}

// numbers explains the arrows of several impacts.
func (s *sheet) numbers(v *view) string {
	if n := hardest(v.Impacts); n > 0 {
		return fmt.Sprintf(" Thick: the hardest impact, number %d.", n)
	}
	return ""
}

// table writes names and texts in two columns and gives where it ends.
func (s *sheet) table(x, y, w, names float64, facts []Fact) float64 {
	for _, f := range facts {
		s.font(body, false, ink)
		lines := s.lines(f.Text, w-names)
		lines = lines[:min(len(lines), 3)]
		s.font(body, false, muted)
		s.fit(x, y+body*0.3528*0.95, names-2, f.Name)
		s.font(body, false, ink)
		y = max(s.block(x+names, y, body, lines), y+leading(body)) + 1.1
	}
	return y
}

// paragraph writes anybody's text over the whole width, over pages where it must.
func (s *sheet) paragraph(text string) {
	s.font(body, false, ink)
	for _, l := range s.lines(text, pageInner) {
		if s.need(leading(body)) {
			s.font(body, false, ink)
		}
		s.y = s.block(left, s.y, body, []string{l})
	}
	s.y += 2.5
}

// aroundIt draws the half minute before and the place, side by side.
func (s *sheet) aroundIt(v *view) {
	height := 66.0
	if v.Position == nil && len(v.SpeedBefore) == 0 {
		height = 20
	}
	s.need(height)
	s.speedBefore(v, left, s.y, columnWidth, height)
	s.place(v, left+columnWidth+gutter, s.y, columnWidth, height)
	s.y += height + 2
}

// mostEvidence bounds the list that is printed.
const mostEvidence = 16

func (s *sheet) evidence(v *view) {
	s.heading("What speaks for a collision, and what against", 12)
	if len(v.Evidence) == 0 {
		s.paragraph("Nothing beside the impact itself was recorded.")
		return
	}
	for _, e := range v.Evidence[:min(len(v.Evidence), mostEvidence)] {
		s.need(leading(body))
		s.evidenceRow(v, &e)
	}
	if more := len(v.Evidence) - mostEvidence; more > 0 {
		s.paragraph(fmt.Sprintf("%d more in the report's JSON form.", more))
	}
	s.y += 2.5
}

func (s *sheet) evidenceRow(v *view, e *outcome.Evidence) {
	c := accent
	if !e.For {
		c = force
	}
	base := s.y + body*0.3528*0.95
	s.font(body, false, muted)
	s.rightAt(left+16, base, sign(v.seconds(e.At)))
	s.font(body, true, c)
	s.at(left+20, base, side(e))
	s.font(body, false, ink)
	s.fit(left+36, base, pageInner-36, sentence(e))
	s.y += leading(body) + 0.5
}

// sign writes how long after time zero something was.
func sign(seconds float64) string {
	if math.Abs(seconds) >= 1000 {
		return "far off"
	}
	return minus(fmt.Sprintf("%+.2f s", seconds))
}

// statements sets what was measured beside what was inferred.
func (s *sheet) statements(v *view) {
	s.font(body, false, ink)
	measured, inferred := s.itemLines(v.measured()), s.itemLines(v.inferred())
	height := 9 + float64(max(len(measured), len(inferred)))*leading(body)
	s.need(height + 4)
	s.headingAt(left, s.y, columnWidth, "What was measured")
	s.headingAt(left+columnWidth+gutter, s.y, columnWidth, "What is inferred from it")
	s.items(left, measured)
	s.items(left+columnWidth+gutter, inferred)
	s.y += height + 1.5
	s.need(leading(body) + 2)
	s.paragraph("Not known: " + strings.Join(v.unknown(), "\n"))
}

// itemLine is a line of a list; begins says that an item begins with it.
type itemLine struct {
	text   string
	begins bool
}

// itemIndent is how far a list's text stands from its marks, in mm.
const itemIndent = 3.2

func (s *sheet) itemLines(all []Statement) (out []itemLine) {
	for _, st := range all {
		for i, l := range s.lines(st.Text, columnWidth-itemIndent) {
			out = append(out, itemLine{l, i == 0})
		}
	}
	return out
}

// items writes a list below a heading.
func (s *sheet) items(x float64, lines []itemLine) {
	s.font(body, false, ink)
	y := s.y + 9
	for _, l := range lines {
		if l.begins {
			s.at(x, y+body*0.3528*0.95, "•")
		}
		y = s.block(x+itemIndent, y, body, []string{l.text})
	}
}
