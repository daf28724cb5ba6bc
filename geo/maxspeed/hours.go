package maxspeed

import (
	"slices"
	"strings"
)

// parseHours reads opening hours as far as limits use them: months and dates, days of
// the week, times. doubt is true where more stands there than that: holidays of
// schools, the sun, what cannot be read; then no span means at all times.
func parseHours(text string) (spans []span, doubt bool) {
	for part := range strings.SplitSeq(text, ";") {
		p := hours{rest: strings.ToLower(strings.TrimSpace(part))}
		if p.rest == "" {
			continue
		}
		for p.rest != "" && p.word() {
			p.separators()
		}
		p.close()
		switch {
		case p.rest != "":
			return nil, true
		case p.off && (p.doubt || !p.wholeDays()):
			doubt = true
		case p.off:
			spans = without(spans, p)
		default:
			doubt = doubt || p.doubt
			spans = append(spans, p.spans...)
		}
	}
	return spans, doubt || len(spans) == 0
}

// wholeDays reports whether the spans are days of every week, from midnight to midnight.
func (p *hours) wholeDays() bool {
	return !slices.ContainsFunc(p.spans, func(s span) bool {
		return s.from != 0 || s.to != dayMinutes || s.begins != 0 || s.until != 0
	})
}

// without takes the days of an "off" out of spans. Public holidays are days like
// others here: ten in a year.
func without(spans []span, p hours) []span {
	var days uint8
	for _, s := range p.spans {
		days |= s.days
	}
	if p.holiday && !p.anyDay {
		days = 0
	}
	kept := slices.Clone(spans)
	for i := range kept {
		kept[i].days &^= days
	}
	return slices.DeleteFunc(kept, func(s span) bool { return s.days == 0 })
}

// hours reads one rule of opening hours, word by word.
type hours struct {
	rest          string
	spans         []span
	dates         [][2]uint16
	days          uint8
	times         [][2]uint16
	anyDay        bool // a day of the week was named
	holiday       bool // a public holiday was
	off, doubt    bool
	begun, timing bool
	comma         bool // stood before the word
}

// close makes spans of what was read since the last.
func (p *hours) close() {
	if !p.begun {
		return
	}
	days := p.days
	if !p.anyDay {
		days = allDays
		if p.holiday { // public holidays alone: nobody knows them here
			p.doubt = p.doubt || !p.off
		}
	}
	if len(p.times) == 0 {
		p.times = [][2]uint16{{0, dayMinutes}}
	}
	if len(p.dates) == 0 {
		p.dates = [][2]uint16{{0, 0}}
	}
	for _, d := range p.dates {
		for _, t := range p.times {
			p.spans = append(p.spans, span{days, t[0], t[1], d[0], d[1]})
		}
	}
	p.times, p.timing, p.begun = nil, false, false
}

// anew begins another span where days or dates come after times.
func (p *hours) anew() {
	if p.timing {
		p.doubt = p.doubt || !p.comma // times, then days: nobody writes hours so, and means them
		p.close()
		p.days, p.anyDay, p.holiday, p.dates = 0, false, false, nil
	}
	p.begun = true
}

// separators skips what stands between words.
func (p *hours) separators() {
	rest := strings.TrimLeft(p.rest, " ,")
	p.comma = strings.Contains(p.rest[:len(p.rest)-len(rest)], ",")
	p.rest = rest
}

// word reads one; it reports false where it cannot.
func (p *hours) word() bool {
	for _, w := range []struct {
		text string
		then func(*hours)
	}{
		{"24/7", func(p *hours) { p.begun = true }},
		{"off", func(p *hours) { p.off = true }},
		{"closed", func(p *hours) { p.off = true }},
		{"ph", func(p *hours) { p.anew(); p.holiday = true }},
		{"sh", func(p *hours) { p.anew(); p.doubt = true }},
	} {
		if rest, found := strings.CutPrefix(p.rest, w.text); found {
			p.rest = rest
			w.then(p)
			return true
		}
	}
	return p.day() || p.date() || p.time()
}

// day reads a day of the week, or a range of them.
func (p *hours) day() bool {
	first, rest, ok := named(p.rest, weekdays)
	if !ok {
		return false
	}
	last := first
	if after, found := strings.CutPrefix(rest, "-"); found {
		if last, rest, ok = named(after, weekdays); !ok {
			return false
		}
	}
	p.rest = rest
	p.anew()
	p.anyDay = true
	for d := first; ; d = (d + 1) % len(weekdays) {
		p.days |= 1 << d
		if d == last {
			return true
		}
	}
}

// date reads a month, a day of one, or a range of either.
func (p *hours) date() bool {
	begin, rest, ok := monthDay(p.rest, 1)
	if !ok {
		return false
	}
	until, _, _ := monthDay(p.rest, lastOfMonth)
	rest = strings.TrimLeft(rest, " ")
	if after, found := strings.CutPrefix(rest, "-"); found {
		after = strings.TrimLeft(after, " ")
		if until, rest, ok = monthDay(after, lastOfMonth); !ok {
			var day int
			if day, rest, ok = digits(after); !ok || day > lastOfMonth { // Dec 01-24
				return false
			}
			until = begin&^31 | uint16(day)
		}
	}
	p.rest = strings.TrimPrefix(rest, ":")
	p.anew()
	p.dates = append(p.dates, [2]uint16{begin, until})
	return true
}

// time reads a range of hours.
func (p *hours) time() bool {
	from, rest, ok := clock(p.rest)
	if !ok {
		return false
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " "), "-")
	if !ok {
		return false
	}
	to, rest, ok := clock(strings.TrimLeft(rest, " "))
	if !ok {
		return false
	}
	if to > dayMinutes { // 22:00-26:00
		to -= dayMinutes
	}
	p.rest, p.begun, p.timing = rest, true, true
	p.times = append(p.times, [2]uint16{from % dayMinutes, to})
	return true
}
