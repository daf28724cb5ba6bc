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

// printable makes anybody's text fit to be printed: composed, without what steers a
// terminal or turns the direction of writing, with lines ended by \n.
func printable(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(absent)), "\r\n", "\n")
	var b strings.Builder
	var buffer sfnt.Buffer
	font, err := face()
	for _, r := range norm.NFC.String(s) {
		switch {
		case r == '\n' || r == '\r':
			b.WriteByte('\n')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Variation_Selector):
			// Nothing to see, but for who is to be deceived.
		default:
			glyph, failed := sfnt.GlyphIndex(0), err
			if failed == nil {
				glyph, failed = font.GlyphIndex(&buffer, r)
			}
			if failed != nil || glyph == 0 || r > 0xffff {
				r = absent
			}
			b.WriteRune(r)
		}
	}
	return b.String()
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
