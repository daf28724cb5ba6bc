package places

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
	"pgregory.net/rapid"

	"milepost/geo"
	"milepost/geo/blocks"
)

// extract opens one of the recorded extracts; the test is skipped without them.
func extract(t testing.TB, name string) *os.File {
	t.Helper()
	folder := os.Getenv("MILEPOST_DATA")
	if folder == "" {
		t.Skip("MILEPOST_DATA is not set")
	}
	f, err := os.Open(filepath.Join(folder, "osm", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// opening begins a file anew each time.
func opening(f *os.File) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		_, err := f.Seek(0, io.SeekStart)
		return io.NopCloser(f), err
	}
}

func read(t testing.TB, name string) *List {
	t.Helper()
	var b Builder
	if err := b.ReadPBF(context.Background(), opening(extract(t, name))); err != nil {
		t.Fatal(err)
	}
	return b.Build()
}

// The places of an extract are as many as a plain reading of it counts by their tags.
func TestPlacesOfExtracts(t *testing.T) {
	for _, name := range []string{"liechtenstein.osm.pbf", "munich.osm.pbf"} {
		t.Run(name, func(t *testing.T) {
			f := extract(t, name)
			want := map[Kinds]int{}
			s := osmpbf.New(t.Context(), f, 1)
			defer s.Close()
			for s.Scan() {
				var tags osm.Tags
				relation := false
				switch o := s.Object().(type) {
				case *osm.Node:
					tags = o.Tags
				case *osm.Way:
					tags = o.Tags
				case *osm.Relation:
					tags, relation = o.Tags, true
				}
				if relation && tags.Find("type") != "multipolygon" {
					continue
				}
				has := func(key string, values ...string) bool {
					return slices.ContainsFunc(strings.Split(tags.Find(key), ";"), func(v string) bool { return slices.Contains(values, v) })
				}
				for k, is := range map[Kinds]bool{
					Fuel: has("amenity", "fuel"), Charging: has("amenity", "charging_station"), Parking: has("amenity", "parking"),
					Food: has("amenity", "restaurant", "fast_food", "cafe"), Rest: has("highway", "rest_area", "services"),
				} {
					if is {
						want[k]++
					}
				}
			}
			if s.Err() != nil {
				t.Fatal(s.Err())
			}
			l := read(t, name)
			for k := Fuel; k < All; k <<= 1 {
				if got := l.Count(k); got != want[k] {
					t.Errorf("%v: %d, want %d", k, got, want[k])
				}
			}
			t.Logf("%d places: %d fuel, %d charging, %d rest, %d food, %d parking; version %s", l.Len(),
				l.Count(Fuel), l.Count(Charging), l.Count(Rest), l.Count(Food), l.Count(Parking), l.Version())
		})
	}
}

// A list that was saved is the same when it is read, byte for byte when saved again.
func TestListsAreSaved(t *testing.T) {
	var b Builder
	if err := b.ReadGeoJSON(strings.NewReader(someGeoJSON)); err != nil {
		t.Fatal(err)
	}
	l := b.Build()
	var file, again bytes.Buffer
	if err := l.Write(&file); err != nil {
		t.Fatal(err)
	}
	back, err := Read(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(l.places, back.places); d != "" || back.Version() != l.Version() {
		t.Error(d)
	}
	if err := back.Write(&again); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Error("the second file differs", err)
	}
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"empty":    {nil, ErrForeign},
		"foreign":  {[]byte("PNG is no list of places at all"), ErrForeign},
		"cut off":  {file.Bytes()[:file.Len()-20], ErrBroken},
		"damaged":  {damaged(file.Bytes()), nil},
		"a newer":  {compressed(t, `{"format":"milepost places","version":99}`), ErrNewer},
		"another":  {compressed(t, `{"format":"something else","version":1}`), ErrForeign},
		"too few":  {compressed(t, `{"format":"milepost places","version":1,"places":3,"content":"x"}`), ErrBroken},
		"no place": {compressed(t, `{"format":"milepost places","version":1,"places":1,"content":"x"}`+"\n"+`{"id":"a","kinds":1,"at":[400,0]}`), ErrBroken},
	} {
		if _, err := Read(bytes.NewReader(c.file)); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func damaged(file []byte) []byte {
	d := bytes.Clone(file)
	d[len(d)/2] ^= 0x55
	return d
}

const someGeoJSON = `{"type":"FeatureCollection","features":[
{"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[9.5,47.1]},"properties":{"kind":"fuel;food","name":"Station","brand":"Agrola","opening_hours":"24/7"}},
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[9.5,47.1],[9.502,47.1],[9.502,47.102],[9.5,47.102],[9.5,47.1]]]},"properties":{"amenity":"parking","access":"private","id":"lot"}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[9.51,47.11,450]},"properties":{"amenity":"charging_station","socket:type2":"2","socket:type2:output":"22 kW","socket:type2_combo:output":"150kW;50 kW","socket:schuko":"no","access":"yes"}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[9.51,47.11]},"properties":{"amenity":"bench"}},
{"type":"Feature","geometry":null,"properties":{"amenity":"fuel"}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[999,47.11]},"properties":{"amenity":"fuel"}}]}
{"type":"Feature","geometry":{"type":"LineString","coordinates":[[9.6,47.2],[9.6,47.3]]},"properties":{"highway":"rest_area","operator":"ASFINAG"}}`

func TestReadGeoJSON(t *testing.T) {
	var b Builder
	if err := b.ReadGeoJSON(strings.NewReader(someGeoJSON)); err != nil {
		t.Fatal(err)
	}
	want := []Place{
		{ID: "7", Kinds: Fuel | Food, At: orb.Point{9.5, 47.1}, Name: "Station", Brand: "Agrola", Hours: "24/7"},
		{ID: "feature/3", Kinds: Charging, At: orb.Point{9.51, 47.11}, Plugs: []Plug{{"type2", 2, 22}, {"type2_combo", 0, 150}}},
		{ID: "feature/7", Kinds: Rest, At: orb.Point{9.6, 47.25}, Brand: "ASFINAG"},
		{ID: "lot", Kinds: Parking, At: orb.Point{9.501, 47.101}, Access: "private"},
	}
	if d := cmp.Diff(want, b.Build().places); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{`{"type":"Point"}`, `{"type":"Feature","geometry":{"type":"Point","coordinates":"x"}}`,
		`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1]]]}}`, `[1]`, `{"type":"FeatureCollection","features":[{}]}`} {
		if err := new(Builder).ReadGeoJSON(strings.NewReader(bad)); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestReadPBFThatIsNone(t *testing.T) {
	for _, text := range []string{"", "no extract", "\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x05short"} {
		err := new(Builder).ReadPBF(t.Context(), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil })
		if err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// An extract whose nodes are not dense, each on its own, would have the reader panic.
func TestReadPBFRefusesPlainNodes(t *testing.T) {
	const file = "\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x02\x0a\x00" +
		"\x00\x00\x00\x0b\x0a\x07OSMData\x18\x08\x0a\x06\x12\x04\x0a\x02\x08\x02"
	err := new(Builder).ReadPBF(t.Context(), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(file)), nil })
	if !errors.Is(err, blocks.ErrPlainNodes) {
		t.Errorf("%v", err)
	}
}

func TestPower(t *testing.T) {
	for text, want := range map[string]float64{"22 kW": 22, "150kW;50 kW": 150, "11": 11, "3700 W": 3.7, "22,5 kw": 22.5, "": 0, "fast": 0, "-5": 0, "NaN": 0, "1e9 kW": 0, "22 kVA": 22} {
		if got := power(text); got != want {
			t.Errorf("%q is %v kW, want %v", text, got, want)
		}
	}
}

// What the index finds is what a look at every place finds, at the date line too.
func TestWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))
		at := orb.Point{rapid.SampledFrom([]float64{-180, 9.5, 179.99}).Draw(t, "lon"), rapid.SampledFrom([]float64{-89.9, 0, 47, 80}).Draw(t, "lat")}
		var b Builder
		for i := range 200 {
			p := orb.Point{math.Remainder(at[0]+r.NormFloat64(), 360), min(max(at[1]+r.NormFloat64()/2, -90), 90)}
			b.Add(Place{ID: strconv.Itoa(i), Kinds: 1 << r.IntN(5), At: p})
		}
		l := b.Build()
		kinds, reach := Kinds(1+r.IntN(31)), r.Float64()*120_000
		var want []int
		for i := range l.places {
			if p := &l.places[i]; p.Kinds&kinds != 0 && geo.Distance(at, p.At) <= reach {
				want = append(want, i)
			}
		}
		got := l.Within(kinds, at, reach)
		if !slices.IsSortedFunc(got, func(a, b int) int { return int(geo.Distance(at, l.places[a].At) - geo.Distance(at, l.places[b].At)) }) {
			t.Fatal("not the nearest first")
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}
func compressed(t *testing.T, text string) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll([]byte(text), nil)
}

// Whatever a file holds, it is refused, or is a list that is the same when saved again.
func FuzzLists(f *testing.F) {
	var b Builder
	if err := b.ReadGeoJSON(strings.NewReader(someGeoJSON)); err != nil {
		f.Fatal(err)
	}
	var file bytes.Buffer
	if err := b.Build().Write(&file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte(someGeoJSON))
	f.Add([]byte(`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[]},"properties":{"amenity":"fuel","socket:":"1"}}`))
	f.Add([]byte(someOffers))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, _ = ReadOffers(bytes.NewReader(file))
		l, err := Read(bytes.NewReader(file))
		if err != nil {
			var b Builder
			if b.ReadGeoJSON(bytes.NewReader(file)) != nil {
				return
			}
			l = b.Build()
		}
		var again bytes.Buffer
		if err := l.Write(&again); err != nil {
			t.Fatal(err)
		}
		back, err := Read(&again)
		if err != nil || back.Version() != l.Version() {
			t.Fatal(err)
		}
	})
}
