package export

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/twpayne/go-polyline"

	"milepost/outcome"
)

// The elements of GPX 1.1 that an export uses, in the order that its schema wants
// (https://www.topografix.com/GPX/1/1/gpx.xsd).
type gpxFile struct {
	XMLName   xml.Name      `xml:"http://www.topografix.com/GPX/1/1 gpx"`
	Version   string        `xml:"version,attr"`
	Creator   string        `xml:"creator,attr"`
	Metadata  gpxMetadata   `xml:"metadata"`
	Waypoints []gpxWaypoint `xml:"wpt"`
	Track     gpxTrack      `xml:"trk"`
}

type gpxMetadata struct {
	Name string `xml:"name"`
	Time string `xml:"time"`
}

type gpxWaypoint struct {
	gpxPoint
	Time string `xml:"time"`
	Name string `xml:"name"`
	Desc string `xml:"desc"`
}

type gpxPoint struct {
	Lat degrees `xml:"lat,attr"`
	Lon degrees `xml:"lon,attr"`
}

type gpxTrack struct {
	Name     string       `xml:"name"`
	Desc     string       `xml:"desc"`
	Segments []gpxSegment `xml:"trkseg"`
}

type gpxSegment struct {
	Points []gpxPoint `xml:"trkpt"`
}

// degrees are a decimal of 5 places, 1.1 m, as routes have them: xsd:decimal has no
// exponent.
type degrees float64

// MarshalXMLAttr implements xml.MarshalerAttr.
func (d degrees) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	return xml.Attr{Name: name, Value: strconv.FormatFloat(float64(d), 'f', 5, 64)}, nil
}

// track is a drive's file.
type track struct {
	name string
	body []byte
}

// tracksOf makes the files of all drives that have a route.
func tracksOf(f *facts) ([]track, error) {
	byTrip := map[string][]*outcome.Event{}
	for _, e := range f.events {
		byTrip[e.TripID] = append(byTrip[e.TripID], e)
	}
	var all []track
	used := map[string]bool{}
	for _, t := range f.trips {
		segments, err := segmentsOf(t)
		if err != nil {
			return nil, fmt.Errorf("make the track of trip %s: %w", t.ID, err)
		}
		if len(segments) == 0 {
			continue
		}
		body, err := xml.MarshalIndent(gpxOf(t, byTrip[t.ID], segments), "", " ")
		if err != nil {
			return nil, fmt.Errorf("make the track of trip %s: %w", t.ID, err)
		}
		all = append(all, track{nameOf(t, used), append([]byte(xml.Header), append(body, '\n')...)})
	}
	return all, nil
}

// nameOf is the minute of the start; a second drive of one minute gets a number.
func nameOf(t *outcome.Trip, used map[string]bool) string {
	base := "gpx/" + t.StartedAt.Std().Format("2006-01-02T15-04") + "Z"
	name := base
	for n := 2; used[name]; n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	used[name] = true
	return name + ".gpx"
}

// segmentsOf divides a route by its parts: between two of them nothing is known of the
// line, or it was not to be shared.
func segmentsOf(t *outcome.Trip) (all []gpxSegment, err error) {
	if t.Route == nil {
		return nil, nil
	}
	coords, rest, err := polyline.DecodeCoords([]byte(t.Route.Polyline))
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%d bytes are left over", len(rest))
	}
	if err != nil {
		return nil, fmt.Errorf("decode its route: %w", err)
	}
	for _, part := range t.Route.Parts {
		if part.From < 0 || part.To >= len(coords) || part.From > part.To {
			return nil, fmt.Errorf("its route has %d points, and a part of %d to %d", len(coords), part.From, part.To)
		}
		var s gpxSegment
		for _, c := range coords[part.From : part.To+1] {
			s.Points = append(s.Points, gpxPoint{degrees(c[0]), degrees(c[1])})
		}
		all = append(all, s)
	}
	return all, nil
}

func gpxOf(t *outcome.Trip, events []*outcome.Event, segments []gpxSegment) *gpxFile {
	name := "Drive of " + localStart(t)
	g := &gpxFile{Version: "1.1", Creator: "milepost", Metadata: gpxMetadata{Name: name, Time: t.StartedAt.String()},
		Track: gpxTrack{Name: name, Desc: fmt.Sprintf("%.1f km in %.0f min", t.DistanceM/1000, t.DurationS/60), Segments: segments}}
	for _, e := range events {
		if e.Lat == nil || e.Lon == nil {
			continue
		}
		g.Waypoints = append(g.Waypoints, gpxWaypoint{gpxPoint: gpxPoint{degrees(*e.Lat), degrees(*e.Lon)}, Time: e.StartedAt.String(),
			Name: strings.ReplaceAll(string(e.Kind), "_", " "), Desc: fmt.Sprintf("level %d, %.1f m/s2 for %.1f s", e.Level, e.PeakMS2, e.DurationS)})
	}
	return g
}

// localStart is the time at which a person began to drive.
func localStart(t *outcome.Trip) string {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		zone = time.UTC // the zones' rules may be another version than those it was made with
	}
	return t.StartedAt.Std().In(zone).Format("2006-01-02 15:04 MST")
}
