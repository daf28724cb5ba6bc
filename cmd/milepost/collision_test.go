package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-polyline"

	"milepost/outcome"
	"milepost/report"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/sqlite"
)

// reportedCrash is a made-up collision in the middle of a made-up trip.
func reportedCrash() (*outcome.Collision, *outcome.Trip) {
	at := outcome.Time(time.Date(2026, time.September, 23, 15, 42, 8, 350_000_000, time.UTC).UnixMicro())
	after := func(s float64) outcome.Time { return at + outcome.Time(math.Round(s*1e6)) }
	head := func(kind outcome.Type, at outcome.Time) outcome.Header {
		return outcome.Header{Type: kind, ID: outcome.ID("sim-000042", string(kind), at), VehicleID: "sim-000042", At: at, Revision: 1}
	}
	c := &outcome.Collision{Header: head(outcome.TypeCollision, at), State: outcome.Final, Confidence: outcome.Confirmed, HighestConfidence: outcome.Confirmed, ReportedAt: after(31),
		Method: "collision/1", Severity: outcome.SeverityCritical, DeltaVKmh: ptr(65.2), DeltaVXKmh: ptr(-65.1), DeltaVYKmh: ptr(2.3),
		PDOFDeg: ptr(2), Clock: 12, Side: outcome.SideFront, SpeedAtImpactKmh: ptr(57.2), EventCount: 1, RateHz: 100,
		SensorSaturated: true, Thresholds: outcome.Thresholds{"trigger_kmh": 8},
		Evidence: []outcome.Evidence{{Kind: "airbag", At: after(0.03), For: true}, {Kind: "driving_on", At: after(16), Value: ptr(24)}},
		Impacts: []outcome.Impact{{At: at, EndAt: after(0.112), DeltaVKmh: 65.2, DeltaVXKmh: -65.1, DeltaVYKmh: 2.3, PDOFDeg: 2, Clock: 12,
			Side: outcome.SideFront, PeakMS2: 322}},
		Position: &outcome.Fix{At: after(-0.4), Lat: 42.81234, Lon: -1.64567}, PositionTrusted: true,
		Pulse: &outcome.Pulse{From: after(-1), StepMS: 10}}
	for n := range 301 {
		x, y := 0.0, 0.1
		if t := float64(n-100) / 100; t > 0 && t < 0.112 {
			x = -322 * math.Pow(math.Sin(math.Pi*t/0.112), 2)
		}
		c.Pulse.Longitudinal, c.Pulse.Lateral = append(c.Pulse.Longitudinal, &x), append(c.Pulse.Lateral, &y)
	}
	began := after(-600)
	trip := &outcome.Trip{Header: head(outcome.TypeTrip, began), State: outcome.Final, StartedAt: began, EndedAt: after(300), Zone: "Europe/Madrid",
		LocalDate: "2026-09-23", DistanceM: 9000, DurationS: 900, DrivingS: 600, Receipt: outcome.Receipt{Method: "performance/1"},
		Route: &outcome.Route{Polyline: string(polyline.EncodeCoords([][]float64{{42.80, -1.65}, {42.81234, -1.64567}, {42.82, -1.64}})),
			Parts: []outcome.RoutePart{{From: 0, To: 2, Source: "raw"}}}}
	return c, trip
}

// crashedStore is a store with the crash; the id is the collision's.
func crashedStore(t *testing.T) (path, id string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "crash.db")
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	c, trip := reportedCrash()
	if err := store.Write(t.Context(), []outcome.Outcome{c, trip}); err != nil {
		t.Fatal(err)
	}
	return path, c.ID
}

// milepost runs a command that must succeed.
func milepost(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	code, stdout, stderr := invoke(t.Context(), args...)
	if code != exitOK {
		t.Fatalf("%v: exit %d: %s", args, code, stderr)
	}
	return stdout
}

