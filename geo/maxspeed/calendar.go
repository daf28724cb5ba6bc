package maxspeed

import "strings"

var (
	weekdays = []string{"mo", "tu", "we", "th", "fr", "sa", "su"}
	months   = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
)

const lastOfMonth = 31 // of any: a range that ends with its month

// named reads one of the names.
func named(text string, names []string) (which int, rest string, ok bool) {
	for i, name := range names {
		if rest, found := strings.CutPrefix(text, name); found && (rest == "" || rest[0] < 'a' || rest[0] > 'z') {
			return i, rest, true
		}
	}
	return 0, text, false
}

// monthDay reads a month and its day, or the day given where none follows, as
// month*32+day.
func monthDay(text string, day int) (at uint16, rest string, ok bool) {
	month, rest, ok := named(text, months)
	if !ok {
		return 0, text, false
	}
	after := strings.TrimLeft(rest, " ")
	if d, r, found := digits(after); found && d >= 1 && d <= lastOfMonth && !strings.HasPrefix(r, ":") {
		day, rest = d, r
	}
	return uint16((month+1)*32 + day), rest, true
}

// digits reads a number of one or two digits.
func digits(text string) (n int, rest string, ok bool) {
	i := 0
	for i < len(text) && i < 2 && text[i] >= '0' && text[i] <= '9' {
		n = n*10 + int(text[i]-'0')
		i++
	}
	return n, text[i:], i > 0 && (i == len(text) || text[i] < '0' || text[i] > '9')
}

// clock reads a time of day in minutes; up to 48:00, as opening hours past midnight may be.
func clock(text string) (minutes uint16, rest string, ok bool) {
	hour, rest, ok := digits(text)
	if !ok || !strings.HasPrefix(rest, ":") {
		return 0, text, false
	}
	minute, rest, ok := digits(rest[1:])
	if !ok || minute > 59 || hour*60+minute > 2*dayMinutes {
		return 0, text, false
	}
	return uint16(hour*60 + minute), rest, true
}
