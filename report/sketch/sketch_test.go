package sketch

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-polyline"

	"milepost/geo/roads"
	"milepost/outcome"
)

func number(v float64) *float64 { return &v }

// drive is a trip of every kind of part: 3 points a part, each beginning where the one
// before ends, but for what follows the blank stretch.
func drive() *Sketch {
	coords := [][]float64{{48.1, 11.5}, {48.101, 11.502}, {48.102, 11.505}, {48.103, 11.508}, {48.104, 11.511}, {48.105, 11.515},
		{48.106, 11.518}, {48.107, 11.52}, {48.11, 11.53}, {48.111, 11.532}, {48.112, 11.535}}
	at := outcome.Time(time.Date(2026, 9, 1, 6, 12, 0, 0, time.UTC).UnixMicro())
	trip := &outcome.Trip{Header: outcome.Header{ID: strings.Repeat("ab", 16), VehicleID: "car"}, StartedAt: at, EndedAt: at + 1_200_000_000, Zone: "Europe/Berlin",
		DistanceM: 4321, DurationS: 1200, OverspeedM: number(300), Speeding: &outcome.Speeding{LimitKnownM: 3000}, Partial: true,
		Route: &outcome.Route{Polyline: string(polyline.EncodeCoords(coords)), Parts: []outcome.RoutePart{
			{From: 0, To: 2, Source: outcome.PartMatched}, {From: 2, To: 3, Source: outcome.PartMatched, Overspeed: true},
			{From: 3, To: 5, Source: outcome.PartRaw}, {From: 5, To: 7, Source: outcome.PartEstimated},
			{From: 7, To: 8, Source: outcome.PartHidden}, {From: 8, To: 10, Source: outcome.PartMatched, Highway: true}}}}
	event := func(kind outcome.EventKind, lat, lon *float64) outcome.Event {
		return outcome.Event{Kind: kind, Level: 2, StartedAt: at, DurationS: 12, Lat: lat, Lon: lon, PeakKmh: number(71), LimitKmh: number(50)}
	}
	return &Sketch{Trip: trip, Events: []outcome.Event{event(outcome.KindSpeeding, number(48.1025), number(11.5065)),
		event(outcome.HarshBraking, number(48.101), number(11.502)), event(outcome.HarshCornering, nil, nil)},
		Roads: []Road{{Line: orb.LineString{{11.49, 48.1}, {11.54, 48.1}}, Class: roads.Primary, Name: `A<b> & "c"`},
			{Line: orb.LineString{{11.49, 48.11}, {11.51, 48.115}, {11.54, 48.11}}, Class: roads.Residential, Name: "Quiet Lane", Tunnel: true}},
		Attribution: "© OpenStreetMap contributors"}
}

func svg(t *testing.T, s *Sketch) string {
	t.Helper()
	var out bytes.Buffer
	if err := s.SVG(&out); err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(out.Bytes()))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return out.String()
		} else if err != nil {
			t.Fatalf("it is no XML: %v\n%s", err, out.String())
		}
	}
}

func TestPictureTellsPartsApart(t *testing.T) {
	got := svg(t, drive())
	for what, want := range map[string]string{
		"title": ">Drive of 1 September 2026, 08:12 CEST<", "matched": "matched to", "raw": "fixes as they came", "estimated": "estimated by the map",
		"hidden": "left blank", "speeding": "71 km/h where 50 are allowed", "share": "on 10.0 % of the 3.0 km", "attribution": "© OpenStreetMap contributors",
		"start": ">start 08:12<", "end": ">end 08:32<", "road name": "A&lt;b&gt; &amp; &#34;c&#34;", "partial": "in part not observed", "scale": ">500 m<",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", what, want, got)
		}
	}
	for _, none := range []string{"harsh cornering", "harsh acceleration", "NaN", "Inf", "%!"} {
		if strings.Contains(got, none) {
			t.Errorf("there is %q in\n%s", none, got)
		}
	}
	if again := svg(t, drive()); again != got {
		t.Error("the same trip gives another picture")
	}
}

// Between the ends of a blank stretch nothing is drawn.
func TestBlankStretchHasNoLine(t *testing.T) {
	s := drive()
	parts, err := s.parts()
	if err != nil {
		t.Fatal(err)
	}
	f := newFrame(parts)
	blank := way(f.placed(parts[4].line, 0))
	got := svg(t, s)
	if strings.Contains(got, blank[1:]) || strings.Contains(got, blank[1:strings.Index(blank, "L")]+"L"+blank[strings.Index(blank, "L")+1:]) {
		t.Errorf("the blank stretch %s is drawn in\n%s", blank, got)
	}
	if n := strings.Count(got, `r="5.5"`); n != 4 { // two on the map, two in the legend
		t.Errorf("%d ends are drawn, want 2 and 2 in the legend", n)
	}
}

