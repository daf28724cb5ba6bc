package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	stops "milepost/geo/places"
)

// street is one long street with a side street, and four places beside them.
const (
	street = `{"type":"Feature","properties":{"highway":"primary","maxspeed":"50"},"geometry":{"type":"LineString","coordinates":[[9.500,47.1],[9.520,47.1],[9.540,47.1]]}}
{"type":"Feature","properties":{"highway":"residential","maxspeed":"30"},"geometry":{"type":"LineString","coordinates":[[9.520,47.1],[9.520,47.11]]}}
`
	stopsBeside = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"kind":"fuel","name":"Ahead","brand":"Agrola","id":"a"},"geometry":{"type":"Point","coordinates":[9.535,47.1001]}},
{"type":"Feature","properties":{"kind":"fuel","brand":"Aside","id":"b"},"geometry":{"type":"Point","coordinates":[9.5201,47.108]}},
{"type":"Feature","properties":{"kind":"charging","socket:type2_combo":"2","socket:type2_combo:output":"150 kW","id":"c"},"geometry":{"type":"Point","coordinates":[9.505,47.1001]}},
{"type":"Feature","properties":{"kind":"fuel","name":"Ours","access":"private","id":"d"},"geometry":{"type":"Point","coordinates":[9.521,47.1001]}}]}`
	offersThere = "offers:\n  - {brand: AGROLA, text: 5 Rp off a litre}\n  - {place: b, text: long gone, to: 2001-01-01}\n"
)

// townWithStops writes the files of a map, a list and offers, and gives their names.
func townWithStops(t *testing.T) (roads, places, offers string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	roads, places = filepath.Join(dir, "town.roads"), filepath.Join(dir, "town.places")
	for _, args := range [][]string{
		{"roads", "build", write("streets.geojsonl", street), "--out", roads},
		{"places", "build", write("stops.geojson", stopsBeside), "--out", places},
	} {
		if code, _, stderr := invoke(t.Context(), args...); code != exitOK {
			t.Fatal(stderr)
		}
	}
	return roads, places, write("offers.yaml", offersThere)
}

func TestPlacesNear(t *testing.T) {
	roads, places, offers := townWithStops(t)
	near := []string{"places", "near", "--roads", roads, "--places", places, "--lat", "47.1", "--lon", "9.51"}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"there and back": {nil, `
 Place                    Kind  To km  min  Detour km  min
───────────────────────────────────────────────────────────
 unnamed (c), 150 kW  charging    0.4    1        0.8    1
 Ahead                    fuel    1.9    3        3.8    5
   5 Rp off a litre
 Aside                    fuel    1.6    3        3.3    6
`},
		"on the way": {[]string{"--kind", "fuel", "--to-lat", "47.1", "--to-lon", "9.54"}, `
 Place               Kind  To km  min  Detour km  min
──────────────────────────────────────────────────────
 Ahead               fuel    1.9    3        0.0    0
   5 Rp off a litre
 Aside               fuel    1.6    3        1.8    4
`},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := invoke(t.Context(), append(append(near, "--offers", offers), c.args...)...)
			if code != exitOK {
				t.Fatal(stderr)
			}
			if d := cmp.Diff(c.want, "\n"+stdout); d != "" {
				t.Error(d, stdout)
			}
		})
	}
}

func TestPlacesThatCannotBe(t *testing.T) {
	roads, places, offers := townWithStops(t)
	bench := filepath.Join(t.TempDir(), "bench.geojson")
	if err := os.WriteFile(bench, []byte(`{"type":"Feature","properties":{"amenity":"bench"},"geometry":{"type":"Point","coordinates":[9,47]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	near := []string{"places", "near", "--lat", "47.1", "--lon", "9.51", "--roads"}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{append(near, roads, "--places", roads), exitFailed, "no list of places"},
		{append(near, places, "--places", places), exitFailed, "no map of roads"},
		{append(near, roads, "--places", places, "--offers", roads), exitFailed, "read offers"},
		{append(near, roads, "--places", places, "--kind", "petrol"), exitUsage, "petrol"},
		{[]string{"places", "near", "--lat=-25.4", "--lon=-49.2", "--roads", roads, "--places", places}, exitFailed, "is not on this map"},
		{append(near, roads, "--places", places, "-n", "0"), exitUsage, "at least 1"},
		{append(near, roads, "--places", places, "--to-lat", "1"), exitUsage, "belong together"},
		{append(near, roads, "--places", places, "--to-lat", "1", "--to-lon", "1"), exitFailed, "no way"},
		{append(near, roads, "--places", places, "--max-detour=-1s"), exitUsage, "above 0"},
		{append(near, roads, "--places", places, "--kind", "rest"), exitFailed, "no rest"},
		{append(near, roads, "--places", places, "--lat", "91"), exitUsage, "no place on earth"},
		{[]string{"places", "build", bench, "--out", places + "2"}, exitFailed, "no fuel, charging"},
		{[]string{"places", "build", offers, "--out", places + "2"}, exitUsage, "must end in"},
		{[]string{"places", "build", bench, "--out", roads}, exitFailed, "no list of places"},
		{[]string{"places", "build", bench + "x.pbf", "--out", places + "2"}, exitFailed, "no such file"},
	} {
		if code, _, stderr := invoke(t.Context(), c.args...); code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit code %d, %s", c.args, code, stderr)
		}
	}
}

// What a list says is text, and cannot steer the terminal.
func TestPlacesArePrinted(t *testing.T) {
	var out strings.Builder
	odd := stops.Place{ID: "node/1", Kinds: stops.Fuel, Name: "\x1b[2JFuel"}
	if err := printStops(&out, []stops.Stop{{Place: &odd}}, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsRune(out.String(), 0x1b) || !strings.Contains(out.String(), "Fuel") {
		t.Errorf("%q", out.String())
	}
}
