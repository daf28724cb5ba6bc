// Package curves draws the curves of the method pages as SVG, from the functions that the
// code itself uses, so that a picture cannot tell of another formula. The same chart
// gives the same bytes. It belongs to tests and is part of no program.
package curves

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Picture is one or more charts, two beside each other.
type Picture struct{ Charts []Chart }

// Chart is a plane with lines on it.
type Chart struct {
	Title string
	X, Y  Axis
	Lines []Line
	Marks []Mark
}

// Axis goes From..To with a tick every Step. Label names what it is and its unit.
type Axis struct {
	Label    string
	From, To float64
	Step     float64
}

// Line is a function of x, or a run of points where there are any: tiers and measured
// values. A NaN breaks it. The legend names it; a line without a name is in no legend.
type Line struct {
	Name   string
	Of     func(x float64) float64
	Points [][2]float64
	Dashed bool
}

// Mark is a point that is named in the plane, to its right; Left names it to its left.
type Mark struct {
	X, Y float64
	Text string
	Left bool
}

// Sizes in px: of a chart's plane, and of what stands around it.
const (
	planeW, planeH = 380.0, 240.0
	padLeft        = 64.0
	padRight       = 26.0
	padTop         = 40.0
	padBottom      = 50.0
	legendRow      = 18.0
	steps          = 240 // that a function is drawn in
)

// colours are told apart by people who do not see red and green too (Okabe and Ito).
var colours = [...]string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#555555"}

// SVG is the picture.
func (p *Picture) SVG() []byte {
	rows := 0
	for i := range p.Charts {
		rows = max(rows, p.Charts[i].named())
	}
	cellW := padLeft + planeW + padRight
	cellH := padTop + planeH + padBottom + legendRow*float64(rows) + 8
	columns := min(2, len(p.Charts))
	w, h := cellW*float64(columns), cellH*math.Ceil(float64(len(p.Charts))/2)
	d := &drawing{}
	d.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" font-family="sans-serif" font-size="13" fill="#222">`, px(w), px(h))
	d.put(`<rect width="%s" height="%s" fill="#fff"/>`, px(w), px(h))
	for i := range p.Charts {
		d.left, d.top = cellW*float64(i%2)+padLeft, cellH*math.Floor(float64(i)/2)+padTop
		d.chart(&p.Charts[i])
	}
	d.put("</svg>")
	return d.out.Bytes()
}

func (c *Chart) named() (n int) {
	for _, l := range c.Lines {
		if l.Name != "" {
			n++
		}
	}
	return n
}

// drawing is a picture being drawn, with the corner of the plane that is at hand.
type drawing struct {
	out       bytes.Buffer
	left, top float64
}

func (d *drawing) put(format string, args ...any) { fmt.Fprintf(&d.out, format+"\n", args...) }

// px writes a place to a tenth of a pixel: finer digits could differ between processors.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64) }

func (d *drawing) text(x, y float64, attributes, text string) {
	var safe strings.Builder
	_ = xml.EscapeText(&safe, []byte(text)) // a Builder takes all
	d.put(`<text x="%s" y="%s"%s>%s</text>`, px(x), px(y), attributes, safe.String())
}

