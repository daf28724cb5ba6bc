package report

import (
	"io"
	"math"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Lengths on paper are in mm, sizes of type in points.
const (
	pageWidth   = 210.0
	pageHeight  = 297.0
	left        = 15.0
	top         = 14.0
	bottom      = pageHeight - 17
	pageInner   = pageWidth - 2*left
	gutter      = 6.0
	columnWidth = (pageInner - gutter) / 2
)

// Sizes of type. None is smaller: it is read on a phone too.
const (
	small = 7.6
	body  = 8.8
	large = 11.0
)

// colour is red, green and blue. Those that tell things apart differ in grey as well.
type colour [3]int

var (
	ink    = colour{0x17, 0x1c, 0x22}
	muted  = colour{0x55, 0x5e, 0x68}
	rule   = colour{0xc9, 0xce, 0xd4}
	tint   = colour{0xf1, 0xf4, 0xf7}
	shade  = colour{0xdd, 0xe5, 0xee}
	accent = colour{0x12, 0x3f, 0x6d}
	force  = colour{0xb3, 0x26, 0x1e}
	second = colour{0xb8, 0x5c, 0x00}
	third  = colour{0x6f, 0x77, 0x80}
	road   = colour{0xa9, 0xb2, 0xbc}
	amber  = colour{0xfb, 0xf0, 0xdc}
	white  = colour{0xff, 0xff, 0xff}
)

// point is a place on paper, from the upper left corner.
type point struct{ x, y float64 }

// sheet is the paper: what is drawn below what flows from the top of a page to its end.
type sheet struct {
	*fpdf.Fpdf
	y float64 // where the next block begins
}

const fontFamily = "go"

// newSheet begins a document; foot draws the foot of each page.
func newSheet(foot func(*sheet)) *sheet {
	s := &sheet{Fpdf: fpdf.New("P", "mm", "A4", "")}
	s.SetCatalogSort(true)
	s.SetMargins(left, top, left)
	s.SetAutoPageBreak(false, 0)
	s.AddUTF8FontFromBytes(fontFamily, "", goregular.TTF)
	s.AddUTF8FontFromBytes(fontFamily, "B", gobold.TTF)
	s.SetFooterFunc(func() { foot(s) })
	s.SetLineCapStyle("round")
	s.SetLineJoinStyle("round")
	s.newPage()
	return s
}

func (s *sheet) newPage() {
	s.AddPage()
	s.y = top
}

// need begins a new page where fewer than so many mm are left, and says so.
func (s *sheet) need(height float64) bool {
	if s.y+height <= bottom || s.y == top {
		return false
	}
	s.newPage()
	return true
}

// type sets the font for what follows.
func (s *sheet) font(size float64, bold bool, c colour) {
	style := ""
	if bold {
		style = "B"
	}
	s.SetFont(fontFamily, style, size)
	s.SetTextColor(c[0], c[1], c[2])
}

// line height of a size of type.
func leading(size float64) float64 { return size * 0.3528 * 1.36 }

// at writes a line whose baseline is y.
func (s *sheet) at(x, y float64, text string) { s.Text(x, y, text) }

func (s *sheet) rightAt(x, y float64, text string) { s.Text(x-s.GetStringWidth(text), y, text) }

func (s *sheet) centredAt(x, y float64, text string) { s.Text(x-s.GetStringWidth(text)/2, y, text) }

// fit writes a line of anybody's text, shortened to the width.
func (s *sheet) fit(x, y, width float64, text string) {
	s.Text(x, y, clipped(text, width, s.GetStringWidth))
}

// lines breaks anybody's text for a width in the font that is set.
func (s *sheet) lines(text string, width float64) []string {
	return wrap(printable(text), width, s.GetStringWidth)
}

// block writes lines from y down and gives where the next block may begin.
func (s *sheet) block(x, y, size float64, lines []string) float64 {
	for _, l := range lines {
		s.at(x, y+size*0.3528*0.95, l)
		y += leading(size)
	}
	return y
}

// heading begins a part of the report, kept together with the given height after it.
func (s *sheet) heading(text string, keep float64) {
	const height = 8.5
	s.need(height + keep)
	s.headingAt(left, s.y, pageInner, text)
	s.y += height
}

func (s *sheet) headingAt(x, y, width float64, text string) {
	s.font(large, true, accent)
	s.at(x, y+4.4, text)
	s.stroke(rule, 0.25)
	s.Line(x, y+6.2, x+width, y+6.2)
}

// stroke sets the pen.
func (s *sheet) stroke(c colour, width float64, dash ...float64) {
	s.SetDrawColor(c[0], c[1], c[2])
	s.SetLineWidth(width)
	s.SetDashPattern(dash, 0)
}

func (s *sheet) fill(c colour) { s.SetFillColor(c[0], c[1], c[2]) }

// box draws a filled rectangle with rounded corners.
func (s *sheet) box(x, y, w, h float64, c colour) {
	s.fill(c)
	s.RoundedRect(x, y, w, h, 1.2, "1234", "F")
}

// path draws a line through points, where NaN breaks it.
func (s *sheet) path(points []point) {
	open := false
	for _, p := range points {
		switch {
		case math.IsNaN(p.x) || math.IsNaN(p.y):
			if open {
				s.DrawPath("D")
			}
			open = false
		case !open:
			s.MoveTo(p.x, p.y)
			s.LineTo(p.x, p.y) // a point alone is a dot
			open = true
		default:
			s.LineTo(p.x, p.y)
		}
	}
	if open {
		s.DrawPath("D")
	}
}

// arrow draws one whose tip is at to.
func (s *sheet) arrow(from, to point, c colour, width float64) {
	along := math.Atan2(to.y-from.y, to.x-from.x)
	head := width*2.2 + 0.8
	neck := point{to.x - head*math.Cos(along), to.y - head*math.Sin(along)}
	s.stroke(c, width)
	s.SetLineCapStyle("butt")
	s.Line(from.x, from.y, neck.x, neck.y)
	s.SetLineCapStyle("round")
	s.fill(c)
	side := func(turn float64) fpdf.PointType {
		return fpdf.PointType{X: neck.x + head*0.62*math.Cos(along+turn), Y: neck.y + head*0.62*math.Sin(along+turn)}
	}
	s.Polygon([]fpdf.PointType{{X: to.x, Y: to.y}, side(math.Pi / 2), side(-math.Pi / 2)}, "F")
}

// write puts out the document.
func (s *sheet) write(w io.Writer) error { return s.Output(w) }
