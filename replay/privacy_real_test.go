package replay_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milepost/fixtures/recordings"
	"milepost/geo/follow"
	"milepost/geo/roads"
	"milepost/outcome"
	"milepost/replay/csvimport"
	"milepost/replay/mappings"
)

// city is a set of recorded drives that is shared or not at will, and its map.
type city struct {
	dir   string
	names []string              // of columns, with one that says whether the location is shared
	col   map[string]int        //
	rows  map[string][][]string // of a drive, with a valid clock
	m     *csvimport.Mapping
	roads *roads.Map
}

func curitibaCity(t *testing.T) *city {
	dir := recordings.Folder(t, "curitiba")
	text, _ := mappings.Lookup("curitiba")
	shared := "\n      - {from: SHARED, to: Vehicle.Privacy.IsLocationShared, words: {'1': true, '0': false}}\n"
	m, err := csvimport.Load("curitiba", append(bytes.TrimRight(text, "\n"), shared...))
	if err != nil {
		t.Fatal(err)
	}
	c := &city{dir: dir, col: map[string]int{}, rows: map[string][][]string{}, m: m, roads: mapOf(t, filepath.Join(dir, "ippuc_road_axis.geojsonl.gz"))}
	for _, name := range []string{"driver_A.csv", "driver_B.csv"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r := csv.NewReader(f)
		r.Comma, r.LazyQuotes = ';', true
		all, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		c.names = append(slices.Clone(all[0]), "SHARED")
		for i, n := range c.names {
			c.col[strings.TrimPrefix(n, "\ufeff")] = i
		}
		for _, row := range all[1:] {
			if id := row[c.col["ID"]]; row[c.col["VALID_TIME"]] != "No" {
				c.rows[id] = append(c.rows[id], row)
			}
		}
	}
	return c
}

