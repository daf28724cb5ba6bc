package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milepost/geo/limits"
	"milepost/geo/roads"
)

const twoStreets = `{"type":"Feature","properties":{"RUA":"R. das Flores","NMVIA":null,"highway":"residential"},"geometry":{"type":"LineString","coordinates":[[-49.27,-25.43],[-49.26,-25.43]]}}
{"type":"Feature","properties":{"NMVIA":"Av. Sete","maxspeed":"60"},"geometry":{"type":"MultiLineString","coordinates":[[[-49.26,-25.43],[-49.26,-25.42]]]}}
{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[-49.26,-25.43]}}
`

// runRoads runs a command about roads and gives what it wrote.
func runRoads(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), append([]string{"roads"}, args...), &terminal{Stdout: &out, Stderr: &err})
	return code, out.String(), err.String()
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoadsBuildAndInfo(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "streets.geojsonl.gz"), filepath.Join(dir, "town.roads")
	if err := os.WriteFile(in, packed(t, twoStreets), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runRoads(t, "build", in, "--out", out, "--country", "br", "--name-property", "NMVIA", "--name-property", "RUA",
		"--credit", " © OpenStreetMap contributors")
	if code != exitOK || stdout != "" || !strings.Contains(stderr, "left out: no line") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	m, err := roads.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	names := map[string]bool{}
	for e := range roads.Edge(m.Edges()) {
		names[m.Name(e)] = true
		if m.Country(e) != "BR" || !m.Drivable(e) {
			t.Errorf("edge %d lies in %q, drivable %v", e, m.Country(e), m.Drivable(e))
		}
	}
	if m.Nodes() != 3 || !names["R. das Flores"] || !names["Av. Sete"] {
		t.Errorf("%d nodes, names %v", m.Nodes(), names)
	}
	if m.Credit() != "© OpenStreetMap contributors" {
		t.Errorf("pictures name %q", m.Credit())
	}
	code, stdout, _ = runRoads(t, "info", out)
	for _, want := range []string{m.Version(), "directed edges", "bytes per directed edge", "in BR", "national/1", "ways read"} {
		if code != exitOK || !strings.Contains(stdout, want) {
			t.Errorf("exit code %d, no %q in\n%s", code, want, stdout)
		}
	}
	for line := range strings.Lines(stdout) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > reportWidth {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	code, stdout, _ = runRoads(t, "info", "--json", out)
	var s roads.Summary
	if err := json.Unmarshal([]byte(stdout), &s); code != exitOK || err != nil || s.Version != m.Version() || s.Edges != 4 {
		t.Errorf("exit code %d, %v: %s", code, err, stdout)
	}
}

func TestRoadsBuildRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	streets := write("streets.geojsonl", []byte(twoStreets))
	letter := write("letter.txt", []byte("Dear Sir"))
	out := filepath.Join(dir, "town.roads")
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"a text":             {[]string{letter, "--out", out}, exitUsage, "must end in"},
		"a letter over":      {[]string{streets, "--out", letter}, exitFailed, "no map of roads"},
		"itself":             {[]string{streets, "--out", streets}, exitFailed, "the file that is read"},
		"a country's name":   {[]string{streets, "--out", out, "--country", "Brasil"}, exitUsage, "two capital letters"},
		"nothing there":      {[]string{filepath.Join(dir, "none.osm.pbf"), "--out", out}, exitFailed, "no such file"},
		"no pbf":             {[]string{write("text.osm.pbf", []byte("Dear Sir, this is no extract.")), "--out", out}, exitFailed, "no .osm.pbf"},
		"an empty pbf":       {[]string{write("empty.osm.pbf", nil), "--out", out}, exitFailed, "is it an .osm.pbf?"},
		"no GeoJSON":         {[]string{write("list.json", []byte("[1, 2]")), "--out", out}, exitFailed, "value 1"},
		"half a line":        {[]string{write("half.json", []byte(twoStreets[:300])), "--out", out}, exitFailed, "value 2"},
		"no roads":           {[]string{write("none.json", []byte(`{"type":"FeatureCollection","features":[]}`)), "--out", out}, exitFailed, "none.json: build the map: it holds no way"},
		"metres":             {[]string{write("metres.json", []byte(inMetres)), "--out", out}, exitFailed, "none of 1 ways is a road for cars: 1 no place (degrees"},
		"not packed":         {[]string{write("plain.geojson.gz", []byte(twoStreets)), "--out", out}, exitFailed, "unpack it"},
		"an unknown country": {[]string{streets, "--out", out, "--country", "QQ"}, exitUsage, "has no such country"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := runRoads(t, append([]string{"build"}, c.args...)...)
			if code != c.code || !strings.Contains(stderr, c.want) {
				t.Errorf("exit code %d, want %d and %q: %s", code, c.code, c.want, stderr)
			}
			if code != exitOK && strings.Count(stderr, "\n") != 1 {
				t.Errorf("what is wrong takes more than a line: %s", stderr)
			}
		})
	}
	if text, err := os.ReadFile(letter); err != nil || string(text) != "Dear Sir" {
		t.Errorf("the letter is %q now (%v)", text, err)
	}
	if code, _, stderr := runRoads(t, "info", letter); code != exitFailed || !strings.Contains(stderr, "no map of roads") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// inMetres is a line in a projection.
const inMetres = `{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[675000.1,7184000.2],[675100.1,7184100.2]]}}`

// Some programs begin their texts with a byte order mark, and write names of files large.
func TestRoadsBuildOfMarkedText(t *testing.T) {
	in := filepath.Join(t.TempDir(), "STREETS.GEOJSONL")
	if err := os.WriteFile(in, []byte("\ufeff"+twoStreets), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runRoads(t, "build", in, "--out", in+".roads"); code != exitOK {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	m, err := openBenchMap(in, []string{"name"})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.Edges() != 4 {
		t.Errorf("%d edges", m.Edges())
	}
}

// National limits that cannot hold are told of.
func TestRoadsOfNoCountry(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "streets.geojsonl"), filepath.Join(dir, "town.roads")
	if err := os.WriteFile(in, []byte(twoStreets), 0o600); err != nil {
		t.Fatal(err)
	}
	const hint = "give it with --country"
	if code, _, stderr := runRoads(t, "build", in, "--out", out); code != exitOK || !strings.Contains(stderr, hint) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	// Of Brazil's limits most are a guess: the law goes by what a street is for.
	if code, _, stderr := runRoads(t, "build", in, "--out", out, "--country", "BR"); code != exitOK || strings.Contains(stderr, hint) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	m, err := roads.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	guessed := 0.0
	for e := range roads.Edge(m.Edges()) {
		if _, _, confidence, ok := m.Limit(e).At(time.Now()); ok && confidence < limits.Doubtful {
			guessed += m.Length(e) / 1000
		}
	}
	if got := m.Summary().Guessed; guessed == 0 || math.Abs(got-guessed) > 0.001 {
		t.Errorf("%v km are a guess, want %v", got, guessed)
	}
	before, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, _ := runRoads(t, "build", in, "--out", out, "--country", "QQ"); code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	if after, err := os.ReadFile(out); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the map was replaced (%v)", err)
	}
}
