package follow

import (
	"context"
	"fmt"
	"math"

	orbgeo "github.com/paulmach/orb/geo"

	"milepost/geo"
	"milepost/geo/match"
	"milepost/geo/maxspeed"
	"milepost/geo/remote"
	"milepost/geo/route"
	"milepost/outcome"
)

// Service follows tracks by asking a service, where a map's file is too much for one
// machine. Its answers are as repeatable as the service. It is not safe for concurrent
// use; the client is shared.
type Service struct {
	ctx     context.Context
	client  *remote.Client
	full    bool
	receipt outcome.MapReceipt
	thin    []int
}

// postedConfidence is that of a limit that a service gives without saying what it knows
// it from: most are from OpenStreetMap's maxspeed.
const postedConfidence = 0.7

// NewService makes a follower that asks until the context ends.
func NewService(ctx context.Context, client *remote.Client, o Options) *Service {
	return &Service{ctx: ctx, client: client, full: o.Full}
}

// Receipt names the service that was asked last, with the map it had then.
func (s *Service) Receipt() outcome.MapReceipt { return s.receipt }

// Between asks for the shortest way between two places. The error is route.ErrNoRoute or
// route.ErrTooFar where there is none; any other says that the service was not reached.
func (s *Service) Between(a, b route.End) (route.Stretch, error) {
	return s.client.Between(s.ctx, a, b)
}

// Follow asks for a track's way. The error says that the service was not reached within
// its time-outs, or gave no answer that can be used.
func (s *Service) Follow(t *match.Track, w *Way) error {
	w.Reset()
	receipt, err := s.client.Receipt(s.ctx)
	if err != nil {
		return fmt.Errorf("ask the map's service for its version: %w", err)
	}
	s.receipt = receipt
	idx := []int(nil)
	if !s.full {
		s.thin = match.Thin(t, s.thin[:0])
		idx = s.thin
	}
	paths, err := s.client.Match(s.ctx, t, idx)
	if err != nil {
		return fmt.Errorf("ask the map's service for a trip's roads: %w", err)
	}
	for i := range paths {
		if p := &paths[i]; len(p.Fixes) > 0 && len(p.Shape) > 0 && len(p.Edges) > 0 {
			layRemote(p, w.add())
		}
	}
	return nil
}

// layRemote writes a service's path as a line.
func layRemote(p *remote.Path, l *Line) {
	along := 0.0
	for i, point := range p.Shape {
		if i > 0 {
			along += geo.Distance(p.Shape[i-1], point)
		}
		l.Points, l.Along = append(l.Points, point), append(l.Along, along)
	}
	// Places are told by the service's own lengths.
	own := 0.0
	for _, e := range p.Edges {
		own += e.LengthM
	}
	scale := 1.0
	if own > 0 {
		scale = along / own
	}
	for _, e := range p.Edges {
		s := Stretch{From: l.Along[e.From], Motorway: e.Class.Motorway(), Country: e.Country}
		if !math.IsNaN(e.LimitKmh) {
			s.Limits = maxspeed.Limits{Base: maxspeed.Limit{Kmh: e.LimitKmh, Source: outcome.LimitPosted, Confidence: postedConfidence}}
		}
		l.Stretches = append(l.Stretches, s)
	}
	for _, on := range p.Fixes {
		l.Places = append(l.Places, Place{Fix: on.Fix, Along: min(max(float64(on.Along*scale), 0), along), Confidence: float64(on.Confidence)})
	}
	l.First, l.Last = end(l, 0, 1), end(l, len(l.Points)-1, len(l.Points)-2)
	l.Last.Heading = math.Mod(l.Last.Heading+180, 360)
}

// end is one end of a line, looking toward the point beside it.
func end(l *Line, at, beside int) route.End {
	e := route.End{At: l.Points[at], Heading: math.NaN()}
	if beside >= 0 && beside < len(l.Points) {
		e.Heading = math.Mod(orbgeo.Bearing(l.Points[at], l.Points[beside])+360, 360)
	}
	return e
}