func TestCollisionOnATerminal(t *testing.T) {
	store, id := crashedStore(t)
	golden(t, "collisions", milepost(t, "collisions", "--store", store))
	golden(t, "collision", milepost(t, "collision", id, "--store", store))
	if out := milepost(t, "collisions", "--store", store, "--since", "2026-10-01"); !strings.Contains(out, "no such collisions") {
		t.Error(out)
	}
	var row struct{ ID string }
	if err := json.Unmarshal([]byte(milepost(t, "collisions", "--store", store, "--json", "--vehicle", "sim-000042", "--least", "confirmed")), &row); err != nil || row.ID != id {
		t.Errorf("%+v, %v", row, err)
	}
}

// A photo with a place in its Exif.
func photoFile(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 80, 60)), nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00GPSLatitude 42.81234"
	whole := append([]byte("\xff\xd8\xff\xe1\x00"+string(rune(len(exif)+2))+exif), b.Bytes()[2:]...)
	path := filepath.Join(t.TempDir(), "photo.png") // the name lies
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What the driver adds is in the report, and in nothing else's way.
func TestDriverAddsToACollision(t *testing.T) {
	store, id := crashedStore(t)
	milepost(t, "collision", id, "--store", store, "--answer", "no_accident")
	milepost(t, "collision", id, "--store", store, "--answer", "accident", "--note", "The other car <came> from the right.",
		"--photo", photoFile(t), "--caption", "The front")
	var d report.Document
	if err := json.Unmarshal([]byte(milepost(t, "collision", id, "--store", store, "--json", "-", "--photos")), &d); err != nil {
		t.Fatal(err)
	}
	if list := milepost(t, "collisions", "--store", store); !strings.Contains(list, id+"   from the front   accident\n") {
		t.Error(list)
	}
	if d.Label != outcome.AnswerAccident || d.Zone != "Europe/Madrid" || d.Collision.ID != id || len(d.Additions) != 4 {
		t.Errorf("label %q, zone %q, %d additions", d.Label, d.Zone, len(d.Additions))
	}
	var photo report.Addition
	for _, a := range d.Additions {
		if a.Kind == outcome.AdditionPhoto {
			photo = a
		}
	}
	if photo.MediaType != "image/jpeg" || photo.Text != "The front" || photo.SizeBytes != len(photo.Content) || bytes.Contains(photo.Content, []byte("GPS")) {
		t.Errorf("photo %+v", photo)
	}
	if _, err := jpeg.Decode(bytes.NewReader(photo.Content)); err != nil {
		t.Error(err)
	}
	shown := milepost(t, "collision", id, "--store", store)
	for _, want := range []string{"answer: accident", "note: The other car <came> from the right.", "photo: The front"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing in\n%s", want, shown)
		}
	}
	// The collision's next revision leaves all that as it is.
	c, _ := reportedCrash()
	c.Revision, c.State = 2, outcome.Amended
	to, err := sqlite.Open(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Write(t.Context(), []outcome.Outcome{c}); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	var again report.Document
	if err := json.Unmarshal([]byte(milepost(t, "collision", id, "--store", store, "--json", "-", "--photos")), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.Additions, again.Additions); diff != "" || again.Collision.Revision != 2 {
		t.Errorf("revision %d, additions (-before +after):\n%s", again.Collision.Revision, diff)
	}
}

