package export

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/twpayne/go-polyline"

	"milepost/outcome"
)

// What was driven, what a map makes plausible and what was left blank are told apart.
func TestEstimateIsNoTrack(t *testing.T) {
	coords := [][]float64{{40, 1}, {40.1, 1}, {40.2, 1}, {40.3, 1}, {40.4, 1}, {40.5, 1}}
	trip := &outcome.Trip{Zone: "Europe/Madrid", Route: &outcome.Route{Polyline: string(polyline.EncodeCoords(coords)), Parts: []outcome.RoutePart{
		{From: 0, To: 1, Source: outcome.PartMatched}, {From: 1, To: 2, Source: outcome.PartMatched, Overspeed: true},
		{From: 2, To: 3, Source: outcome.PartEstimated}, {From: 3, To: 4, Source: outcome.PartHidden}, {From: 4, To: 5, Source: outcome.PartRaw}}}}
	driven, estimated, err := segmentsOf(trip)
	if err != nil || len(driven) != 2 || len(driven[0].Points) != 3 || len(driven[1].Points) != 2 || len(estimated) != 1 || len(estimated[0].Points) != 2 {
		t.Fatalf("driven %v, estimated %v, error %v", driven, estimated, err)
	}
	limit, peak := 50.0, 71.6
	lat, lon := 40.1, 1.0
	event := &outcome.Event{Kind: outcome.KindSpeeding, Level: 3, DurationS: 12, LimitKmh: &limit, PeakKmh: &peak, Lat: &lat, Lon: &lon}
	body, err := xml.MarshalIndent(gpxOf(trip, []*outcome.Event{event}, driven, estimated), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{", estimated</name>", "<type>estimated</type>", "Nobody recorded it.", "level 3, 72 km/h at a limit of 50 for 12 s"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
	if n := strings.Count(string(body), "<trk>"); n != 2 {
		t.Errorf("%d tracks, want 2:\n%s", n, body)
	}
}
