package export_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-polyline"

	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/sinks/export"
	"milepost/sinks/read/readtest"
	"milepost/sinks/sqlite"
)

// start of the drives, 2026-09-01T08:12:30Z.
const start = outcome.Time(1_788_250_350_000_000)

// drive is a trip of a day, with one event with a place and one without. Its route has
// a stretch that was not shared between two that were.
func drive(vehicle string, day int) []outcome.Outcome {
	at := start + outcome.Time(day)*86_400_000_000
	line := polyline.EncodeCoords([][]float64{{40.4, -3.70001}, {40.5, -3.6}, {40.7, -3.4}, {40.8, -3.3}})
	trip := &outcome.Trip{Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at, Revision: 1},
		State: outcome.Final, StartedAt: at, EndedAt: at + 600_000_000, Zone: "Europe/Madrid", LocalDate: at.Std().Format(time.DateOnly), DistanceM: 5000,
		DistanceSource: "odometer", DurationS: 600, DrivingS: 500, IdleS: 100, MaxSpeedKmh: 60, AvgSpeedKmh: 30,
		Route:   &outcome.Route{Polyline: string(line), Parts: []outcome.RoutePart{{From: 0, To: 1, Source: "raw"}, {From: 2, To: 3, Source: "raw"}}},
		Receipt: outcome.Receipt{Method: "performance/1", Inputs: map[string]float64{}, Thresholds: map[string]float64{}, Tracks: []outcome.TrackSpan{}, Distances: map[string]float64{}}}
	lat, lon := 40.45, -0.00001
	event := func(n int) *outcome.Event {
		began := at + outcome.Time(n)*60_000_000
		return &outcome.Event{Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(vehicle, "harsh_braking", began), VehicleID: vehicle, At: began, Revision: 1},
			State: outcome.Final, Kind: outcome.HarshBraking, Level: 2, StartedAt: began, DurationS: 1.5, PeakMS2: -3.5, Estimator: "speed", RateHz: 10, TripID: trip.ID, Method: "performance/1"}
	}
	placed, nowhere := event(1), event(2)
	placed.Lat, placed.Lon = &lat, &lon
	return []outcome.Outcome{trip, placed, nowhere}
}

func monthOf(vehicle, name string) *outcome.Month {
	at, err := time.Parse("2006-01", name)
	if err != nil {
		panic(err)
	}
	return &outcome.Month{Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID(vehicle, "month/"+name, 0), VehicleID: vehicle, At: outcome.Time(at.UnixMicro()), Revision: 1},
		State: outcome.Final, Month: name, Trips: 1, DistanceM: 5000, DurationS: 600, Days: []outcome.Day{{Date: name + "-02", Trips: 1, DistanceM: 5000, DurationS: 600}}, Method: "performance/1"}
}

// crash is a collision on a day, with what people added to it in the days after.
func crash(vehicle, account string, day int) []outcome.Outcome {
	c := readtest.NewCollision(vehicle, account, start+outcome.Time(day)*86_400_000_000+300_000_000)
	return []outcome.Outcome{c, readtest.NewAddition(c, outcome.AdditionAnswer, 3600), readtest.NewAddition(c, outcome.AdditionNote, 2*86400),
		readtest.NewAddition(c, outcome.AdditionPhoto, 9*86400)}
}

// stored is a store of two vehicles; one trip of the first was withdrawn.
func stored(t *testing.T) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	var batch []outcome.Outcome
	for _, vehicle := range []string{"mine", "another"} {
		for _, day := range []int{0, 1, 40} {
			batch = append(batch, drive(vehicle, day)...)
		}
		batch = append(batch, monthOf(vehicle, "2026-09"), monthOf(vehicle, "2026-10"))
		batch = append(batch, crash(vehicle, "seller", 1)...)
		for _, day := range []int{0, 40} {
			batch = append(batch, readtest.NewCharge(vehicle, "seller", start+outcome.Time(day)*86_400_000_000+600_000_000))
		}
		for _, year := range []int{2023, 2025} {
			batch = append(batch, readtest.NewFactor(vehicle, "P-1", time.Date(year, 10, 1, 0, 0, 0, 0, time.UTC)))
		}
	}
	gone := drive("mine", 5)[0].(*outcome.Trip)
	gone.State = outcome.Withdrawn
	if err := store.Write(t.Context(), append(batch, gone)); err != nil {
		t.Fatal(err)
	}
	return store
}

var made = time.Date(2026, 11, 2, 15, 4, 5, 0, time.UTC)

