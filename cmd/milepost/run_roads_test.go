package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	"github.com/twpayne/go-polyline"

	"milepost/config"
	"milepost/fixtures"
	"milepost/fleet"
	"milepost/metrics"
	"milepost/outcome"
	"milepost/replay/capture"
)

// streets is a small fleet whose uplinks all send places.
func streets(seed uint64) fixtures.Config {
	return fixtures.Config{Seed: seed, Vehicles: 4, Days: 2, FrameSeconds: 20, SpeedHz: 1, Signs: fixtures.SignsOfNone,
		Uplinks: []fixtures.Uplink{fixtures.Stream}}
}

// capture writes what the world sends into a capture.
func (w *world) capture(t *testing.T) (path string) {
	t.Helper()
	var profiles []fleet.Profile
	for _, h := range w.profiles {
		profiles = append(profiles, h.Profiles...)
	}
	path = filepath.Join(w.dir, "log.arrow")
	to, err := capture.Create(path, profiles)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range w.frames {
		if err := to.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	closeWriter(t, to)
	return path
}

// tripsOf decodes the trips among outcomes.
func tripsOf(t *testing.T, all map[string]string) (trips []*outcome.Trip) {
	t.Helper()
	for _, body := range all {
		o, err := outcome.Decode([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if trip, ok := o.(*outcome.Trip); ok && trip.State != outcome.Withdrawn {
			trips = append(trips, trip)
		}
	}
	if len(trips) < 5 {
		t.Fatalf("%d trips", len(trips))
	}
	return trips
}

// From the topic to the store, trips come onto the roads of a map's file, and are what a
// replay of the same log gives.
func TestRunPutsTripsOntoAMap(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, streets(81), 2)
		simulated, err := fixtures.New(streets(81))
		if err != nil {
			t.Fatal(err)
		}
		onto, err := simulatedRoads(simulated)
		if err != nil {
			t.Fatal(err)
		}
		cfg, again := w.config(), filepath.Join(w.dir, "again.db")
		cfg.Roads.File = filepath.Join(w.dir, "city.roads")
		if err := onto.file.WriteFile(cfg.Roads.File); err != nil {
			t.Fatal(err)
		}
		replayed(t, "--roads", cfg.Roads.File, "--store", again, w.capture(t))
		want := inStore(t, again)
		m := w.start(t, cfg, wrappers{})
		settled(t, cfg.Store.SQLite, want)
		m.end(t)

		matched, driven := 0.0, 0.0
		for _, trip := range tripsOf(t, want) {
			if r := trip.Receipt.Map; r == nil || r.Service != "file" || r.Version != onto.file.Version() {
				t.Fatalf("the receipt names the map %+v", r)
			}
			matched, driven = matched+trip.Receipt.Distances["matched"], driven+trip.DistanceM
		}
		if matched < 0.9*driven {
			t.Errorf("%.0f m are matched, of %.0f", matched, driven)
		}
		m.answered(t, metrics.OnMap, len(tripsOf(t, want)))
		if n := m.number(t, "milepost_roads_failures_total"); n != 0 {
			t.Errorf("%v failures", n)
		}
	})
}

// answered checks that all trips, which may have been amended since, had one answer.
func (m *member) answered(t *testing.T, answer string, trips int) {
	t.Helper()
	n := counted(m.metrics.TripsOnRoads.WithLabelValues(answer))
	if all := m.number(t, "milepost_trips_on_roads_total"); int(n) < trips || float64(n) != all {
		t.Errorf("%v of %v trips had the answer %s; %d are in the store", n, all, answer, trips)
	}
}

// valhalla answers in the form of the service's documents. Its roads are wherever a trace
// goes: what it is asked for comes back as the line of one street of 30 km/h.
func valhalla(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Shape []struct{ Lat, Lon float64 }
		}
		switch err := json.NewDecoder(r.Body).Decode(&q); {
		case err != nil:
			w.WriteHeader(http.StatusBadRequest)
		case r.URL.Path == "/status":
			_, _ = w.Write([]byte(`{"version":"3.5.1","tileset_last_modified":1634903519}`))
		case r.URL.Path != "/trace_attributes":
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error_code":442,"error":"No path could be found for input","status_code":400,"status":"Bad Request"}`))
		default:
			var line [][]float64
			var points []map[string]any
			for _, f := range q.Shape {
				line = append(line, []float64{f.Lat, f.Lon})
				points = append(points, map[string]any{"lat": f.Lat, "lon": f.Lon, "type": "matched", "edge_index": 0})
			}
			_ = json.NewEncoder(w).Encode(map[string]any{
				"shape":  string(polyline.Codec{Dim: 2, Scale: 1e6}.EncodeCoords(nil, line)),
				"admins": []map[string]string{{"country_code": "ES"}}, "matched_points": points,
				"edges": []map[string]any{{"names": []string{"Calle Mayor"}, "road_class": "residential", "speed_limit": 30, "way_id": 1,
					"begin_shape_index": 0, "end_shape_index": len(line) - 1, "end_node": map[string]any{"admin_index": 0}}},
			})
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// onService are the settings and the outcomes of a world whose map is a service.
func (w *world) onService(t *testing.T, url string) (cfg config.Config, want map[string]string) {
	t.Helper()
	cfg = w.config()
	cfg.Roads.Remote.URL = url
	onto, err := openRoadmap(cfg.Roads)
	if err != nil {
		t.Fatal(err)
	}
	w.onto = onto
	return cfg, w.oracle(t)
}

// A service in place of the file: its lines, limits and receipt are in the trips.
func TestRunAsksAMapsService(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, streets(82), 2)
		cfg, want := w.onService(t, valhalla(t).URL)
		m := w.start(t, cfg, wrappers{})
		settled(t, cfg.Store.SQLite, want)
		m.end(t)
		speeding := 0
		for _, trip := range tripsOf(t, want) {
			if r := trip.Receipt.Map; r == nil || r.Service != "valhalla 3.5.1" {
				t.Fatalf("the receipt names the map %+v", r)
			}
			speeding += trip.Counts.Speeding
		}
		if speeding == 0 {
			t.Error("nobody drives faster than 30 km/h")
		}
		m.answered(t, metrics.OnMap, len(tripsOf(t, want)))
	})
}

// A service that is away holds nothing up: trips close with the lines of their fixes, say
// so, and are counted.
func TestRunGoesOnWithoutAMapsService(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, streets(83), 2)
		server := valhalla(t)
		server.Close()
		cfg, want := w.onService(t, server.URL)
		m := w.start(t, cfg, wrappers{})
		settled(t, cfg.Store.SQLite, want)
		m.end(t)
		trips := tripsOf(t, want)
		for _, trip := range trips {
			if trip.Receipt.Map != nil || !slices.Contains(trip.Receipt.Flags, "map_not_reached") {
				t.Fatalf("map %+v, flags %v", trip.Receipt.Map, trip.Receipt.Flags)
			}
			for _, p := range trip.Route.Parts {
				if p.Source != outcome.PartRaw {
					t.Errorf("a part is %s", p.Source)
				}
			}
		}
		m.answered(t, metrics.NotReached, len(trips))
		if n := m.number(t, "milepost_roads_failures_total"); int(n) < len(trips) {
			t.Errorf("%v failures, %d trips", n, len(trips))
		}
		if n := m.number(t, "milepost_records_total"); int(n) < len(w.frames) {
			t.Errorf("%v records were read, of %d", n, len(w.frames))
		}
	})
}
