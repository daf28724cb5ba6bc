package follow

import (
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/twpayne/go-polyline"

	"milepost/geo"
	"milepost/geo/match"
	"milepost/geo/remote"
	"milepost/geo/route"
	"milepost/outcome"
)

// valhalla answers about a drive east of three fixes: a motorway of 80 km/h, then a street
// without a limit that is known.
func valhalla(t *testing.T) *httptest.Server {
	shape := string(polyline.Codec{Dim: 2, Scale: 1e6}.EncodeCoords(nil, [][]float64{{47, 9}, {47, 9.01}, {47, 9.02}}))
	answers := map[string]string{
		"/status": `{"version":"3.5.1","tileset_last_modified":1634903519}`,
		"/trace_attributes": `{"shape":"` + shape + `","admins":[{"country_code":"LI"}],"edges":[
			{"names":["A 1"],"road_class":"motorway","speed_limit":80,"way_id":1,"begin_shape_index":0,"end_shape_index":1,"end_node":{"admin_index":0}},
			{"road_class":"residential","way_id":2,"begin_shape_index":1,"end_shape_index":2,"end_node":{"admin_index":0}}],
			"matched_points":[{"lat":47,"lon":9,"type":"matched","edge_index":0},{"lat":47,"lon":9.01,"type":"matched","edge_index":0},{"lat":47,"lon":9.02,"type":"matched","edge_index":1}]}`,
		"/route": `{"trip":{"legs":[{"shape":"` + shape + `","summary":{"time":80,"length":1.516}}],"units":"kilometres"}}`,
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, answers[r.URL.Path])
	}))
	t.Cleanup(s.Close)
	return s
}

func service(t *testing.T, url string) *Service {
	c, err := remote.New(remote.Options{URL: url, Pause: time.Millisecond, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return NewService(t.Context(), c, Options{Full: true})
}

func eastward() *match.Track {
	var track match.Track
	for i, lon := range []float64{9, 9.01, 9.02} {
		nan := float32(math.NaN())
		track.Add(match.Fix{At: int64(i) * 40_000_000, Lat: 47, Lon: lon, Accuracy: 5, Heading: nan, Speed: nan, Driven: math.NaN()})
	}
	return &track
}

func TestServiceFollows(t *testing.T) {
	s := service(t, valhalla(t).URL)
	track := eastward()
	var w Way
	for range 2 { // the way is used again
		if err := s.Follow(track, &w); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.Lines) != 1 {
		t.Fatalf("%d lines", len(w.Lines))
	}
	l := &w.Lines[0]
	half := geo.Distance(l.Points[0], l.Points[1])
	if len(l.Points) != 3 || len(l.Places) != 3 || math.Abs(l.Places[1].Along-half) > 0.1 || l.Places[2].Confidence < 0.9 {
		t.Errorf("%+v", l)
	}
	first, second := l.At(10), l.At(half+10)
	kmh, source, _, ok := first.Limits.At(time.Unix(0, 0))
	if !ok || kmh != 80 || source != outcome.LimitPosted || !first.Motorway || first.Country != "LI" {
		t.Errorf("%+v", first)
	}
	if _, _, _, ok := second.Limits.At(time.Unix(0, 0)); ok || second.Motorway {
		t.Errorf("%+v: want no limit", second)
	}
	if math.Abs(l.First.Heading-90) > 1 || math.Abs(l.Last.Heading-90) > 1 {
		t.Errorf("headings %.0f and %.0f, want east", l.First.Heading, l.Last.Heading)
	}
	if r := s.Receipt(); r.Service != "valhalla 3.5.1" || r.Version == "" || r.Method == "" {
		t.Errorf("receipt %+v", r)
	}
	if way, err := s.Between(l.First, l.Last); err != nil || math.Abs(way.LengthM-1516) > 0.1 || way.FreeFlowS != 80 {
		t.Errorf("%+v, %v", way, err)
	}
}

func TestServiceThatIsAway(t *testing.T) {
	server := valhalla(t)
	server.Close()
	s := service(t, server.URL)
	var w Way
	if err := s.Follow(eastward(), &w); !errors.Is(err, remote.ErrNotReached) || len(w.Lines) > 0 {
		t.Errorf("%v, %d lines", err, len(w.Lines))
	}
	if _, err := s.Between(route.End{}, route.End{}); !errors.Is(err, remote.ErrNotReached) {
		t.Error(err)
	}
}