func exported(t *testing.T, r export.Request) (files map[string][]byte, names []string, whole []byte) {
	t.Helper()
	var zipped bytes.Buffer
	r.MadeOn, r.Version = made, "test"
	if _, err := export.Write(t.Context(), &zipped, stored(t).Model, r); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(zipped.Bytes()), int64(zipped.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	return files, names, zipped.Bytes()
}

func TestExportHoldsAllOfAVehicleAndNothingElse(t *testing.T) {
	files, names, _ := exported(t, export.Request{Vehicle: "mine"})
	want := []string{"README.txt", "trips.json", "events.json", "months.json", "charges.json", "factors.json", "collisions.json", "additions.json", "gpx/2026-09-01T08-12Z.gpx", "gpx/2026-09-02T08-12Z.gpx", "gpx/2026-10-11T08-12Z.gpx",
		"photos/2026-09-11T08-17-30Z-" + crash("mine", "", 1)[3].Head().ID + ".jpg",
		"schema/addition.schema.json", "schema/charge.schema.json", "schema/collision.schema.json", "schema/event.schema.json", "schema/factor.schema.json", "schema/header.schema.json", "schema/month.schema.json", "schema/trip.schema.json", "manifest.json"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	valid, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	for name, count := range map[string]int{"trips.json": 3, "events.json": 6, "months.json": 2, "charges.json": 2, "factors.json": 2, "collisions.json": 1} {
		var list []json.RawMessage
		if err := json.Unmarshal(files[name], &list); err != nil || len(list) != count {
			t.Errorf("%s has %d entries, error %v", name, len(list), err)
		}
		for i, one := range list {
			if err := valid.ValidateJSON(one); err != nil {
				t.Errorf("%s, entry %d: %v", name, i, err)
			}
		}
	}
	for name, body := range files {
		if bytes.Contains(body, []byte("another")) && !strings.HasPrefix(name, "schema/") {
			t.Errorf("%s names another vehicle", name)
		}
	}
	if !bytes.Contains(files["README.txt"], []byte("the drives (3)")) || !bytes.Contains(files["README.txt"], []byte("vehicle mine")) {
		t.Errorf("README:\n%s", files["README.txt"])
	}
}

func TestManifestFitsTheFiles(t *testing.T) {
	files, names, _ := exported(t, export.Request{Vehicle: "mine"})
	var m export.Manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Files) != len(names)-1 || m.MadeOn != "2026-11-02" || !slices.Equal(m.Methods, []string{"performance/1", "insurance/1"}) ||
		m.Counts != (export.Counts{Trips: 3, Events: 6, Months: 2, Charges: 2, Factors: 2, Tracks: 3, Collisions: 1, Additions: 3, Photos: 1}) {
		t.Errorf("%+v", m)
	}
	for _, f := range m.Files {
		if sum := sha256.Sum256(files[f.Name]); hex.EncodeToString(sum[:]) != f.SHA256 || len(files[f.Name]) != f.Bytes {
			t.Errorf("%s is another than the manifest says", f.Name)
		}
	}
}

func TestTheSameStoreGivesTheSameBytes(t *testing.T) {
	_, _, one := exported(t, export.Request{Vehicle: "mine"})
	_, _, two := exported(t, export.Request{Vehicle: "mine"})
	if !bytes.Equal(one, two) {
		t.Error("two exports differ")
	}
}

func TestRange(t *testing.T) {
	for name, c := range map[string]struct {
		from, to              outcome.Time
		trips, events, months int
		collisions            int
		charges, factors      int
	}{
		"from the second drive on":   {start + 86_400_000_000, 0, 2, 4, 2, 1, 1, 1},
		"up to the second drive":     {0, start + 86_400_000_000, 1, 2, 1, 0, 1, 2},
		"between events of a drive":  {start + 61_000_000, start + 3_600_000_000, 0, 1, 1, 0, 1, 1},
		"the second month":           {1_790_812_800_000_000, 0, 1, 2, 1, 0, 1, 1},
		"the very start is included": {start, start + 1, 1, 0, 1, 0, 0, 1},
		"the day of the collision":   {start + 86_400_000_000, start + 2*86_400_000_000, 1, 2, 1, 1, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			files, _, _ := exported(t, export.Request{Vehicle: "mine", From: c.from, To: c.to})
			var m export.Manifest
			if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
				t.Fatal(err)
			}
			want := export.Counts{Trips: c.trips, Events: c.events, Months: c.months, Tracks: c.trips, Charges: c.charges, Factors: c.factors,
				Collisions: c.collisions, Additions: 3 * c.collisions, Photos: c.collisions} // whenever they were added
			if m.Counts != want {
				t.Errorf("%+v, want %+v", m.Counts, want)
			}
		})
	}
}

func TestAVehicleNeverSeen(t *testing.T) {
	var zipped bytes.Buffer
	_, err := export.Write(t.Context(), &zipped, stored(t).Model, export.Request{Vehicle: "nobody"})
	if !errors.Is(err, export.ErrNothing) || zipped.Len() > 0 {
		t.Errorf("%d bytes, error %v", zipped.Len(), err)
	}
}

