package report

import (
	"fmt"

	"milepost/outcome"
)

// mostNoteLines bounds what is printed of one note.
const mostNoteLines = 90

// driver writes what the driver said.
func (s *sheet) driver(v *view) {
	if v.answer == nil && len(v.notes) == 0 {
		s.heading("What the driver added", 10)
		s.paragraph("Neither an answer nor a note" + map[bool]string{true: " nor a photo"}[len(v.photos) == 0] + ".")
		return
	}
	s.heading("What the driver added", 14)
	if v.answer != nil {
		s.said(v, v.answer, word(answers, v.answer.Answer), true)
	}
	for i := range v.notes {
		s.said(v, &v.notes[i], v.notes[i].Text, false)
	}
}

// said writes one thing that the driver said, with its time above it and a rule beside.
func (s *sheet) said(v *view, a *outcome.Addition, text string, bold bool) {
	s.need(3 * leading(body))
	s.font(small, false, muted)
	s.at(left+3.5, s.y+2.6, v.stamp(a.At))
	s.mark(leading(small) + 0.4)
	s.font(body, bold, ink)
	lines := s.lines(text, pageInner-3.5)
	if len(lines) > mostNoteLines {
		lines = append(lines[:mostNoteLines], "… It goes on in the report's JSON form.")
	}
	for _, l := range lines {
		if s.need(leading(body)) {
			s.font(body, bold, ink)
		}
		s.at(left+3.5, s.y+body*0.3528*0.95, l)
		s.mark(leading(body))
	}
	s.y += 2.5
}

// mark draws the rule beside what the driver said, and moves on.
func (s *sheet) mark(height float64) {
	s.fill(shade)
	s.Rect(left, s.y, 1, height, "F")
	s.y += height
}

// stamp is a time to the minute, with its zone.
func (v *view) stamp(t outcome.Time) string {
	return v.local(t).Format("2 January 2006, 15:04 (UTC-07:00)")
}

// method says how it was made.
func (s *sheet) method(v *view) {
	s.heading("How it was made", 24)
	facts := v.told()
	s.need(float64(len(facts)) * (leading(body) + 1.1))
	s.y = s.table(left, s.y, pageInner, 33, facts)
	s.thresholds(v)
	s.y += 2
}

func (s *sheet) thresholds(v *view) {
	text := v.thresholds()
	if text == "" {
		return
	}
	s.font(small, false, muted)
	lines := s.lines("Thresholds applied: "+text, pageInner)
	for _, l := range lines[:min(len(lines), 12)] {
		if s.need(leading(small)) {
			s.font(small, false, muted)
		}
		s.y = s.block(left, s.y, small, []string{l})
	}
}

// thresholds lists them by name.
func (v *view) thresholds() string {
	text := ""
	for i, name := range sortedNames(v.Thresholds) {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %g", name, v.Thresholds[name])
	}
	return text
}
