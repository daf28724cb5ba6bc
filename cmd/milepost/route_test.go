package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-polyline"

	"milepost/geo/roads"
	"milepost/outcome"
	"milepost/sinks/sqlite"
)

// mapFile writes a map of one road.
func mapFile(t *testing.T) string {
	t.Helper()
	var b roads.Builder
	b.AddWay(1, []roads.NodeID{1, 2}, []orb.Point{{11.49, 48.1}, {11.54, 48.1}}, map[string]string{"highway": "primary", "name": "Long Road"})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "town.roads")
	if err := m.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// routed is a store of two trips, the later without a route.
func routed(t *testing.T) (path, id string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "store.db")
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	trip := func(at outcome.Time, route *outcome.Route) *outcome.Trip {
		return &outcome.Trip{Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID("car", "trip", at), VehicleID: "car", At: at, Revision: 1},
			State: outcome.Final, StartedAt: at, EndedAt: at + 600_000_000, Zone: "Europe/Berlin", LocalDate: "2026-09-01", DistanceM: 3000, DurationS: 600,
			Route: route, Receipt: outcome.Receipt{Method: "performance/1"}}
	}
	line := polyline.EncodeCoords([][]float64{{48.1, 11.5}, {48.1, 11.52}})
	first := trip(1_788_250_350_000_000, &outcome.Route{Polyline: string(line), Parts: []outcome.RoutePart{{To: 1, Source: outcome.PartMatched, Overspeed: true}}})
	if err := store.Write(t.Context(), []outcome.Outcome{first, trip(1_788_250_350_000_000+3_600_000_000, nil)}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return path, first.ID
}

func TestRouteIsDrawn(t *testing.T) {
	store, id := routed(t)
	file := filepath.Join(t.TempDir(), "trip.svg")
	var out, errs bytes.Buffer
	term := &terminal{Stdout: &out, Stderr: &errs}
	if code := run(context.Background(), []string{"route", strings.ToUpper(id[:8]), "--store", store, "--svg", file, "--roads", mapFile(t), "--geojson", "-"}, term); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	svg, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(svg), "above the speed limit") || !strings.Contains(string(svg), "roads of the map") {
		t.Errorf("error %v, picture\n%s", err, svg)
	}
	if !strings.Contains(out.String(), `"source": "matched"`) {
		t.Errorf("GeoJSON\n%s", out.String())
	}
	errs.Reset()
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.svg")
	roads, _, _ := townWithStops(t) // 150 km away
	if code := run(context.Background(), []string{"route", id, "--store", store, "--svg", elsewhere, "--roads", roads}, term); code != exitOK || !strings.Contains(errs.String(), "does not cover this trip") {
		t.Errorf("another town's map: exit code %d: %s", code, errs.String())
	}
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"it is there":   {[]string{id, "--store", store, "--svg", file}, exitFailed, "is there already"},
		"no route":      {[]string{"latest", "--store", store, "--geojson", "-"}, exitFailed, "the trip has no route"},
		"no such trip":  {[]string{"abcdef", "--store", store, "--geojson", "-"}, exitFailed, "holds no trip whose id begins with abcdef"},
		"no id":         {[]string{"xyz", "--store", store, "--geojson", "-"}, exitUsage, "must be 32 hex digits"},
		"nothing asked": {[]string{"latest", "--store", store}, exitUsage, "name a file with --svg or --geojson"},
		"no map":        {[]string{"latest", "--store", store, "--svg", "x.svg", "--roads", store}, exitFailed, "the file is no map of roads"},
	} {
		errs.Reset()
		if code := run(context.Background(), append([]string{"route"}, c.args...), term); code != c.code || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%s: exit code %d, %s", name, code, errs.String())
		}
	}
}

// A map that cannot be used ends a replay before anything is written.
func TestReplayRefusesABrokenMap(t *testing.T) {
	dir := t.TempDir()
	store := filepath.Join(dir, "store.db")
	whole, err := os.ReadFile(mapFile(t))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"missing.roads": "no such file", "empty.roads": "the file is empty", "cut.roads": "the file is cut short"}
	for name, text := range map[string][]byte{"empty.roads": nil, "cut.roads": whole[:len(whole)-9]} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range files {
		var errs bytes.Buffer
		code := run(context.Background(), []string{"replay", "nothing.arrow", "--store", store, "--roads", filepath.Join(dir, name)}, &terminal{Stdout: &errs, Stderr: &errs})
		if code != exitFailed || !strings.Contains(errs.String(), want) || !strings.Contains(errs.String(), name) {
			t.Errorf("%s: exit code %d, %s", name, code, errs.String())
		}
	}
	if _, err := os.Stat(store); err == nil {
		t.Error("a store was made")
	}
}