func (d *drawing) chart(c *Chart) {
	d.text(d.left-padLeft+12, d.top-18, ` font-size="15" font-weight="bold"`, c.Title)
	x := func(v float64) float64 { return d.left + planeW*(v-c.X.From)/(c.X.To-c.X.From) }
	y := func(v float64) float64 { return d.top + planeH*(c.Y.To-v)/(c.Y.To-c.Y.From) }
	for _, v := range c.Y.ticks() {
		d.put(`<line x1="%s" x2="%s" y1="%s" y2="%s" stroke="#ddd"/>`, px(d.left), px(d.left+planeW), px(y(v)), px(y(v)))
		d.text(d.left-7, y(v)+4, ` text-anchor="end"`, c.Y.number(v))
	}
	for _, v := range c.X.ticks() {
		d.put(`<line x1="%s" x2="%s" y1="%s" y2="%s" stroke="#ddd"/>`, px(x(v)), px(x(v)), px(d.top), px(d.top+planeH))
		d.text(x(v), d.top+planeH+17, ` text-anchor="middle"`, c.X.number(v))
	}
	d.put(`<rect x="%s" y="%s" width="%s" height="%s" fill="none" stroke="#888"/>`, px(d.left), px(d.top), px(planeW), px(planeH))
	d.text(d.left+planeW/2, d.top+planeH+36, ` text-anchor="middle"`, c.X.Label)
	middle := d.top + planeH/2
	d.text(d.left-46, middle, fmt.Sprintf(` text-anchor="middle" transform="rotate(-90 %s %s)"`, px(d.left-46), px(middle)), c.Y.Label)
	row := 0
	for i := range c.Lines {
		d.line(c, i, x, y)
		if c.Lines[i].Name != "" {
			d.legend(&c.Lines[i], i, row)
			row++
		}
	}
	for _, m := range c.Marks {
		d.put(`<circle cx="%s" cy="%s" r="3.5"/>`, px(x(m.X)), px(y(m.Y)))
		const halo = ` paint-order="stroke" stroke="#fff" stroke-width="4"` // lines do not cross the name
		at, anchor := x(m.X)+8, halo
		if m.Left {
			at, anchor = x(m.X)-8, halo+` text-anchor="end"`
		}
		d.text(at, y(m.Y)-6, anchor, m.Text)
	}
}

func style(l *Line, i int) string {
	s := fmt.Sprintf(`fill="none" stroke="%s" stroke-width="2"`, colours[i%len(colours)])
	if l.Dashed {
		s += ` stroke-dasharray="6 4"`
	}
	return s
}

func (d *drawing) legend(l *Line, i, row int) {
	y := d.top + planeH + padBottom + legendRow*float64(row) + 8
	d.put(`<path d="M%s %sh24" %s/>`, px(d.left), px(y-4), style(l, i))
	d.text(d.left+32, y, "", l.Name)
}

// line draws what of a line lies within the plane.
func (d *drawing) line(c *Chart, i int, x, y func(float64) float64) {
	l := &c.Lines[i]
	points := l.Points
	if points == nil {
		for n := range steps + 1 {
			v := c.X.From + (c.X.To-c.X.From)*float64(n)/steps
			points = append(points, [2]float64{v, l.Of(v)})
		}
	}
	var path strings.Builder
	up := true
	for _, p := range points {
		if math.IsNaN(p[1]) || p[0] < c.X.From || p[0] > c.X.To || p[1] < c.Y.From || p[1] > c.Y.To {
			up = true
			continue
		}
		path.WriteString(map[bool]string{true: "M", false: "L"}[up] + px(x(p[0])) + " " + px(y(p[1])))
		up = false
	}
	d.put(`<path d="%s" %s stroke-linejoin="round"/>`, path.String(), style(l, i))
}

func (a Axis) ticks() (at []float64) {
	for n := 0; ; n++ {
		v := a.From + float64(n)*a.Step
		if v > a.To+a.Step/1e6 {
			return at
		}
		at = append(at, v)
	}
}

// number has as many decimals as the steps need.
func (a Axis) number(v float64) string {
	decimals := 0
	for s := a.Step; decimals < 4 && math.Abs(s-math.Round(s)) > 1e-9; s *= 10 {
		decimals++
	}
	return strconv.FormatFloat(math.Round(v*1e6)/1e6+0, 'f', decimals, 64)
}

// Check holds a committed picture against the one that the code draws now; with update
// it is written anew.
func Check(t testing.TB, path string, p *Picture, update bool) {
	t.Helper()
	want := p.SVG()
	if update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the code draws: run the test with -update and look at it", path)
	}
}
