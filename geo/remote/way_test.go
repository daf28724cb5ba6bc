package remote

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"milepost/geo/route"
	"milepost/outcome"
)

func TestBetween(t *testing.T) {
	reply, err := os.ReadFile("testdata/route.json")
	if err != nil {
		t.Fatal(err)
	}
	var asked []byte
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ = io.ReadAll(r.Body)
		if r.URL.Path != "/route" || r.URL.RawQuery != "" {
			t.Errorf("asked %s", r.URL)
		}
		_, _ = w.Write(reply)
	}))
	defer s.Close()
	from := route.End{At: orb.Point{9.52, 47.14}, Heading: 359.7, Matched: true, Edge: 7, Along: 12}
	to := route.End{At: orb.Point{9.55, 47.141}, Heading: math.NaN()}
	got, err := client(t, s.URL, nil).Between(t.Context(), from, to)
	if err != nil || math.Abs(got.LengthM-2275) > 0.001 || got.FreeFlowS != 181.2 || len(got.Shape) != 4 || got.Shape[3] != (orb.Point{9.55, 47.141}) {
		t.Errorf("%+v, %v", got, err)
	}
	var question map[string]any
	if err := json.Unmarshal(asked, &question); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"locations":       []any{map[string]any{"lat": 47.14, "lon": 9.52, "heading": 0.0}, map[string]any{"lat": 47.141, "lon": 9.55}},
		"costing":         "auto",
		"costing_options": map[string]any{"auto": map[string]any{"shortest": true}},
		"directions_type": "none",
	}
	if d := cmp.Diff(want, question); d != "" {
		t.Error(d)
	}
}

func TestBetweenWithoutAWay(t *testing.T) {
	for code, want := range map[int]error{442: route.ErrNoRoute, 170: route.ErrNoRoute, 171: route.ErrNoRoute, 154: route.ErrTooFar} {
		s := httptest.NewServer(coded(400, code))
		got, err := client(t, s.URL, nil).Between(t.Context(), route.End{At: orb.Point{9.52, 47.14}}, route.End{At: orb.Point{9.6, 47.2}})
		if !errors.Is(err, want) || got.Shape != nil {
			t.Errorf("%d: %+v, %v, want %v", code, got, err, want)
		}
		quiet(t, err)
		s.Close()
	}
	nowhere := route.End{At: orb.Point{math.NaN(), 47}}
	if _, err := client(t, "http://127.0.0.1:1", nil).Between(t.Context(), nowhere, nowhere); !errors.Is(err, route.ErrNoRoute) {
		t.Error(err)
	}
}

func TestReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, body := 0, `{"version":"3.5.1","tileset_last_modified":1634903519,"available_actions":["status","route"]}`
		rt := roundTrip(func(*http.Request) (*http.Response, error) {
			asked++
			return say(200, body), nil
		})
		c, err := New(Options{URL: "http://map/", Client: &http.Client{Transport: rt}, Attempts: 1, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		want := outcome.MapReceipt{Method: MethodName, Service: "valhalla 3.5.1", Version: "tiles of 2021-10-22T11:51:59Z"}
		for range 3 {
			if got, err := c.Receipt(t.Context()); err != nil || got != want || asked != 1 {
				t.Errorf("%+v, %v, asked %d times", got, err, asked)
			}
		}
		time.Sleep(6 * time.Minute)
		body = `{"version":"3.5.2","tileset_last_modified":1634903519,"osm_changeset":42,"has_tiles":true}`
		want.Service, want.Version = "valhalla 3.5.2", want.Version+", change set 42"
		if got, err := c.Receipt(t.Context()); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
		time.Sleep(6 * time.Minute)
		for _, body = range []string{`{}`, `{"version":"3.5.2"}`, `{"version":"3.5.2","tileset_last_modified":0,"has_tiles":false}`,
			`{"version":"` + strings.Repeat("x", 99) + `","tileset_last_modified":1}`} {
			time.Sleep(time.Minute)
			if got, err := c.Receipt(t.Context()); !errors.Is(err, ErrNotReached) {
				t.Errorf("%s: %+v, %v", body, got, err)
			}
		}
	})
}

// Whatever comes, it is refused, or makes paths that are what they say.
func FuzzAnswers(f *testing.F) {
	for _, name := range []string{"testdata/trace.json", "testdata/route.json"} {
		seed, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed, uint8(8))
	}
	made, err := json.Marshal(road{edgeM: 300, edges: 5}.match(question(drive(0, 900, 100, 2), &window{fixes: []int{0, 3, 4, 9}, accuracy: []float64{9}})))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(made, uint8(4))
	f.Add([]byte(`{"shape":"_grbgAh~{nhF","edges":[{"begin_shape_index":0,"end_shape_index":0}],"matched_points":[{"edge_index":18446744073709551615,"type":"matched"},{"lat":0,"lon":0,"edge_index":0,"type":"matched"}]}`), uint8(2))
	f.Add([]byte(`{"version":"3","tileset_last_modified":-9223372036854775808}`), uint8(0))
	f.Fuzz(func(t *testing.T, answer []byte, n uint8) {
		_, _ = parseStatus(answer)
		if s, err := parseWay(answer); err == nil && (len(s.Shape) < 2 || !(s.LengthM >= 0) || !(s.FreeFlowS >= 0)) {
			t.Errorf("%+v", s)
		}
		m, err := parseTrace(answer, int(n))
		if err != nil || n == 0 {
			return
		}
		track := drive(0, 100*float64(n), 100, 0)
		w := window{to: int(n) - 1}
		for i := range int(n) {
			w.fixes, w.accuracy, w.places = append(w.fixes, i), append(w.accuracy, 5), append(w.places, place(track, i))
		}
		for _, p := range m.paths(w, nil) {
			checkPath(t, p, track)
		}
	})
}