// Many hidden stretches in one place are one mark.
func TestEndsOfBlankStretchesDoNotPileUp(t *testing.T) {
	s := drive()
	coords := [][]float64{{48.1, 11.5}, {48.12, 11.53}, {48.1201, 11.5301}, {48.1202, 11.5302}, {48.13, 11.54}}
	s.Trip.Route = &outcome.Route{Polyline: string(polyline.EncodeCoords(coords)), Parts: []outcome.RoutePart{{From: 0, To: 1, Source: outcome.PartMatched},
		{From: 1, To: 2, Source: outcome.PartHidden}, {From: 2, To: 3, Source: outcome.PartHidden}, {From: 3, To: 4, Source: outcome.PartMatched}}}
	if n := strings.Count(svg(t, s), `r="5.5"`); n != 1+2 {
		t.Errorf("%d ends are drawn, want 1 and 2 in the legend", n)
	}
}

// Speeding that stops for a moment is one line, but not over what is unknown.
func TestSpeedingThatFlickers(t *testing.T) {
	line := func(lons ...float64) (l orb.LineString) {
		for _, lon := range lons {
			l = append(l, orb.Point{lon, 48.1})
		}
		return l
	}
	of := func(from, to int, over bool, source outcome.PartSource, l orb.LineString) part {
		return part{outcome.RoutePart{From: from, To: to, Overspeed: over, Source: source}, l}
	}
	const m, h = outcome.PartMatched, outcome.PartHidden
	for name, c := range map[string]struct {
		parts []part
		want  int
	}{
		"a moment":  {[]part{of(0, 1, true, m, line(11.5, 11.52)), of(1, 2, false, m, line(11.52, 11.5202)), of(2, 3, true, m, line(11.5202, 11.54))}, 1},
		"a while":   {[]part{of(0, 1, true, m, line(11.5, 11.52)), of(1, 2, false, m, line(11.52, 11.53)), of(2, 3, true, m, line(11.53, 11.54))}, 2},
		"no line":   {[]part{of(0, 1, true, m, line(11.5, 11.52)), of(2, 3, true, m, line(11.5202, 11.54))}, 2},
		"a stretch": {[]part{of(0, 1, true, m, line(11.5, 11.52)), of(1, 2, false, h, line(11.52, 11.5202)), of(2, 3, true, m, line(11.5202, 11.54))}, 2},
	} {
		f := newFrame(c.parts)
		if got := speeding(&f, c.parts); len(got) != c.want {
			t.Errorf("%s: %d lines, want %d", name, len(got), c.want)
		}
	}
}

func TestTripsThatCannotBeDrawn(t *testing.T) {
	none, broken := drive(), drive()
	none.Trip.Route = nil
	broken.Trip.Route.Parts[5].To = 99
	if err := none.SVG(io.Discard); !errors.Is(err, ErrNoRoute) {
		t.Error(err)
	}
	for _, write := range []func(io.Writer) error{broken.SVG, broken.GeoJSON} {
		if err := write(io.Discard); err == nil || !strings.Contains(err.Error(), "11 points, and a part of 8 to 99") {
			t.Error(err)
		}
	}
}

// A trip that never left its place has no width.
func TestTripOfOnePlace(t *testing.T) {
	s := drive()
	s.Trip.Route = &outcome.Route{Polyline: string(polyline.EncodeCoords([][]float64{{48.1, 11.5}})), Parts: []outcome.RoutePart{{Source: outcome.PartRaw}}}
	if got := svg(t, s); strings.Contains(got, "NaN") || strings.Contains(got, "Inf") {
		t.Error(got)
	}
}

func TestGeoJSON(t *testing.T) {
	var out bytes.Buffer
	if err := drive().GeoJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Features []struct {
			Geometry   struct{ Type string }
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Features) != 8 || got.Features[4].Geometry.Type != "MultiPoint" || got.Features[1].Properties["overspeed"] != true ||
		got.Features[6].Properties["kind"] != "speeding" {
		t.Errorf("%+v", got)
	}
}

