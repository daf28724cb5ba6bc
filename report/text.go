package report

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// absent stands for a character that the report's font has no glyph for.
const absent = '□'

// face is the font that decides which characters can be shown; the bold one has the same.
var face = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(goregular.TTF) })

// Plain makes anybody's text fit to be shown: composed, without what steers a terminal
// or turns the direction of writing, with lines ended by \n.
func Plain(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(absent)), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Variation_Selector):
			return -1 // nothing to see, but for who is to be deceived
		}
		return r
	}, norm.NFC.String(s))
}

// printable is plain text of which the report's font has every character.
func printable(s string) string {
	var buffer sfnt.Buffer
	font, err := face()
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if err != nil || r > 0xffff {
			return absent
		}
		if glyph, err := font.GlyphIndex(&buffer, r); err != nil || glyph == 0 {
			return absent
		}
		return r
	}, Plain(s))
}

// oneLine is printable text without line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// wrap breaks text into lines no wider than width; a word that is wider is broken.
// Blank lines are kept, but never two in a row.
func wrap(text string, width float64, measure func(string) float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if joined := line + " " + word; line != "" && measure(joined) <= width {
				line = joined
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			var pieces []string
			pieces, line = broken(word, width, measure)
			lines = append(lines, pieces...)
		}
		if line != "" || (len(lines) > 0 && lines[len(lines)-1] != "") {
			lines = append(lines, line)
		}
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// broken cuts a word into full lines and a rest.
func broken(word string, width float64, measure func(string) float64) (full []string, rest string) {
	for _, r := range word {
		if longer := rest + string(r); rest == "" || measure(longer) <= width {
			rest = longer
			continue
		}
		full = append(full, rest)
		rest = string(r)
	}
	return full, rest
}

// clipped is one line of text that is no wider than width; what is left out is marked.
func clipped(text string, width float64, measure func(string) float64) string {
	text = oneLine(text)
	if measure(text) <= width {
		return text
	}
	const mark = "…"
	full, rest := broken(text, width-measure(mark), measure)
	if len(full) == 0 {
		return rest
	}
	return full[0] + mark
}
