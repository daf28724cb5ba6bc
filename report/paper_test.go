package report

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// paper is what a PDF that this package wrote shows, read back from its bytes.
type paper []printedPage

type printedPage struct {
	texts  []printedText
	drawn  map[string]int // operators that paint, by name
	points []point        // all that lines and curves go through, mm from the upper left
}

type printedText struct {
	at    point
	width float64 // mm
	text  string
}

var (
	contents = regexp.MustCompile(`/Contents (\d+) 0 R`)
	boldName = regexp.MustCompile(`/F([0-9a-f]+) (\d+) 0 R`)
)

// readPaper parses a PDF as this package writes it.
func readPaper(t testing.TB, pdf []byte) paper {
	t.Helper()
	var bold string
	for _, m := range boldName.FindAllSubmatch(pdf, -1) {
		if bytes.Contains(object(t, pdf, string(m[2])), []byte("/BaseFont /utf8goB")) {
			bold = string(m[1])
		}
	}
	var out paper
	for _, m := range contents.FindAllSubmatch(pdf, -1) {
		body := object(t, pdf, string(m[1]))
		_, stream, _ := bytes.Cut(body, []byte("stream\n"))
		r, err := zlib.NewReader(bytes.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, readPage(t, content, bold))
	}
	return out
}

func object(t testing.TB, pdf []byte, number string) []byte {
	t.Helper()
	_, rest, found := bytes.Cut(pdf, []byte("\n"+number+" 0 obj\n"))
	if !found {
		t.Fatalf("no object %s", number)
	}
	body, _, _ := bytes.Cut(rest, []byte("\nendobj"))
	return body
}

const pointsPerMM = 72 / 25.4

// readPage interprets a page's operators.
func readPage(t testing.TB, content []byte, bold string) printedPage {
	t.Helper()
	p := printedPage{drawn: map[string]int{}}
	var operands []string
	var isBold bool
	var size float64
	var at point
	number := func(back int) float64 {
		v, err := strconv.ParseFloat(operands[len(operands)-back], 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("operand %q", operands)
		}
		return v
	}
	place := func(back int) point {
		return point{number(back) / pointsPerMM, pageHeight - number(back-1)/pointsPerMM}
	}
	for len(content) > 0 {
		var token string
		var operator bool
		token, operator, content = nextToken(t, content)
		if !operator {
			operands = append(operands, token)
			continue
		}
		if token == "NaN" || strings.HasSuffix(token, "Inf") {
			t.Fatalf("a number is %s, after the text %v", token, p.texts[len(p.texts)-1])
		}
		switch token {
		case "Tf":
			isBold, size = operands[len(operands)-2] == "/F"+bold, number(1)
		case "Td":
			at = place(2)
		case "Tj":
			text := operands[len(operands)-1]
			p.texts = append(p.texts, printedText{at, widthOf(t, text, isBold, size), text})
		case "m", "l":
			p.points = append(p.points, place(2))
		case "c":
			p.points = append(p.points, place(6), place(4), place(2))
		case "re":
			from := place(4)
			p.points = append(p.points, from, point{from.x + number(2)/pointsPerMM, from.y - number(1)/pointsPerMM})
		case "cm":
			p.points = append(p.points, place(2), point{place(2).x + number(6)/pointsPerMM, place(2).y - number(3)/pointsPerMM})
		case "S", "s", "f", "B", "b", "Do":
			p.drawn[token]++
		}
		operands = operands[:0]
	}
	return p
}

// nextToken gives an operand or an operator.
func nextToken(t testing.TB, content []byte) (token string, operator bool, rest []byte) {
	t.Helper()
	content = bytes.TrimLeft(content, " \n")
	if len(content) == 0 {
		return "", true, nil
	}
	if content[0] == '(' {
		return textToken(t, content)
	}
	end := bytes.IndexAny(content, " \n(")
	if end < 0 {
		end = len(content)
	}
	token = string(content[:end])
	first := token[0]
	return token, first >= 'A' && first <= 'Z' || first >= 'a' && first <= 'z', content[end:]
}

