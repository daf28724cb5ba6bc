package remote

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-polyline"

	"milepost/geo/match"
)

// service answers as Valhalla's documents say it does, of one long road.
type service struct {
	*httptest.Server
	road road
	most int // points that it takes; 0 is any number

	mu    sync.Mutex
	asked []traceQuestion
	seen  []*http.Request
}

// road runs east from Vaduz at one latitude, in edges of so many m.
type road struct {
	edgeM float64
	edges int
}

const (
	roadLat, roadLon = 47.14, 9.52
	perDegree        = 111_195.08 // m
)

func eastOf(m float64) float64 { return roadLon + m/(perDegree*math.Cos(roadLat*math.Pi/180)) }

func serve(t *testing.T, r road) *service {
	s := &service{road: r}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q traceQuestion
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r)
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || r.Method != http.MethodPost || r.URL.Path != "/trace_attributes" {
		http.Error(w, `{"error_code":100,"error":"Failed to parse json request","status_code":400,"status":"Bad Request"}`, http.StatusBadRequest)
		return
	}
	s.asked = append(s.asked, q)
	if s.most > 0 && len(q.Shape) > s.most {
		coded(http.StatusBadRequest, codeTooManyPoints)(w, r)
		return
	}
	if err := json.NewEncoder(w).Encode(s.road.match(q)); err != nil {
		panic(err)
	}
}

// match is the answer: from the first fix to the last, the first and last edge as far as
// they are driven.
func (r road) match(q traceQuestion) map[string]any {
	at := func(f traceFix) float64 {
		return min(max((f.Lon-roadLon)*perDegree*math.Cos(roadLat*math.Pi/180), 0), r.edgeM*float64(r.edges))
	}
	begin, end := at(q.Shape[0]), at(q.Shape[len(q.Shape)-1])
	coords := [][]float64{{roadLat, eastOf(begin)}}
	var edges []map[string]any
	first := int(begin / r.edgeM)
	for e := first; e < r.edges && float64(e)*r.edgeM < end; e++ {
		stop := min(end, float64(e+1)*r.edgeM)
		coords = append(coords, []float64{roadLat, eastOf(stop)})
		edge := map[string]any{"names": []string{fmt.Sprintf("Road %d", e)}, "road_class": "primary", "use": "road", "way_id": 1000 + e,
			"begin_shape_index": len(coords) - 2, "end_shape_index": len(coords) - 1, "tunnel": e == 3,
			"end_node": map[string]any{"admin_index": 0}}
		if e%2 == 0 {
			edge["speed_limit"] = 80
		}
		edges = append(edges, edge)
	}
	var points []map[string]any
	for _, f := range q.Shape {
		m := at(f)
		points = append(points, map[string]any{"lat": roadLat, "lon": eastOf(m), "type": "matched",
			"edge_index": min(int(m/r.edgeM)-first, len(edges)-1), "distance_along_edge": math.Mod(m, r.edgeM) / r.edgeM})
	}
	return map[string]any{
		"shape": string(polyline.Codec{Dim: 2, Scale: 1e6}.EncodeCoords(nil, coords)),
		"edges": edges, "matched_points": points, "admins": []map[string]string{{"country_code": "LI", "country_text": "Liechtenstein"}},
		"alternate_paths": []any{}, "warnings": []map[string]any{{"code": 200, "text": "a notice"}},
	}
}

// drive is a track along the road: a fix each step m from..to, off m beside it.
func drive(from, to, step, off float64) *match.Track {
	var t match.Track
	for m, at := from, int64(1_700_000_000_000_000); m <= to; m, at = m+step, at+1_000_000 {
		t.Add(match.Fix{At: at, Lat: roadLat + off/perDegree, Lon: eastOf(m), Accuracy: 6})
	}
	return &t
}

func client(t *testing.T, url string, change func(*Options)) *Client {
	o := Options{URL: url, Timeout: 5 * time.Second, Pause: time.Millisecond, Now: time.Now}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func lineLength(line []orb.Point) float64 {
	if len(line) == 0 {
		return 0
	}
	return lengths(line)[len(line)-1]
}
