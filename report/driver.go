package report

import (
	"fmt"
	"strings"

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
	facts := v.told()
	s.heading("How it was made", float64(len(facts))*(leading(body)+1.1)+thresholdsHeight(v))
	s.y = s.table(left, s.y, pageInner, 33, facts)
	s.thresholds(v)
	s.y += 2
}

// mostThresholds bounds what is printed of them.
const (
	mostThresholds   = 36
	thresholdColumns = 3
)

// thresholdsHeight is that of the table with its title: it is never parted.
func thresholdsHeight(v *view) float64 {
	rows := (min(len(v.Thresholds), mostThresholds) + thresholdColumns - 1) / thresholdColumns
	return 1.8 + float64(rows+1)*leading(small)
}

// thresholds is a small table, its rows three beside each other.
func (s *sheet) thresholds(v *view) {
	const columns, figures = thresholdColumns, 20.0
	names := sortedNames(v.Thresholds)
	names = names[:min(len(names), mostThresholds)]
	if len(names) == 0 {
		return
	}
	s.font(small, true, muted)
	s.y = s.block(left, s.y+1, small, []string{"Thresholds that the method applied"}) + 0.8
	width := pageInner / columns
	for i, name := range names {
		x, base := left+float64(i%columns)*width, s.y+small*0.3528*0.95
		what, unit := unitOf(name)
		s.font(small, false, muted)
		s.fit(x, base, width-figures-1, what)
		s.font(small, false, ink)
		s.fit(x+width-figures, base, figures-3, fmt.Sprintf("%.4g %s", v.Thresholds[name], unit))
		if i%columns == columns-1 || i == len(names)-1 {
			s.y += leading(small)
		}
	}
}

// units are those that a threshold's name ends with, as they are written.
var units = map[string]string{"kmh": "km/h", "ms": "ms", "s": "s", "hz": "Hz", "ms2": "m/s²", "deg": "°"}

// unitOf parts a threshold's name into words and its unit.
func unitOf(name string) (what, unit string) {
	if before, ok := strings.CutSuffix(name, "_deg_s"); ok {
		return strings.ReplaceAll(before, "_", " "), "°/s"
	}
	words := strings.Split(name, "_")
	last := len(words) - 1
	if u, ok := units[words[last]]; ok && last > 0 {
		return strings.Join(words[:last], " "), u
	}
	return strings.Join(words, " "), ""
}
