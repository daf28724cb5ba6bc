package replay_test

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"milepost/fixtures/recordings"
	"milepost/geo"
	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/pipeline"
	"milepost/replay"
	"milepost/replay/capture"
	"milepost/replay/csvimport"
	"milepost/replay/mappings"
	"milepost/telemetry"
)

// recorded imports a set of recorded drives and plays it. Every outcome must
// satisfy its schema.
func recorded(t *testing.T, set string) (dir string, trips []*outcome.Trip, events []*outcome.Event) {
	t.Helper()
	dir = recordings.Folder(t, set)
	text, ok := mappings.Lookup(set)
	if !ok {
		t.Fatalf("no mapping %s", set)
	}
	m, err := csvimport.Load(set, text)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), set+".arrow")
	if _, err := csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{dir}, Out: out}); err != nil {
		t.Fatal(err)
	}
	newest := map[string]outcome.Outcome{}
	playCapture(t, out, nil, newest)
	for _, o := range newest {
		switch o := o.(type) {
		case *outcome.Trip:
			trips = append(trips, o)
			checkSane(t, o)
		case *outcome.Event:
			events = append(events, o)
		}
	}
	slices.SortFunc(trips, func(a, b *outcome.Trip) int { return int(a.StartedAt - b.StartedAt) })
	slices.SortFunc(events, func(a, b *outcome.Event) int { return int(a.StartedAt - b.StartedAt) })
	return dir, trips, events
}

