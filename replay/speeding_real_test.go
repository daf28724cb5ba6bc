package replay_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"milepost/outcome"
)

// atLimit is a row of a recording: when, how fast, and the limit there, km/h, NaN where
// it is unknown.
type atLimit struct {
	drive    string
	at       float64 // s
	v, limit float64
}

// overOf is the share of the distance with a known limit that was driven above it, as rows
// alone tell: each stands for the time since the one before, at its own speed.
func overOf(rows []atLimit) (share, known float64) {
	over := 0.0
	for i := 1; i < len(rows); i++ {
		a, b := rows[i-1], rows[i]
		if step := b.at - a.at; a.drive == b.drive && step > 0 && step <= 5 && !math.IsNaN(b.limit) {
			known += b.v / 3.6 * step
			if b.v > b.limit {
				over += b.v / 3.6 * step
			}
		}
	}
	return over / known, known
}

// columns reads rows of a file with a header; a cell is got by its column's name.
func columns(t *testing.T, path string, comma rune, row func(cell func(name string) string)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = comma, true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range all[0] {
		at[strings.TrimPrefix(name, "\ufeff")] = i
	}
	for _, cells := range all[1:] {
		row(func(name string) string { return cells[at[name]] })
	}
}

// kmh is a number, NaN where there is none.
func kmh(text string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || v < 0 {
		return math.NaN()
	}
	return v
}

func curitibaRows(t *testing.T, dir string) (rows []atLimit) {
	for _, name := range []string{"driver_A.csv", "driver_B.csv"} {
		columns(t, filepath.Join(dir, name), ';', func(c func(string) string) {
			at, err := time.Parse("2/1/2006 15:04:05", c("DAY_CORRIGIDO")+" "+c("PR"))
			if err == nil && c("VALID_TIME") != "No" {
				rows = append(rows, atLimit{c("ID"), float64(at.Unix()), kmh(c("SPD_KMH")), kmh(c("LIMITE_VEL"))})
			}
		})
	}
	return rows
}

func twizyRows(t *testing.T, dir string) (rows []atLimit) {
	files, _ := filepath.Glob(filepath.Join(dir, "T*", "T*.csv"))
	for _, name := range files {
		columns(t, name, ',', func(c func(string) string) {
			if at, err := time.Parse("1/2/2006 15:04:05", c("Date")+" "+c("Time")); err == nil {
				rows = append(rows, atLimit{name, float64(at.Unix()), kmh(c("Speed")), kmh(c("SpeedLimit"))})
			}
		})
	}
	return rows
}

// uahRows takes the speeds of the GPS, each with the newest limit.
func uahRows(t *testing.T, dir string) (rows []atLimit) {
	folders, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
	for _, folder := range folders {
		limits := numbersOf(t, filepath.Join(folder, "PROC_OPENSTREETMAP_DATA.txt"), 2)
		for _, row := range numbersOf(t, filepath.Join(folder, "RAW_GPS.txt"), 2) {
			r := atLimit{folder, row[0], row[1], math.NaN()}
			if i := sort.Search(len(limits), func(i int) bool { return limits[i][0] > row[0] }); i > 0 && limits[i-1][1] > 0 {
				r.limit = limits[i-1][1]
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// numbersOf reads the first numbers of each row of a file between spaces.
func numbersOf(t *testing.T, path string, n int) (rows [][]float64) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		row := make([]float64, n)
		for i := range row {
			if row[i], err = strconv.ParseFloat(words[i], 64); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// The share of distance over the limit, with the recordings' limits as the car's own, is
// that of their columns.
func TestSpeedingOfRecordedDrives(t *testing.T) {
	for _, c := range []struct {
		set  string
		rows func(*testing.T, string) []atLimit
	}{{"curitiba", curitibaRows}, {"uah", uahRows}, {"twizy", twizyRows}} {
		t.Run(c.set, func(t *testing.T) {
			dir, trips, events := recorded(t, c.set)
			want, columnM := overOf(c.rows(t, dir))
			known, over, stretches := 0.0, 0.0, 0
			for _, o := range trips {
				stretches += o.Counts.Speeding
				if o.Speeding != nil {
					known, over = known+o.Speeding.LimitKnownM, over+*o.OverspeedM
				}
			}
			told := 0
			for _, e := range events {
				if e.Kind == outcome.KindSpeeding && e.State != outcome.Withdrawn {
					told++
				}
			}
			t.Logf("%s: %.2f %% of %.1f km with a known limit were driven above it; by the columns %.2f %% of %.1f km; %d stretches of speeding",
				c.set, 100*over/known, known/1000, 100*want, columnM/1000, stretches)
			if math.Abs(over/known-want) > 0.01 {
				t.Errorf("differs by %.2f percentage points, want at most 1", 100*math.Abs(over/known-want))
			}
			if told != stretches {
				t.Errorf("%d events of speeding, trips count %d", told, stretches)
			}
			if math.Abs(known-columnM) > 0.03*columnM {
				t.Errorf("%.0f m with a known limit, %.0f m by the columns", known, columnM)
			}
		})
	}
}
