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
	Tracks    []gpxTrack    `xml:"trk"`
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
	Type     string       `xml:"type,omitempty"`
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
		driven, estimated, err := segmentsOf(t)
		if err != nil {
			return nil, fmt.Errorf("make the track of trip %s: %w", t.ID, err)
		}
		if len(driven)+len(estimated) == 0 {
			continue
		}
		body, err := xml.MarshalIndent(gpxOf(t, byTrip[t.ID], driven, estimated), "", " ")
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

// segmentsOf divides a route by its parts into what was driven and what a map makes
// plausible. Parts that share a point are one line; between others nothing is known of it,
// or it was not to be shared: a stretch that was left blank is in neither.
func segmentsOf(t *outcome.Trip) (driven, estimated []gpxSegment, err error) {
	if t.Route == nil {
		return nil, nil, nil
	}
	coords, rest, err := polyline.DecodeCoords([]byte(t.Route.Polyline))
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%d bytes are left over", len(rest))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("decode its route: %w", err)
	}
	last := -1 // point of what was driven
	for _, part := range t.Route.Parts {
		if part.From < 0 || part.To >= len(coords) || part.From > part.To {
			return nil, nil, fmt.Errorf("its route has %d points, and a part of %d to %d", len(coords), part.From, part.To)
		}
		var points []gpxPoint
		for _, c := range coords[part.From : part.To+1] {
			points = append(points, gpxPoint{degrees(c[0]), degrees(c[1])})
		}
		switch {
		case part.Source == outcome.PartHidden:
		case part.Source == outcome.PartEstimated:
			estimated = append(estimated, gpxSegment{points})
		case part.From == last:
			s := &driven[len(driven)-1]
			s.Points = append(s.Points, points[1:]...)
			last = part.To
		default:
			driven = append(driven, gpxSegment{points})
			last = part.To
		}
	}
	return driven, estimated, nil
}

func gpxOf(t *outcome.Trip, events []*outcome.Event, driven, estimated []gpxSegment) *gpxFile {
	name := "Drive of " + localStart(t)
	g := &gpxFile{Version: "1.1", Creator: "milepost", Metadata: gpxMetadata{Name: name, Time: t.StartedAt.String()},
		Tracks: []gpxTrack{{Name: name, Desc: fmt.Sprintf("%.1f km in %.0f min", t.DistanceM/1000, t.DurationS/60), Segments: driven}}}
	if len(estimated) > 0 {
		g.Tracks = append(g.Tracks, gpxTrack{Name: name + ", estimated", Type: "estimated", Segments: estimated,
			Desc: "Not shared: the shortest plausible way between places that were. Nobody recorded it."})
	}
	for _, e := range events {
		if e.Lat == nil || e.Lon == nil {
			continue
		}
		g.Waypoints = append(g.Waypoints, gpxWaypoint{gpxPoint: gpxPoint{degrees(*e.Lat), degrees(*e.Lon)}, Time: e.StartedAt.String(),
			Name: strings.ReplaceAll(string(e.Kind), "_", " "), Desc: told(e)})
	}
	return g
}

// told says of an event how hard it was.
func told(e *outcome.Event) string {
	if e.Kind == outcome.KindSpeeding && e.PeakKmh != nil && e.LimitKmh != nil {
		return fmt.Sprintf("level %d, %.0f km/h at a limit of %.0f for %.0f s", e.Level, *e.PeakKmh, *e.LimitKmh, e.DurationS)
	}
	return fmt.Sprintf("level %d, %.1f m/s2 for %.1f s", e.Level, e.PeakMS2, e.DurationS)
}

// localStart is the time at which a person began to drive.
func localStart(t *outcome.Trip) string {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		zone = time.UTC // the zones' rules may be another version than those it was made with
	}
	return t.StartedAt.Std().In(zone).Format("2006-01-02 15:04 MST")
}