// What people added stands beside its collision, and photos as they were taken.
func TestAdditionsAndPhotos(t *testing.T) {
	files, _, _ := exported(t, export.Request{Vehicle: "mine"})
	var list []struct {
		outcome.Addition
		File string `json:"file"`
	}
	if err := json.Unmarshal(files["additions.json"], &list); err != nil || len(list) != 3 {
		t.Fatalf("%d entries, %v:\n%s", len(list), err, files["additions.json"])
	}
	for i, o := range crash("mine", "seller", 1)[1:] {
		want := *o.(*outcome.Addition)
		if string(files[list[i].File]) != string(want.Content) || list[i].Content != nil {
			t.Errorf("%s: the file %q holds %q", want.Kind, list[i].File, files[list[i].File])
		}
		want.Content = nil
		if diff := cmp.Diff(want, list[i].Addition); diff != "" {
			t.Errorf("addition (-want +got):\n%s", diff)
		}
	}
	if !bytes.Contains(files["collisions.json"], []byte(`"longitudinal_ms2"`)) || !bytes.Contains(files["README.txt"], []byte("photos/          the photos (1)")) {
		t.Errorf("no pulse, or no photo:\n%s", files["README.txt"])
	}
}

// TestGPX holds a file to what the schema of GPX 1.1 says of the elements it uses: their
// order, their number, and the form of numbers and times.
func TestGPX(t *testing.T) {
	files, _, _ := exported(t, export.Request{Vehicle: "mine"})
	body := files["gpx/2026-09-01T08-12Z.gpx"]
	var path []string
	var got []string
	var last = map[string]int{} // of a parent's children, the place in the order
	order := map[string][]string{"gpx": {"metadata", "wpt", "trk"}, "metadata": {"name", "time"}, "wpt": {"time", "name", "desc"}, "trk": {"name", "desc", "trkseg"}, "trkseg": {"trkpt"}}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Space != "http://www.topografix.com/GPX/1/1" {
				t.Errorf("%s lies in the name space %q", e.Name.Local, e.Name.Space)
			}
			if len(path) > 0 {
				parent := path[len(path)-1]
				at := slices.Index(order[parent], e.Name.Local)
				if at < last[parent] {
					t.Errorf("%s is out of order in %s", e.Name.Local, parent)
				}
				last[parent] = at
			}
			path, last[e.Name.Local] = append(path, e.Name.Local), 0
			got = append(got, described(t, e))
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) > 0 && path[len(path)-1] == "time" && !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`).Match(e) {
				t.Errorf("a time is %s", e)
			}
		}
	}
	want := []string{"gpx", "metadata", "name", "time", "wpt 40.45000,-0.00001", "time", "name", "desc", "trk", "name", "desc",
		"trkseg", "trkpt 40.40000,-3.70001", "trkpt 40.50000,-3.60000", "trkseg", "trkpt 40.70000,-3.40000", "trkpt 40.80000,-3.30000"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("elements (-want +got):\n%s\n%s", diff, body)
	}
	if !bytes.Contains(body, []byte("Drive of 2026-09-01 10:12 CEST")) {
		t.Errorf("it is not named by local time:\n%s", body)
	}
}

func described(t *testing.T, e xml.StartElement) string {
	t.Helper()
	at := map[string]string{}
	for _, a := range e.Attr {
		at[a.Name.Local] = a.Value
	}
	switch {
	case e.Name.Local == "gpx" && (at["version"] != "1.1" || at["creator"] == ""):
		t.Errorf("gpx has %v", at)
	case at["lat"] != "":
		return fmt.Sprintf("%s %s,%s", e.Name.Local, at["lat"], at["lon"])
	}
	return e.Name.Local
}

// A vehicle that was sold holds drives of two people: neither gets the other's.
func TestExportOfOneAccount(t *testing.T) {
	store := stored(t)
	var theirs string
	for day, account := range map[int]string{60: "seller", 61: "buyer"} {
		facts := drive("mine", day)
		trip := facts[0].(*outcome.Trip)
		if trip.AccountID = account; account == "buyer" {
			theirs = trip.ID
		}
		if account == "buyer" {
			facts = append(facts, crash("mine", account, day)...)
		}
		if err := store.Write(t.Context(), facts); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	counts, err := export.Write(t.Context(), &out, store.Model, export.Request{Vehicle: "mine", Account: "buyer"})
	if want := (export.Counts{Trips: 1, Events: 2, Tracks: 1, Collisions: 1, Additions: 3, Photos: 1}); err != nil || counts != want {
		t.Fatalf("%+v, error %v; want %+v", counts, err, want)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"trips.json": theirs, "README.txt": "under account buyer", "manifest.json": `"account_id": "buyer"`} {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(f); err != nil || !strings.Contains(string(text), want) || strings.Contains(string(text), "seller") {
			t.Errorf("%s, error %v:\n%s", name, err, text)
		}
	}
}