func textToken(t testing.TB, content []byte) (token string, operator bool, rest []byte) {
	t.Helper()
	var raw []byte
	for i := 1; i < len(content); i++ {
		switch c := content[i]; c {
		case ')':
			if len(raw)%2 != 0 {
				t.Fatalf("half a character in %q", raw)
			}
			units := make([]uint16, len(raw)/2)
			for u := range units {
				units[u] = binary.BigEndian.Uint16(raw[2*u:])
			}
			return string(utf16.Decode(units)), false, content[i+1:]
		case '\\':
			i++
			if c = content[i]; c == 'r' {
				c = '\r'
			}
			raw = append(raw, c)
		default:
			raw = append(raw, c)
		}
	}
	t.Fatal("a text does not end")
	return "", false, nil
}

var faces = sync.OnceValue(func() map[bool]*sfnt.Font {
	regular, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err)
	}
	bold, err := sfnt.Parse(gobold.TTF)
	if err != nil {
		panic(err)
	}
	return map[bool]*sfnt.Font{false: regular, true: bold}
})

func widthOf(t testing.TB, text string, bold bool, size float64) float64 {
	t.Helper()
	face := faces()[bold]
	var buffer sfnt.Buffer
	const unit = 1000
	var sum fixed.Int26_6
	for _, r := range text {
		glyph, err := face.GlyphIndex(&buffer, r)
		if err != nil || glyph == 0 {
			t.Errorf("the font has no glyph for %q of %q", r, text)
		}
		advance, err := face.GlyphAdvance(&buffer, glyph, fixed.I(unit), font.HintingNone)
		if err != nil {
			t.Fatal(err)
		}
		sum += advance
	}
	return float64(sum) / 64 / unit * size / pointsPerMM
}

// beyond lists what stands in a page's margins.
func (p paper) beyond() (faults []string) {
	const slack, lowest = 0.3, pageHeight - 8
	for n, page := range p {
		for _, text := range page.texts {
			if text.at.x < left-slack || text.at.x+text.width > left+pageInner+slack || text.at.y < top-slack || text.at.y > lowest {
				faults = append(faults, fmt.Sprintf("page %d: %.60q stands at %.1f to %.1f, %.1f", n+1, text.text, text.at.x, text.at.x+text.width, text.at.y))
			}
		}
		for _, at := range page.points {
			if at.x < left-slack || at.x > left+pageInner+slack || at.y < top-slack || at.y > lowest {
				faults = append(faults, fmt.Sprintf("page %d: something is drawn at %.1f, %.1f", n+1, at.x, at.y))
			}
		}
	}
	return faults
}

// String is the paper as readable lines: what stands on one height is one line.
func (p paper) String() string {
	var b strings.Builder
	for n, page := range p {
		fmt.Fprintf(&b, "=== page %d\n", n+1)
		texts := slices.Clone(page.texts)
		slices.SortStableFunc(texts, func(a, b printedText) int {
			if d := a.at.y - b.at.y; math.Abs(d) > 0.25 {
				return int(math.Copysign(1, d))
			}
			return int(math.Copysign(1, a.at.x-b.at.x))
		})
		for i, text := range texts {
			switch {
			case i == 0:
			case text.at.y-texts[i-1].at.y > 0.25:
				b.WriteByte('\n')
			default:
				b.WriteString(" | ")
			}
			b.WriteString(text.text)
		}
		b.WriteString("\n--- drawn:")
		for _, name := range slices.Sorted(maps.Keys(page.drawn)) {
			fmt.Fprintf(&b, " %s %d", map[string]string{"S": "lines", "f": "areas", "B": "areas with lines", "b": "areas with lines, closed",
				"s": "lines, closed", "Do": "pictures"}[name], page.drawn[name])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
