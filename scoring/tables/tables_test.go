package tables_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/scoring/tables"
)

func TestDefaults(t *testing.T) {
	if n := len(tables.Defaults().All()); n != 3 {
		t.Fatalf("%d tables, want 3", n)
	}
	for _, p := range []outcome.Product{outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI} {
		byName, ok := tables.Defaults().Find(string(p)+"-default/1", p)
		if !ok {
			t.Fatalf("%s has no default", p)
		}
		if byDefault, ok := tables.Defaults().Find("", p); !ok || byDefault != byName {
			t.Errorf("%s: the default is %v", p, byDefault)
		}
	}
	if _, ok := tables.Defaults().Find("ubi-default/1", outcome.ProductFHI); ok {
		t.Error("a table of another product was found")
	}
}

// A folder's tables stand beside the defaults; what is wrong with any of its files comes
// out at once.
func TestFolder(t *testing.T) {
	own := strings.Replace(file(t, "ubi"), "ubi-default/1", "motor-plus/3", 1)
	folder := fstest.MapFS{"motor.yaml": {Data: []byte(own)}, "README.md": {Data: []byte("not a table")}, "old/motor.yaml": {Data: []byte("neither")}}
	set, err := tables.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := set.Find("motor-plus/3", outcome.ProductUBI); !ok || got.Components[0].Weight != 0.35 {
		t.Errorf("its table: %v", got)
	}
	if _, ok := set.Find("", outcome.ProductPHI); !ok || len(set.All()) != 4 || len(tables.Defaults().All()) != 3 {
		t.Errorf("%d tables, %d defaults", len(set.All()), len(tables.Defaults().All()))
	}

	folder["copy.yml"] = &fstest.MapFile{Data: []byte(own)}
	folder["mine.yaml"] = &fstest.MapFile{Data: []byte(file(t, "fhi"))}
	folder["bad.yaml"] = &fstest.MapFile{Data: []byte("table: x/1\n\tproduct: ubi\n")}
	_, err = tables.Read(folder)
	var wrong tables.Problems
	if !errors.As(err, &wrong) || len(wrong) != 3 {
		t.Fatalf("refused as %v", err)
	}
	for i, want := range []string{"bad.yaml:2: not YAML", "mine.yaml:1: there is a table fhi-default/1 already", "motor.yaml:1: there is a table motor-plus/3 already"} {
		if !strings.HasPrefix(wrong[i].String(), want) {
			t.Errorf("%s, want %s", wrong[i], want)
		}
	}
	if _, err := tables.Read(os.DirFS(filepath.Join(t.TempDir(), "none"))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// Terms through JSON give the table again.
func TestTermsGiveTheTable(t *testing.T) {
	for _, table := range tables.Defaults().All() {
		b, err := json.Marshal(table.Terms())
		if err != nil {
			t.Fatal(err)
		}
		var terms map[string]any
		if err := json.Unmarshal(b, &terms); err != nil {
			t.Fatal(err)
		}
		again, err := tables.FromTerms(terms)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(table, again, cmp.AllowUnexported(tables.Table{})); diff != "" {
			t.Errorf("%s (-read +from terms):\n%s", table.Name, diff)
		}
	}
	for _, bad := range []map[string]any{nil, {"table": math.NaN()}, {"table": make(chan int)}, {"table": "x/1"}} {
		if _, err := tables.FromTerms(bad); err == nil {
			t.Errorf("%v is taken for a table", bad)
		}
	}
}

func TestSteps(t *testing.T) {
	curve := tables.Steps{Points: []tables.Point{{X: 50, Y: 1}, {X: 80, Y: 0.91}, {X: 100, Y: 0.85}}, Top: 100}
	tiers := tables.Steps{Tiers: true, Points: []tables.Point{{X: 0, Y: 1}, {X: 50, Y: 0.95}, {X: 80, Y: 0.9}}, Top: 100}
	for _, c := range []struct{ x, curve, tiers float64 }{
		{-5, 1, 1}, {0, 1, 1}, {49.9, 1, 1}, {50, 1, 0.95}, {65, 0.955, 0.95}, {79.9, 0.9103, 0.95}, {80, 0.91, 0.9}, {90, 0.88, 0.9}, {100, 0.85, 0.9}, {120, 0.85, 0.9},
	} {
		if got := curve.At(c.x); math.Abs(got-c.curve) > 1e-12 {
			t.Errorf("curve at %v: %v, want %v", c.x, got, c.curve)
		}
		if got := tiers.At(c.x); got != c.tiers {
			t.Errorf("tiers at %v: %v, want %v", c.x, got, c.tiers)
		}
	}
}

// The published curve grows, reaches 1 at its distance, and has the values that its later
// distances are known by.
func TestUtilityFactor(t *testing.T) {
	for _, c := range []struct{ rangeKm, normalKm, want float64 }{
		{0, tables.UtilityKm2025, 0}, {-1, tables.UtilityKm2025, 0}, {50, tables.UtilityKm2017, 0.755}, {50, tables.UtilityKm2025, 0.435},
		{50, tables.UtilityKm2027, 0.2605}, {800, tables.UtilityKm2017, 1}, {9000, tables.UtilityKm2027, 1},
	} {
		if got := tables.UtilityFactor(c.rangeKm, c.normalKm); math.Abs(got-c.want) > 0.0005 {
			t.Errorf("%v km by %v: %.4f, want %v", c.rangeKm, c.normalKm, got, c.want)
		}
	}
	before := 0.0
	for km := 1.0; km <= 800; km++ {
		u := tables.UtilityFactor(km, tables.UtilityKm2017)
		if u <= before || u >= 1 {
			t.Fatalf("%v km: %v after %v", km, u, before)
		}
		before = u
	}
}

// Whatever a file holds, it is a table or refused with lines that it has; a table goes
// through its terms.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"ubi", "fhi", "phi"} {
		f.Add([]byte(file(f, name)))
	}
	f.Add([]byte("factor: {tiers: [{from: 0, to: 50, factor: 1}, {from: 40, to: 100, factor: .9}]}"))
	f.Add([]byte("a: &x [*x]\n? {b: c}\n: !!str 1\n<<: *x\n---\n- |\n  text\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := tables.Parse("f.yaml", text)
		var wrong tables.Problems
		if errors.As(err, &wrong) {
			for _, p := range wrong {
				if p.Line < 0 || p.Line > 2+bytes.Count(text, []byte("\n"))+bytes.Count(text, []byte("\r")) || p.Text == "" {
					t.Fatalf("refused at a line that is not there: %v", p)
				}
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if again, err := tables.FromTerms(table.Terms()); err != nil || !cmp.Equal(table, again, cmp.AllowUnexported(tables.Table{})) {
			t.Fatalf("terms give %v, %v", again, err)
		}
	})
}