// What was taken back is gone, and the answer before it counts again.
func TestDriverTakesBack(t *testing.T) {
	store, id := crashedStore(t)
	milepost(t, "collision", id, "--store", store, "--answer", "accident", "--photo", photoFile(t))
	milepost(t, "collision", id, "--store", store, "--answer", "no_accident")
	read := func() (d report.Document) {
		if err := json.Unmarshal([]byte(milepost(t, "collision", id, "--store", store, "--json", "-")), &d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	before := read()
	for _, a := range before.Additions {
		if a.Kind == outcome.AdditionPhoto || a.Answer == outcome.AnswerNoAccident {
			code, _, errs := invoke(t.Context(), "collision", id, "--store", store, "--take-back", a.ID)
			if code != exitOK || !strings.Contains(errs, "taken back: "+string(a.Kind)) || strings.Contains(errs, "kept") {
				t.Errorf("%d %s", code, errs)
			}
		}
	}
	after := read()
	if before.Label != outcome.AnswerNoAccident || after.Label != outcome.AnswerAccident || len(after.Additions) != 1 {
		t.Errorf("label %s, then %s with %d additions", before.Label, after.Label, len(after.Additions))
	}
	if code, _, errs := invoke(t.Context(), "collision", id, "--store", store, "--take-back", before.Additions[0].ID[:31]+"x"); code != exitFailed ||
		!strings.Contains(errs, "nothing with the id") {
		t.Errorf("%d %s", code, errs)
	}
}

// The beginning of an id will do while no other collision's begins with it.
func TestCollisionByTheBeginningOfItsID(t *testing.T) {
	file, id := crashedStore(t)
	whole := milepost(t, "collision", id, "--store", file)
	for _, n := range []int{6, 13, 31} {
		if short := milepost(t, "collision", id[:n], "--store", file); short != whole {
			t.Errorf("%d digits:\n%s", n, short)
		}
	}
	other, _ := reportedCrash()
	other.ID = id[:31] + map[bool]string{true: "1", false: "0"}[id[31] == '0']
	store, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Write(t.Context(), []outcome.Outcome{other}), store.Close()); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := invoke(t.Context(), "collision", id[:31], "--store", file); code != exitFailed || !strings.Contains(errs, other.ID) || !strings.Contains(errs, id) {
		t.Errorf("two that begin so: %d %s", code, errs)
	}
}

// A server's hex() writes capitals.
func TestCollisionInCapitals(t *testing.T) {
	store, id := crashedStore(t)
	if big, small := milepost(t, "collision", strings.ToUpper(id), "--store", store), milepost(t, "collision", id, "--store", store); big != small {
		t.Error(big)
	}
}

func TestCollisionFiles(t *testing.T) {
	store, id := crashedStore(t)
	dir := t.TempDir()
	pdf, js := filepath.Join(dir, "report.pdf"), filepath.Join(dir, "report.json")
	milepost(t, "collision", id, "--store", store, "--pdf", pdf, "--json", js)
	first, err := os.ReadFile(pdf)
	if err != nil || !bytes.HasPrefix(first, []byte("%PDF-")) {
		t.Fatalf("%.20q, %v", first, err)
	}
	if text, err := os.ReadFile(js); err != nil || !json.Valid(text) {
		t.Errorf("%s, %v", text, err)
	}
	if info, err := os.Stat(pdf); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: others may read it", info.Mode(), err)
	}
	if code, _, errs := invoke(t.Context(), "collision", id, "--store", store, "--pdf", pdf); code != exitFailed || !strings.Contains(errs, "--force") {
		t.Errorf("a file that is there: %d %s", code, errs)
	}
	milepost(t, "collision", id, "--store", store, "--pdf", pdf, "--force")
	if again, err := os.ReadFile(pdf); err != nil || !bytes.Equal(first, again) {
		t.Errorf("a second report differs, %v", err)
	}
}

func TestCollisionRefuses(t *testing.T) {
	store, id := crashedStore(t)
	text := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(text, []byte("no photo"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"7"}, exitUsage, "must be 32 hex digits"},
		{[]string{id[:5]}, exitUsage, "the first six of them"},
		{[]string{"000000"}, exitFailed, "holds no collision whose id begins with 000000"},
		{[]string{id[:6], "--vehicle", "another"}, exitFailed, "holds no collision"},
		{[]string{strings.Repeat("0", 32)}, exitFailed, "holds no collision 0000"},
		{[]string{id, "--vehicle", "another"}, exitFailed, "holds no collision"},
		{[]string{id, "--answer", "perhaps"}, exitUsage, "must be accident or no_accident"},
		{[]string{id, "--note", strings.Repeat("é", 2001)}, exitUsage, "--note has 4002 bytes: at most 4000"},
		{[]string{id, "--note", " \n"}, exitUsage, "--note is blank"},
		{[]string{id, "--note", ""}, exitUsage, "--note is empty"},
		{[]string{id, "--caption", "alone"}, exitUsage, "--caption goes with --photo"},
		{[]string{id, "--pdf", "both", "--json", "./both"}, exitUsage, "the same file"},
		{[]string{id, "--force", "--pdf", store}, exitFailed, "it is a store"},
		{[]string{id, "--force", "--json", store}, exitFailed, "it is a store"},
		{[]string{id, "--photos"}, exitUsage, "--photos goes with --json"},
		{[]string{id, "--zone", "Moon/Sea"}, exitUsage, "--zone"},
		{[]string{id, "--zone", "Local"}, exitUsage, "wherever this computer is"},
		{[]string{id, "--photo", text}, exitFailed, "neither a JPEG nor a PNG"},
	} {
		code, out, errs := invoke(t.Context(), append([]string{"collision", "--store", store}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.says) || out != "" {
			t.Errorf("%.60v: %d %s%s, want %d %s", c.args, code, out, errs, c.code, c.says)
		}
	}
	if shown := milepost(t, "collision", id, "--store", store); strings.Contains(shown, "added") {
		t.Errorf("something was kept:\n%s", shown)
	}
}