func mapOf(t *testing.T, path string) *roads.Map {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var b roads.Builder
	if err := b.ReadGeoJSON(z, roads.GeoJSON{}); err != nil {
		t.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// imported writes a drive of which rows are not shared, after change has had its way with
// those, and gives the capture.
func (c *city) imported(t *testing.T, id string, hidden func(i int) bool, change func(row []string)) string {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	_ = w.Write(c.names)
	for i, row := range c.rows[id] {
		row = append(slices.Clone(row), "1")
		if hidden(i) {
			row[len(row)-1] = "0"
			row[c.col["LAT"]], row[c.col["LONG"]] = "", ""
			if change != nil {
				change(row)
			}
		}
		_ = w.Write(row)
	}
	w.Flush()
	if err := os.WriteFile(filepath.Join(dir, "driver_X.csv"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "x.arrow")
	if _, err := csvimport.Import(t.Context(), c.m, csvimport.Options{Files: []string{dir}, Out: out}); err != nil {
		t.Fatal(err)
	}
	return out
}

// told plays a capture on the map and gives the newest of each outcome.
func (c *city) told(t *testing.T, path string) (trips []*outcome.Trip, collisions int) {
	t.Helper()
	newest := map[string]outcome.Outcome{}
	playCapture(t, path, follow.New(c.roads, follow.Options{}), newest)
	for _, o := range newest {
		switch o := o.(type) {
		case *outcome.Trip:
			trips = append(trips, o)
		case *outcome.Collision:
			collisions++
		}
	}
	return trips, collisions
}

// Switched off at speed or in turns with on: nothing of that looks like a collision.
func TestSwitchingOffIsNoCollision(t *testing.T) {
	c := curitibaCity(t)
	see := func(id, how string, hidden func(i int) bool) {
		if _, n := c.told(t, c.imported(t, id, hidden, nil)); n != 0 {
			t.Errorf("%s, %s: %d collisions", id, how, n)
		}
	}
	for _, from := range []int{310, 320} {
		for _, n := range []int{5, 10, 20, 30} {
			see("A05", fmt.Sprintf("%d s from %d s on", n, from), func(i int) bool { return i >= from && i < from+n })
		}
	}
	for _, id := range []string{"A05", "B08"} {
		for _, block := range []int{6, 10, 15, 20, 30, 60, 120} {
			see(id, fmt.Sprintf("each %d s", block), func(i int) bool { return i/block%2 == 1 })
		}
	}
}

// Drives that differ in unshared signs alone give the same capture, to the byte.
func TestUnsharedSignsChangeNothing(t *testing.T) {
	c := curitibaCity(t)
	hidden := func(i int) bool { return i/40%2 == 1 }
	var first []byte
	for _, limit := range []string{"", "0", "20", "60", "110", "NPI"} {
		path := c.imported(t, "A05", hidden, func(row []string) {
			if limit != "" {
				row[c.col["LIMITE_VEL"]] = limit
			}
		})
		bytes, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = bytes
		} else if !slices.Equal(first, bytes) {
			t.Errorf("another capture where the signs say %q", limit)
		}
	}
}

// How far estimates are from what was driven where it was not shared. What was driven is what
// the trip lacks of the same one shared throughout.
func TestEstimatesOfRecordedDrives(t *testing.T) {
	c := curitibaCity(t)
	r := rand.New(rand.NewPCG(7, 7))
	all := func(int) bool { return false }
	for _, id := range []string{"A05", "B08"} {
		whole := longest(c.told(t, c.imported(t, id, all, nil)))
		rows := len(c.rows[id])
		for _, length := range []int{5, 10, 20, 60, 120, 300} {
			drawn, blank, est, truly, worst := 0, 0, 0.0, 0.0, 0.0
			for range 30 {
				from := 60 + r.IntN(rows-length-200)
				o := longest(c.told(t, c.imported(t, id, func(i int) bool { return i >= from && i < from+length }, nil)))
				if o == nil || o.Receipt.Distances["disclosed"] == 0 {
					continue
				}
				driven := whole.DistanceM - o.Receipt.Distances["disclosed"]
				e := o.Receipt.Distances["estimated"]
				if slices.Contains(o.Receipt.Flags, "stretches_left_blank_1") {
					blank++
					continue
				}
				drawn++
				est, truly, worst = est+e, truly+driven, max(worst, e-driven)
			}
			t.Logf("%s, %3d s hidden: %2d drawn, %2d blank; estimated %.0f m, driven %.0f m; most too long by %.0f m", id, length, drawn, blank, est, truly, worst)
			if est > 1.15*truly+50 {
				t.Errorf("%s: estimates of %d s are %.0f m for %.0f m driven", id, length, est, truly)
			}
		}
		for _, block := range []int{10, 30} {
			o := longest(c.told(t, c.imported(t, id, func(i int) bool { return i/block%2 == 1 && i < rows-200 }, nil)))
			t.Logf("%s, each %d s: %.0f m for %.0f m (%v, %v)", id, block, o.DistanceM, whole.DistanceM, o.Receipt.Distances, o.Receipt.Flags)
			if o.DistanceM > 1.1*whole.DistanceM {
				t.Errorf("%s, each %d s: %.0f m for %.0f m", id, block, o.DistanceM, whole.DistanceM)
			}
			if n := loose(o.Route.Parts); n != 0 {
				t.Errorf("%s, each %d s: %d hidden stretches begin elsewhere than what was before them ends", id, block, n)
			}
		}
	}
}

// loose counts the stretches that were not shared and do not begin where the part before ends.
func loose(parts []outcome.RoutePart) (n int) {
	for i := 1; i < len(parts); i++ {
		a, b := parts[i-1], parts[i]
		for _, s := range []outcome.PartSource{outcome.PartHidden, outcome.PartEstimated} {
			if (a.Source == s || b.Source == s) && a.To != b.From {
				n++
				break
			}
		}
	}
	return n
}

func longest(trips []*outcome.Trip, _ int) (best *outcome.Trip) {
	for _, o := range trips {
		if best == nil || o.DurationS > best.DurationS {
			best = o
		}
	}
	return best
}
