package deadletter

import (
	"bytes"
	"regexp"
	"strings"
)

const (
	left       = "…" // stands for what was left out
	mostReason = 200 // runes of a reason
	// A piece of this many letters that record and reason share is no accident.
	piece = 6
	// Shorter words are left out where the record holds them whole, down to this.
	leastWord = 4
)

// numbered are words whose number says where in the record something is, and not
// what is there.
var numbered = map[string]bool{"field": true, "byte": true, "tag": true, "version": true, "column": true, "line": true}

var quoted = regexp.MustCompile("\"[^\"]*\"|'[^']*'|`[^`]*`")

// scrub makes a reason of an error's text: quotations, numbers that may be values,
// what is not plain ASCII, and every word that the record holds too are left out.
// An error may repeat what it stumbled over, and that may be a place.
func scrub(reason string, record ...[]byte) string {
	reason = quoted.ReplaceAllString(reason, left)
	var out strings.Builder
	before := ""
	for rest := reason; rest != ""; {
		word, gap, after := cutWord(rest)
		if word != "" {
			out.WriteString(keep(word, before, record))
			before = word
		}
		out.WriteString(plain(gap))
		rest = after
	}
	text := []rune(strings.Join(strings.Fields(out.String()), " "))
	if len(text) > mostReason {
		text = append(text[:mostReason-1], []rune(left)...)
	}
	return string(text)
}

// cutWord cuts a run of letters and digits, and what stands before the next one.
func cutWord(s string) (word, gap, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool { return !letter(r) && !digit(r) })
	if end < 0 {
		return s, "", ""
	}
	word, s = s[:end], s[end:]
	next := strings.IndexFunc(s, func(r rune) bool { return letter(r) || digit(r) })
	if next < 0 {
		return word, s, ""
	}
	return word, s[:next], s[next:]
}

// keep gives the word, or what stands for it.
func keep(word, before string, record [][]byte) string {
	if strings.ContainsFunc(word, digit) {
		const most = 4 // digits of a position; a coordinate in microdegrees has more
		if numbered[before] && len(word) <= most && !strings.ContainsFunc(word, letter) {
			return word
		}
		return left
	}
	for _, b := range record {
		if shares(b, word) {
			return left
		}
	}
	return word
}

// shares reports whether the record holds the word, or a piece of it.
func shares(record []byte, word string) bool {
	if len(word) < piece {
		return len(word) >= leastWord && bytes.Contains(record, []byte(word))
	}
	for i := range len(word) - piece + 1 {
		if bytes.Contains(record, []byte(word[i:i+piece])) {
			return true
		}
	}
	return false
}

// plain is a gap between words without what is not printable ASCII, but for the
// mark of what was left out.
func plain(gap string) string {
	return strings.Map(func(r rune) rune {
		if (r < ' ' || r > '~') && string(r) != left {
			return ' '
		}
		return r
	}, gap)
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
func digit(r rune) bool  { return r >= '0' && r <= '9' }

// vin is what ISO 3779 allows a VIN to be, as a word by itself.
var vin = regexp.MustCompile(`(?i)(^|[^A-Z0-9])[A-HJ-NPR-Z0-9]{17}($|[^A-Z0-9])`)

// vehicleKey is a record's key where it may be written down: plain text, not too
// long, and not a VIN that came through by mistake.
func vehicleKey(key []byte) string {
	const longest = 200
	if len(key) > longest || vin.Match(key) || bytes.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return string(key)
}

var format = regexp.MustCompile(`^[a-z][a-z0-9.+/-]{0,59}$`)

// formatName is the name of a decoder, which may come from a header, where it can
// be one and the record does not hold it.
func formatName(name string, value []byte) string {
	if !format.MatchString(name) || vin.MatchString(name) || shares(value, name) {
		return ""
	}
	return name
}