// The same collision reads the same, whichever store it is kept in, and what is added
// stands in every store of the settings.
func TestCollisionOfTheStoreOfTheSettings(t *testing.T) {
	e := clickhousetest.Server(t)
	file, id := crashedStore(t)
	config, _ := storeSettings(t, e.Database(t))
	milepost(t, "store", "migrate", "--config", config)
	fillCrashed(t, config)
	for _, args := range [][]string{{"collisions"}, {"collisions", "--json"}, {"collision", id}, {"collision", id[:6]}, {"collision", id, "--json", "-"}} {
		want := milepost(t, append(args, "--store", file)...)
		if got := milepost(t, append(args, "--config", config)...); got != want {
			t.Errorf("%v of ClickHouse:\n%s\nwant\n%s", args, got, want)
		}
	}
	milepost(t, "collision", id, "--config", config, "--answer", "accident", "--note", "Ελλάδα", "--photo", photoFile(t))
	var d report.Document
	if err := json.Unmarshal([]byte(milepost(t, "collision", id, "--config", config, "--json", "-", "--photos")), &d); err != nil {
		t.Fatal(err)
	}
	if list := milepost(t, "collisions", "--config", config); !strings.Contains(list, "from the front   accident\n") {
		t.Error(list)
	}
	if d.Label != outcome.AnswerAccident || len(d.Additions) != 3 {
		t.Errorf("label %q, %d additions", d.Label, len(d.Additions))
	}
	for _, a := range d.Additions {
		milepost(t, "collision", id, "--config", config, "--take-back", a.ID)
	}
	var after report.Document
	if err := json.Unmarshal([]byte(milepost(t, "collision", id, "--config", config, "--json", "-")), &after); err != nil {
		t.Fatal(err)
	}
	if list := milepost(t, "collisions", "--config", config); !strings.Contains(list, "from the front   -\n") {
		t.Error(list)
	}
	if after.Label != "" || len(after.Additions) != 0 {
		t.Errorf("after all was taken back: label %q, %d additions", after.Label, len(after.Additions))
	}
}

// Where one store of two cannot be opened, the other is left as it is.
func TestAWordStandsInAllStoresOrNone(t *testing.T) {
	e := clickhousetest.Server(t)
	config, file := storeSettings(t, e.Database(t))
	milepost(t, "store", "migrate", "--config", config)
	fillCrashed(t, config)
	_, id := crashedStore(t)
	for _, beside := range []string{"", "-wal", "-shm"} {
		if err := os.RemoveAll(file + beside); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, []byte("this is no store, and long enough to be looked at as one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := invoke(t.Context(), "collision", id, "--config", config, "--note", "once"); code != exitFailed {
		t.Fatalf("%d %s", code, errs)
	}
	if shown := milepost(t, "collision", id, "--config", config); strings.Contains(shown, "once") {
		t.Errorf("one store has it:\n%s", shown)
	}
}

func fillCrashed(t *testing.T, config string) {
	t.Helper()
	c, trip := reportedCrash()
	if err := (&storeChoice{Config: config}).keep(t.Context(), []outcome.Outcome{c, trip}); err != nil {
		t.Fatal(err)
	}
}