// playCapture plays a capture on a map, nil for none, and keeps the newest of each outcome.
func playCapture(t *testing.T, path string, on pipeline.Roads, newest map[string]outcome.Outcome) {
	t.Helper()
	r, err := capture.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	valid, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	p, err := replay.NewPlayer(r.Profiles())
	if err != nil {
		t.Fatal(err)
	}
	p.On(on)
	emit := func(o outcome.Outcome) error {
		if old := newest[o.Head().ID]; old == nil || old.Head().Revision < o.Head().Revision {
			newest[o.Head().ID] = o
		}
		return valid.Validate(o)
	}
	var f telemetry.Frame
	for {
		if err := r.Next(&f); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if err := p.Record(&f, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(emit); err != nil {
		t.Fatal(err)
	}
	if d := p.Summary().Drops; len(d) > 0 {
		t.Logf("%s: dropped in play: %v", filepath.Base(path), d)
	}
}

// checkSane is what must hold of every trip. (JSON cannot carry a NaN: encoding it
// would have failed in the validator.)
func checkSane(t *testing.T, o *outcome.Trip) {
	t.Helper()
	p := o.Scores.Performance
	switch {
	case o.EndedAt < o.StartedAt:
		t.Errorf("trip of %s at %s ends before it starts", o.VehicleID, o.StartedAt)
	case p == nil || p.Score < 0 || p.Score > 100:
		t.Errorf("trip of %s at %s has no score between 0 and 100: %v", o.VehicleID, o.StartedAt, p)
	case o.DistanceM < 1000 && !p.LowConfidence:
		t.Errorf("trip of %s at %s: %.0f m with low_confidence %t", o.VehicleID, o.StartedAt, o.DistanceM, p.LowConfidence)
	case o.DistanceM > 70*o.DurationS:
		t.Errorf("trip of %s at %s: %.0f m in %.0f s", o.VehicleID, o.StartedAt, o.DistanceM, o.DurationS)
	}
}

// uahDrive is a folder of UAH-DriveSet: when and how far its GPS file says.
type uahDrive struct {
	name, driver, style, road string
	from, to                  time.Time
	metres                    float64
}

func uahDrives(t *testing.T, dir string) []uahDrive {
	t.Helper()
	folders, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
	if len(folders) == 0 {
		t.Fatalf("no drives in %s", dir)
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	var drives []uahDrive
	for _, folder := range folders {
		d := uahDrive{name: filepath.Base(folder)}
		part := strings.Split(d.name, "-")
		d.driver, d.style, d.road = part[2], strings.TrimRight(part[3], "12"), part[4]
		start, err := time.ParseInLocation("20060102150405", part[0], madrid)
		if err != nil {
			t.Fatal(err)
		}
		rows := numbers(t, filepath.Join(folder, "RAW_GPS.txt"))
		at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
		d.from, d.to = at(rows[0][0]), at(rows[len(rows)-1][0])
		for i := 1; i < len(rows); i++ {
			d.metres += geo.Distance(orb.Point{rows[i-1][3], rows[i-1][2]}, orb.Point{rows[i][3], rows[i][2]})
		}
		drives = append(drives, d)
	}
	return drives
}

// numbers reads a file of rows of numbers between spaces.
func numbers(t *testing.T, path string) (rows [][]float64) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var row []float64
		for _, word := range strings.Fields(lines.Text()) {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				t.Fatal(err)
			}
			row = append(row, v)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestUAHTripsAndScores(t *testing.T) {
	dir, trips, _ := recorded(t, "uah")
	drives := uahDrives(t, dir)
	if len(trips) != len(drives) {
		t.Errorf("%d trips from %d folders", len(trips), len(drives))
	}
	score := map[string][]float64{} // by driver, road and style
	var aggressive, others []float64
	for _, d := range drives {
		o := oneTrip(t, trips, d)
		if o == nil {
			continue
		}
		off, s := o.DistanceM/d.metres-1, o.Scores.Performance.Score
		late := o.DurationS - d.to.Sub(d.from).Seconds()
		t.Logf("%-45s distance %+.2f %%, duration %+.1f s, score %.1f", d.name, 100*off, late, s)
		if math.Abs(off) > 0.03 || math.Abs(late) > 5 {
			t.Errorf("%s: distance off by %.2f %%, duration by %.1f s", d.name, 100*off, late)
		}
		score[d.driver+d.road+d.style] = append(score[d.driver+d.road+d.style], s)
		if d.style == "AGGRESSIVE" {
			aggressive = append(aggressive, s)
		} else {
			others = append(others, s)
		}
	}
	for _, d := range drives {
		normal, angry := score[d.driver+d.road+"NORMAL"], score[d.driver+d.road+"AGGRESSIVE"]
		if len(normal) > 0 && len(angry) > 0 && slices.Min(normal) <= slices.Max(angry) {
			t.Errorf("%s on %s: NORMAL %v is not above AGGRESSIVE %v", d.driver, d.road, normal, angry)
		}
	}
	t.Logf("AUC of AGGRESSIVE against the others: %.3f", auc(others, aggressive))
	if auc(others, aggressive) < 0.95 {
		t.Errorf("AUC %.3f, want 0.95", auc(others, aggressive))
	}
}

// oneTrip gives the only trip that overlaps a drive.
func oneTrip(t *testing.T, trips []*outcome.Trip, d uahDrive) *outcome.Trip {
	t.Helper()
	var found []*outcome.Trip
	for _, o := range trips {
		if o.StartedAt.Std().Before(d.to) && o.EndedAt.Std().After(d.from) {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		t.Errorf("%s: %d trips, want one", d.name, len(found))
		return nil
	}
	return found[0]
}

// auc is the chance that one of the first group is above one of the second.
func auc(above, below []float64) float64 {
	n := 0.0
	for _, a := range above {
		for _, b := range below {
			switch {
			case a > b:
				n++
			case a == b:
				n += 0.5
			}
		}
	}
	return n / float64(len(above)*len(below))
}

func TestOmahaEventsByTheirRule(t *testing.T) {
	dir, _, events := recorded(t, "omaha")
	truth := omahaEvents(t, filepath.Join(dir, "drives.csv"))
	hit, level := 0, 0
	used := map[*outcome.Event]bool{}
	for _, w := range truth {
		i := slices.IndexFunc(events, func(e *outcome.Event) bool {
			start := float64(e.StartedAt) / 1e6
			return !used[e] && start <= w.to+0.5 && start+e.DurationS >= w.from-0.5
		})
		if i < 0 {
			t.Logf("missed: %+v", w)
			continue
		}
		used[events[i]] = true
		hit++
		if events[i].Level == w.level {
			level++
		}
	}
	f1 := 2 * float64(hit) / float64(len(truth)+len(events))
	t.Logf("%d events of %d, %d found: F1 %.3f; level right for %d", len(events), len(truth), hit, f1, level)
	if f1 < 0.9 || level < hit*9/10 {
		t.Errorf("F1 %.3f with %d of %d levels right, want 0.9 of each", f1, level, hit)
	}
}

type labelled struct {
	drive    string
	from, to float64 // s
	level    int
}

// omahaEvents joins consecutive seconds whose larger horizontal peak is 0.35 g or more.
func omahaEvents(t *testing.T, path string) (out []labelled) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := func(name string) int { return slices.Index(rows[0], name) }
	at, x, y, drive, cat := col("time_utc"), col("accel_x"), col("accel_y"), col("drive"), col("accel_event_cat")
	g := func(s string) float64 { v, _ := strconv.ParseFloat(s, 64); return math.Abs(v) }
	for _, r := range rows[1:] {
		if max(g(r[x]), g(r[y])) < 0.35 {
			continue
		}
		s, level := g(r[at]), map[string]int{"low": 1, "med": 2, "high": 3}[r[cat]]
		if n := len(out); n > 0 && out[n-1].drive == r[drive] && s-out[n-1].to < 1.5 {
			out[n-1].to, out[n-1].level = s, max(out[n-1].level, level)
			continue
		}
		out = append(out, labelled{r[drive], s, s, level})
	}
	return out
}

// The other sets carry no truth about trips: what is known is how many drives they hold.
func TestOtherRecordedDrives(t *testing.T) {
	for set, want := range map[string]int{"curitiba": 5, "twizy": 7, "comma2k19": 1} {
		t.Run(set, func(t *testing.T) {
			_, trips, _ := recorded(t, set)
			for _, o := range trips {
				line := fmt.Sprintf("%s %s %6.0f s %6.0f m score %.1f", o.VehicleID, o.StartedAt, o.DurationS, o.DistanceM, o.Scores.Performance.Score)
				t.Log(line, o.Counts, o.Receipt.Flags)
			}
			if len(trips) != want {
				t.Errorf("%d trips, want %d", len(trips), want)
			}
		})
	}
}
