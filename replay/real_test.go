package replay_test

import (
	"bufio"
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
	name     string
	from, to time.Time
	metres   float64
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

func TestUAHTrips(t *testing.T) {
	dir, trips, _ := recorded(t, "uah")
	drives := uahDrives(t, dir)
	if len(trips) != len(drives) {
		t.Errorf("%d trips from %d folders", len(trips), len(drives))
	}
	for _, d := range drives {
		o := oneTrip(t, trips, d)
		if o == nil {
			continue
		}
		off := o.DistanceM/d.metres - 1
		late := o.DurationS - d.to.Sub(d.from).Seconds()
		t.Logf("%-45s distance %+.2f %%, duration %+.1f s", d.name, 100*off, late)
		if math.Abs(off) > 0.03 || math.Abs(late) > 5 {
			t.Errorf("%s: distance off by %.2f %%, duration by %.1f s", d.name, 100*off, late)
		}
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
