// Package sketch draws one trip as a picture (SVG) and as GeoJSON: where each part of its
// route comes from, where it was above the limit, what happened on it, and the roads
// around it where a map is given. It draws nothing that the trip does not tell: a stretch
// that was left blank stays blank. It reads no store and no clock.
package sketch

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-polyline"

	"milepost/outcome"
)

// Sketch is what a picture is made of.
type Sketch struct {
	Trip   *outcome.Trip
	Events []outcome.Event // of the trip; one without a place is not drawn
	Roads  []Road          // beneath the route; nil for none
	// Attribution is owed to whoever made the roads' map; empty for none.
	Attribution string
}

// ErrNoRoute says that the trip tells no place.
var ErrNoRoute = errors.New("the trip has no route: its location was not shared, or was not known")

// part is a run of a route.
type part struct {
	outcome.RoutePart
	line orb.LineString // longitude, latitude
}

// parts decodes the trip's route.
func (s *Sketch) parts() ([]part, error) {
	if s.Trip.Route == nil || len(s.Trip.Route.Parts) == 0 {
		return nil, ErrNoRoute
	}
	coords, rest, err := polyline.DecodeCoords([]byte(s.Trip.Route.Polyline))
	if err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("decode the route of trip %s: %w", s.Trip.ID, errors.Join(err, leftOver(rest)))
	}
	var all []part
	for _, p := range s.Trip.Route.Parts {
		if p.From < 0 || p.To >= len(coords) || p.From > p.To {
			return nil, fmt.Errorf("decode the route of trip %s: it has %d points, and a part of %d to %d", s.Trip.ID, len(coords), p.From, p.To)
		}
		one := part{RoutePart: p}
		for _, c := range coords[p.From : p.To+1] {
			one.line = append(one.line, orb.Point{c[1], c[0]})
		}
		all = append(all, one)
	}
	return all, nil
}

func leftOver(rest []byte) error {
	if len(rest) == 0 {
		return nil
	}
	return fmt.Errorf("%d bytes are left over", len(rest))
}