// What a hybrid drove without fuel is marked, and told; nothing is where nobody knows.
func TestElectricParts(t *testing.T) {
	s, ev := drive(), true
	cores := func(svg string) int { return strings.Count(svg, `stroke-width="1.6"/>`) }
	without := svg(t, s)
	if strings.Contains(without, "driven without fuel") {
		t.Error("a trip that does not tell is marked")
	}
	s.Trip.Route.Parts[0].IsEV, s.Trip.Route.Parts[0].Mode = &ev, outcome.ModeEco
	if got := svg(t, s); strings.Count(got, "driven without fuel") != 1 || cores(got) != cores(without)+2 {
		t.Errorf("want a core in one line and one in the legend:\n%s", got)
	}
	var out bytes.Buffer
	if err := s.GeoJSON(&out); err != nil || strings.Count(out.String(), `"is_ev": true`) != 1 || strings.Count(out.String(), `"mode": "eco"`) != 1 {
		t.Errorf("error %v\n%s", err, out.String())
	}
}

func TestRoadsOfAMap(t *testing.T) {
	var b roads.Builder
	b.AddWay(1, []roads.NodeID{1, 2}, []orb.Point{{11.49, 48.1}, {11.54, 48.1}}, map[string]string{"highway": "primary", "name": "Long Road"})
	b.AddWay(2, []roads.NodeID{3, 4}, []orb.Point{{9.49, 48.1}, {9.54, 48.1}}, map[string]string{"highway": "primary", "name": "Far Road"})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	s := drive()
	if s.Roads, err = s.Around(m); err != nil || len(s.Roads) != 1 || s.Roads[0].Name != "Long Road" || s.Roads[0].Class != roads.Primary {
		t.Errorf("%+v, %v", s.Roads, err)
	}
}

// A long trip shows the larger roads, and those of a map that tells no classes.
func TestRoadsAroundALongTrip(t *testing.T) {
	for class, want := range map[string]int{"residential": 0, "secondary": 1, "": 1} {
		const line = `{"type":"Feature","properties":{%s"name":"Long Road"},"geometry":{"type":"LineString","coordinates":[[11.49,48.1],[11.54,48.1]]}}`
		if class != "" {
			class = `"highway":"` + class + `",`
		}
		var b roads.Builder
		if err := b.ReadGeoJSON(strings.NewReader(fmt.Sprintf(line, class)), roads.GeoJSON{}); err != nil {
			t.Fatal(err)
		}
		m, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		if got := Near(m, orb.Point{11.5, 48.1}, 20_000); len(got) != want {
			t.Errorf("%q: %d roads, want %d", class, len(got), want)
		}
	}
}

// A round trip that ends by the arrow to the north: start, end and arrow hide none of each
// other.
func TestWordsInACornerStayApart(t *testing.T) {
	s := drive()
	coords := [][]float64{{48.2, 11.9}, {48.1, 11.5}, {48.2003, 11.8995}}
	s.Trip.Route = &outcome.Route{Polyline: string(polyline.EncodeCoords(coords)), Parts: []outcome.RoutePart{{From: 0, To: 2, Source: outcome.PartRaw}}}
	s.Events = nil
	parts, err := s.parts()
	if err != nil {
		t.Fatal(err)
	}
	f := newFrame(parts)
	taken := s.marks(&canvas{}, &f, parts)
	if len(taken) != 5 {
		t.Fatalf("%d boxes, want the arrow, start and end with their words", len(taken))
	}
	arrow, start, end := taken[0], taken[1], taken[3]
	if start.meets(arrow) || end.meets(arrow) || start.meets(end) {
		t.Errorf("start %+v, end %+v and arrow %+v lie upon each other", start, end, arrow)
	}
}

// What is above the limit is shown in the legend by a line of the picture, not by another.
func TestLegendOfSpeedingFixes(t *testing.T) {
	s := drive()
	s.Trip.Route.Parts = []outcome.RoutePart{{From: 0, To: 5, Source: outcome.PartRaw, Overspeed: true}}
	if got := svg(t, s); !strings.Contains(got, "above the speed limit") || strings.Contains(got, matched) {
		t.Errorf("there is a line matched to a road in\n%s", got)
	}
}

func TestHeading(t *testing.T) {
	s := drive()
	s.Trip.Zone = "America/Sao_Paulo"
	if got, want := s.title(), "Drive of 1 September 2026, 03:12 UTC-03"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := s.subtitle(); !strings.HasSuffix(got, " · in part not observed") {
		t.Error(got)
	}
	s.Trip.Receipt.Flags = []string{"location_hidden"}
	if got := s.subtitle(); !strings.HasSuffix(got, " · in part not shared") {
		t.Error(got)
	}
}
