package roads

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestReadGeoJSON(t *testing.T) {
	const line = `{"type":"Feature","properties":{"name":"A","highway":"primary","lanes":2},"geometry":{"type":"LineString","coordinates":[[9.5,47.1],[9.51,47.1],[9.52,47.1]]}}`
	const branch = `{"type":"Feature","properties":{"title":"B"},"geometry":{"type":"MultiLineString","coordinates":[[[9.51,47.1],[9.51,47.11]],[[9.6,47.1,440],[9.61,47.1,441]]]}}`
	for name, text := range map[string]string{
		"lines":        line + "\n" + branch + "\n",
		"a collection": `{"type":"FeatureCollection","features":[` + line + "," + branch + "]}",
	} {
		t.Run(name, func(t *testing.T) {
			var b Builder
			if err := b.ReadGeoJSON(strings.NewReader(text), GeoJSON{Names: []string{"title"}}); err != nil {
				t.Fatal(err)
			}
			m, err := b.Build()
			if err != nil {
				t.Fatal(err)
			}
			if m.Edges() != 8 || m.Nodes() != 6 || m.Counts().Ways != 3 {
				t.Errorf("%d edges, %d nodes, %+v", m.Edges(), m.Nodes(), m.Counts())
			}
			near := m.Near(orb.Point{9.51, 47.1}, 1, nil)
			if len(near) != 3 {
				t.Errorf("%d stretches meet where a line ends at the middle of another", len(near))
			}
			names, unknown := map[string]int{}, 0
			for e := range Edge(m.Edges()) {
				names[m.Name(e)]++
				if m.Class(e) == ClassUnknown && m.Drivable(e) {
					unknown++
				}
			}
			if names["A"] != 4 || names["B"] != 4 || unknown != 4 {
				t.Errorf("names %v, %d edges of no class", names, unknown)
			}
		})
	}
}

func TestReadGeoJSONSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"text":          {"Dear Sir", "value 1"},
		"no feature":    {`{"type":"LineString","coordinates":[[1,2],[3,4]]}`, "neither a feature"},
		"half":          {`{"type":"Feature","geometry":{"type":"LineStr`, "value 1"},
		"a short point": {`{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[3]]}}`, "a point of 1 numbers"},
		"no numbers":    {`{"type":"Feature","geometry":{"type":"LineString","coordinates":[["1","2"]]}}`, "coordinates of a LineString"},
	} {
		t.Run(name, func(t *testing.T) {
			var b Builder
			if err := b.ReadGeoJSON(strings.NewReader(c.text), GeoJSON{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// FuzzReadGeoJSON looks for files that break the reader, or the map of them.
func FuzzReadGeoJSON(f *testing.F) {
	for _, seed := range []string{
		`{"type":"Feature","properties":{"highway":"primary"},"geometry":{"type":"LineString","coordinates":[[9.5,47.1],[9.51,47.1]]}}`,
		`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"MultiLineString","coordinates":[[[180,90],[-180,-90],[0,0]]]}}]}`,
		`{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}}`, `{"type":"Feature","geometry":null}`,
		`{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1e300,0],[0,0],[0,0]]}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b Builder
		if b.ReadGeoJSON(strings.NewReader(text), GeoJSON{Names: []string{"x"}}) != nil {
			return
		}
		m, err := b.Build()
		if err != nil {
			return
		}
		tell(m)
		again, err := read(fileOf(t, m))
		if err != nil || again.Version() != m.Version() {
			t.Errorf("the map that was built cannot be opened: %v", err)
		}
	})
}
