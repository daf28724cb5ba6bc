package curves_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"milepost/dev/curves"
)

func picture() *curves.Picture {
	return &curves.Picture{Charts: []curves.Chart{{
		Title: "a < b", X: curves.Axis{Label: "speed, km/h", To: 100, Step: 25}, Y: curves.Axis{Label: "points", From: -1, To: 1, Step: 0.5},
		Lines: []curves.Line{{Name: "sine", Of: func(x float64) float64 { return 0.4 * math.Sin(x/10) }},
			{Name: "tiers", Points: [][2]float64{{0, 0}, {50, 0}, {50, math.NaN()}, {50, 1}, {200, 1}}, Dashed: true}},
		Marks: []curves.Mark{{X: 50, Y: 0.5, Text: "half & half"}},
	}}}
}

func TestAPictureIsWellFormedAndAlwaysTheSame(t *testing.T) {
	svg := string(picture().SVG())
	if svg != string(picture().SVG()) {
		t.Error("drawn twice, it differs")
	}
	r := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := r.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"a &lt; b", "half &amp; half", ">-0.5<", ">75<", "speed, km/h"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %q in the picture", want)
		}
	}
	if strings.Contains(svg, "NaN") {
		t.Error("a NaN was drawn")
	}
}

// What is outside of the plane is not drawn, and a line is broken at a NaN.
func TestALineStaysWithinThePlane(t *testing.T) {
	svg := string(picture().SVG())
	if want := `d="M64 160L254 160M254 40"`; !strings.Contains(svg, want) {
		t.Errorf("no %s in\n%s", want, svg)
	}
}
