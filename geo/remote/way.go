package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"milepost/geo/route"
)

// wayQuestion is what /route is asked: the shortest way by car.
type wayQuestion struct {
	Locations []wayEnd `json:"locations"`
	Costing   string   `json:"costing"`
	Costs     struct {
		Auto struct {
			Shortest bool `json:"shortest"`
		} `json:"auto"`
	} `json:"costing_options"`
	Directions string `json:"directions_type"`
}

type wayEnd struct {
	Lat     float64  `json:"lat"`
	Lon     float64  `json:"lon"`
	Heading *float64 `json:"heading,omitempty"`
}

// wayReply is the answer of /route as far as it is used.
type wayReply struct {
	Trip struct {
		Units string `json:"units"` // those of the default, km, where nothing else was asked for
		Legs  []struct {
			Shape   string `json:"shape"`
			Summary struct {
				Time   *float64 `json:"time"`   // s
				Length *float64 `json:"length"` // km
			} `json:"summary"`
		} `json:"legs"`
	} `json:"trip"`
}

// Between asks for the shortest way between two disclosed ends, of which only place and
// heading are sent. Where there is none the error is route.ErrNoRoute, where the service
// finds it too long route.ErrTooFar; else as of Match. Its time is the service's own.
func (c *Client) Between(ctx context.Context, a, b route.End) (route.Stretch, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.Total)
	defer cancel()
	if !onEarth(a.At[1], a.At[0]) || !onEarth(b.At[1], b.At[0]) {
		return route.Stretch{}, route.ErrNoRoute
	}
	q := wayQuestion{Locations: []wayEnd{end(a), end(b)}, Costing: "auto", Directions: "none"}
	q.Costs.Auto.Shortest = true
	var s route.Stretch
	err := c.call(ctx, "route", q, func(answer []byte) (err error) {
		s, err = parseWay(answer)
		return err
	})
	var refused *Refused
	if errors.As(err, &refused) {
		switch refused.Code {
		case codeUnconnected, codeNoEdge, codeUnreachable, codeNoPath:
			return route.Stretch{}, fmt.Errorf("%w: %w", route.ErrNoRoute, err)
		case codeTooLong:
			return route.Stretch{}, fmt.Errorf("%w: %w", route.ErrTooFar, err)
		}
	}
	return s, err
}

func end(e route.End) wayEnd {
	w := wayEnd{Lat: seven(e.At[1]), Lon: seven(e.At[0])}
	if e.Heading >= 0 && e.Heading <= 360 {
		heading := math.Mod(math.Round(e.Heading), 360)
		w.Heading = &heading
	}
	return w
}

var errLeg = errors.New("its way lacks a length or a time")

// parseWay reads an answer. Errors repeat nothing of it.
func parseWay(answer []byte) (route.Stretch, error) {
	var r wayReply
	if err := json.Unmarshal(answer, &r); err != nil {
		return route.Stretch{}, errNoJSON
	}
	if len(r.Trip.Legs) != 1 || r.Trip.Units == "miles" {
		return route.Stretch{}, errNoJSON
	}
	leg := &r.Trip.Legs[0]
	length, time := leg.Summary.Length, leg.Summary.Time
	if length == nil || time == nil || !(*length >= 0) || !(*time >= 0) {
		return route.Stretch{}, errLeg
	}
	shape, err := decodeShape(leg.Shape)
	if err != nil {
		return route.Stretch{}, err
	}
	if len(shape) < 2 {
		return route.Stretch{}, errShape
	}
	return route.Stretch{LengthM: *length * 1000, FreeFlowS: *time, Shape: shape}, nil
}
