package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/report/sketch"
)

var update = flag.Bool("update", false, "write the goldens and the example's picture anew")

func pdfOf(t testing.TB, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.PDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What stands on the pages, and how much is drawn.
func TestPages(t *testing.T) {
	for _, c := range samples {
		t.Run(c.name, func(t *testing.T) {
			p := readPaper(t, pdfOf(t, c.make()))
			if faults := p.beyond(); faults != nil {
				t.Error(faults)
			}
			path := filepath.Join("testdata", c.name+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(p.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), p.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

// One record, one file, wherever and whenever it is made.
func TestTheSameBytes(t *testing.T) {
	for _, c := range samples {
		first := pdfOf(t, c.make())
		r := c.make()
		slices.Reverse(r.Additions)
		if !bytes.Equal(first, pdfOf(t, r)) {
			t.Errorf("%s: a second report differs", c.name)
		}
		made := "(D:" + r.Collision.ReportedAt.Std().Format("20060102150405")
		if n := bytes.Count(first, []byte(made)); n != 2 {
			t.Errorf("%s: %d dates are the record's", c.name, n)
		}
		if bytes.Contains(first, []byte(time.Now().UTC().Format("20060102"))) {
			t.Errorf("%s: today's date", c.name)
		}
	}
}

// A report without photos goes into any letter.
func TestSizes(t *testing.T) {
	n := len(pdfOf(t, frontal()))
	t.Logf("two pages: %d bytes", n)
	if n > 100_000 {
		t.Errorf("%d bytes", n)
	}
	r := airbagOnly()
	for i := range 30 {
		r.Additions = append(r.Additions, addition(sampleAt, float64(i), outcome.AdditionPhoto, func(a *outcome.Addition) {
			a.MediaType, a.Content = "image/jpeg", samplePhoto(1100+i, 700)
		}))
	}
	pdf := pdfOf(t, r)
	if len(pdf) > 4_000_000 {
		t.Errorf("%d bytes with photos", len(pdf))
	}
	pictures := 0
	for _, page := range readPaper(t, pdf) {
		pictures += page.drawn["Do"]
	}
	if pictures != mostPictures {
		t.Errorf("%d photos", pictures)
	}
	if text := readPaper(t, pdf).String(); !strings.Contains(text, "10 more photos are in the report's JSON form") {
		t.Error("nothing of the rest")
	}
}

// Roads are drawn where a place is told, to the edge of the map and no further, and
// whoever made them is named.
func TestRoadsBeneathThePlace(t *testing.T) {
	bare, r := readPaper(t, pdfOf(t, frontal())), frontal()
	p := r.Collision.Position
	r.Roads = []sketch.Road{{Line: orb.LineString{{p.Lon - 0.01, p.Lat}, {p.Lon + 0.01, p.Lat}}}, {Line: orb.LineString{{p.Lon + 1, p.Lat}, {p.Lon + 1.1, p.Lat}}}}
	r.Credit = "© OpenStreetMap contributors"
	paved := readPaper(t, pdfOf(t, r))
	if text := paved.String(); !strings.Contains(text, "Roads: © OpenStreetMap contributors") || strings.Contains(text, "Drawn without roads") {
		t.Error("the map is not named")
	}
	strokes := func(all paper) (n int) {
		for _, page := range all {
			n += page.drawn["S"]
		}
		return n
	}
	if more := strokes(paved) - strokes(bare); more != 1 {
		t.Errorf("%d roads are drawn, want the near one", more)
	}
	r.Collision.Position, r.Collision.RecentPositions, r.Collision.DirectionDeg = nil, nil, nil
	if strings.Contains(readPaper(t, pdfOf(t, r)).String(), "OpenStreetMap") {
		t.Error("roads without a place")
	}
}

// Where no place is told, none is in the file: neither as text nor as a line.
func TestNoPlace(t *testing.T) {
	shared := readPaper(t, pdfOf(t, frontal()))
	if !strings.Contains(shared.String(), "42.81234° N, 1.64567° W") {
		t.Fatal("the place is missing where it is told")
	}
	r := frontal()
	r.Collision.Position, r.Collision.RecentPositions, r.Collision.DirectionDeg = nil, nil, nil
	hidden := readPaper(t, pdfOf(t, r))
	for _, secret := range []string{"42.8", "1.645", "62°"} {
		if strings.Contains(hidden.String(), secret) {
			t.Errorf("%q is in a report without a place", secret)
		}
	}
	if !strings.Contains(hidden.String(), "No place stands in this record") {
		t.Error("nothing is said of the place")
	}
	r.Route = nil
	if diff := cmp.Diff(readPaper(t, pdfOf(t, r)).String(), hidden.String()); diff != "" {
		t.Errorf("the route changes a report without a place (-without +with):\n%s", diff)
	}
}

// Of the route nothing is in the file but what the map shows.
func TestRouteEndsAtTheMap(t *testing.T) {
	v := frontal().view()
	const east, south = 60.0, 30.0
	runs := v.near(east, south)
	if len(runs) == 0 {
		t.Fatal("no route")
	}
	for _, run := range runs {
		for _, at := range run {
			if at[0] < -east-1e-6 || at[0] > east+1e-6 || at[1] < -south-1e-6 || at[1] > south+1e-6 {
				t.Errorf("%v lies beyond the map", at)
			}
		}
	}
}

const hostile = "\x00\x1b[31m\u202eevil\u202c\u200b \xff\xfe ไทย עברית 漢字 🚗🏽 ﷽ Z̷̢̛͙ \ue000 \u0a0d\u010a()\\ "

// Whatever people write stays on the paper.
func TestHostileTexts(t *testing.T) {
	texts := map[string]string{
		"long word":   strings.Repeat("W", 4000),
		"many lines":  strings.Repeat("a\n", 2000),
		"blank lines": strings.Repeat("\n", 4000),
		"spaces":      strings.Repeat(" ", 4000),
		"hostile":     strings.Repeat(hostile, 40),
		"combining":   "a" + strings.Repeat("\u0301", 1900),
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			r := rolledOver()
			for i := range r.Additions {
				r.Additions[i].Text = text
			}
			c := &r.Collision
			c.VehicleID, c.Method, c.PropulsionType, r.Notice = text, text, text, text
			c.Flags, c.SeverityRaisedBy = []string{text}, []string{text, text}
			c.Severity, c.Side, c.Confidence, c.State = outcome.Severity(text), outcome.Side(text), outcome.Confidence(text), outcome.State(text)
			c.Thresholds = outcome.Thresholds{text: 1}
			c.Evidence = []outcome.Evidence{{Kind: text, At: c.At}}
			p := readPaper(t, pdfOf(t, r))
			if faults := p.beyond(); faults != nil {
				t.Error(faults)
			}
			if len(p) > 12 {
				t.Errorf("%d pages", len(p))
			}
		})
	}
}

// No record makes a report panic or leave the paper.
func TestAnyRecord(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := drawReport(rt)
		var b bytes.Buffer
		if err := r.PDF(&b); err != nil {
			rt.Fatal(err)
		}
		if faults := readPaper(t, b.Bytes()).beyond(); faults != nil {
			rt.Fatal(faults)
		}
		if err := r.JSON(&b, true); err != nil && !strings.Contains(err.Error(), "unsupported value") {
			rt.Fatal(err)
		}
		r.Facts()
	})
}
