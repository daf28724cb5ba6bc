package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"milepost/outcome"
)

// The curve of delta-V ends where the record says.
func TestVelocityIsThePulseSummedUp(t *testing.T) {
	v := frontal().view()
	s, ok := v.series()
	if !ok {
		t.Fatal("no pulse")
	}
	along := velocity(s.times, s.longitudinal)
	for i, at := range s.times {
		if at < 0 != math.IsNaN(along[i]) {
			t.Fatalf("at %.2f s %v", at, along[i])
		}
	}
	if got := along[slices.IndexFunc(s.times, func(at float64) bool { return at > 0.115 })]; math.Abs(got+65.1) > 0.65 {
		t.Errorf("%.2f km/h, want -65.1", got)
	}
}

// Behind a gap nothing is known: the curve does not go on.
func TestVelocityStopsAtAGap(t *testing.T) {
	v := sideClipped().view()
	s, _ := v.series()
	across := velocity(s.times, s.lateral)
	if math.IsNaN(across[106]) || !math.IsNaN(across[107]) || !math.IsNaN(across[200]) {
		t.Errorf("%v %v %v", across[106], across[107], across[200])
	}
}

// A time zero between two samples counts its own part of the step alone.
func TestVelocityBetweenSamples(t *testing.T) {
	one := []float64{1, 1, 1, 1}
	got := velocity([]float64{-0.015, -0.005, 0.005, 0.015}, one)
	want := standardGravity * 0.015 * 3.6
	if math.Abs(got[3]-want) > 1e-9 || !math.IsNaN(got[1]) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWindowHoldsTheImpacts(t *testing.T) {
	for name, c := range map[string]struct {
		of       *Report
		from, to float64
	}{
		"one":   {frontal(), -0.1, 0.3},
		"three": {rolledOver(), -0.5, 2},
	} {
		v := c.of.view()
		s, _ := v.series()
		if from, to := v.window(s); math.Abs(from-c.from) > 1e-9 || math.Abs(to-c.to) > 1e-9 {
			t.Errorf("%s: %v to %v", name, from, to)
		}
	}
}

func TestAxes(t *testing.T) {
	for _, c := range []struct {
		values  []float64
		least   float64
		from    float64
		to      float64
		between string
	}{
		{nil, 2, 0, 2, "0.0 0.5 1.0 1.5 2.0"},
		{[]float64{-33.1, 2.2}, 2, -35, 5, "−30 −20 −10 0"},
		{[]float64{57.2, 61}, 20, 0, 70, "0 20 40 60"},
		{[]float64{math.NaN(), math.Inf(1), 1e300, 3}, 2, 0, 3, "0 1 2 3"},
	} {
		from, to := extent(c.values, c.least)
		_, labels := ticks(from, to, 5)
		if from != c.from || to != c.to || strings.Join(labels, " ") != c.between {
			t.Errorf("%v: %v to %v, %q", c.values, from, to, labels)
		}
	}
}

// The arrow comes from where the force came from, and points at the car.
func TestAroundTheClock(t *testing.T) {
	centre := point{100, 100}
	for deg, want := range map[float64]point{0: {100, 90}, 90: {110, 100}, 180: {100, 110}, 270: {90, 100}} {
		if got := around(centre, 10, deg); math.Hypot(got.x-want.x, got.y-want.y) > 1e-9 {
			t.Errorf("%v degrees: %v, want %v", deg, got, want)
		}
	}
	for deg := range 360 {
		if r := reach(float64(deg)); r < carWidth/2-1e-9 || r > carLength/2+1e-9 {
			t.Errorf("%d degrees: the car reaches %v mm", deg, r)
		}
	}
}

// North is up and east is right, and distances are right.
func TestGround(t *testing.T) {
	f := flat{60, 179.999}
	g := f.ground(60.001, -179.999)
	if math.Abs(g.south+111.195) > 0.01 || math.Abs(g.east-0.002*111195*0.5) > 0.1 {
		t.Errorf("%+v", g)
	}
}

// Lines are never wider than they may be, and nothing of a text is lost.
func TestWrap(t *testing.T) {
	measure := func(s string) float64 { return float64(len([]rune(s))) }
	rapid.Check(t, func(t *rapid.T) {
		text, width := printable(rapid.String().Draw(t, "text")), rapid.Float64Range(1, 40).Draw(t, "width")
		lines := wrap(text, width, measure)
		for _, l := range lines {
			if measure(l) > max(width, 1) {
				t.Fatalf("%q is wider than %v", l, width)
			}
		}
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if bare(strings.Join(lines, "")) != bare(text) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"Żółty Ελλάδα дорога\n": "Żółty Ελλάδα дорога\n",
		"e\u0301":               "é",
		"a\tb\r\nc\x1b[31m":     "a b\nc[31m",
		"x\u202ey\u200bz":       "xyz",
		"漢🚗\xff":                "□□□",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestHardest(t *testing.T) {
	if n := hardest(rolledOver().Collision.Impacts); n != 2 {
		t.Error(n)
	}
	if n := hardest([]outcome.Impact{{}}); n != 0 {
		t.Error(n)
	}
}

// The terminal's chart and the PDF's rest on the same samples.
func TestHorizontal(t *testing.T) {
	times, g := frontal().Horizontal()
	if len(times) != 301 || len(g) != 301 {
		t.Fatal(len(times), len(g))
	}
	if peak := slices.Max(g); peak < 30 || peak > 36 {
		t.Errorf("%.1f g", peak)
	}
	if times, g := airbagOnly().Horizontal(); times != nil || g != nil {
		t.Error("a pulse of an airbag alone")
	}
}

// Impacts from one side have their numbers beside each other.
func TestLabelsStandApart(t *testing.T) {
	labels := []float64{355}
	for _, deg := range []float64{350, 359, 4, 90} {
		labels = append(labels, apart(deg, labels))
	}
	for i, a := range labels {
		for _, b := range labels[:i] {
			if math.Abs(math.Remainder(a-b, 360)) < 11 {
				t.Errorf("labels at %v", labels)
			}
		}
	}
	if labels[4] != 90 {
		t.Errorf("%v: one alone was moved", labels)
	}
}
