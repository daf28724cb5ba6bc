package main

import (
	"context"
	"time"

	ways "milepost/geo/follow"
	"milepost/geo/match"
	"milepost/metrics"
	"milepost/pipeline"
)

// measured tells how long a map takes and where it fails.
type measured struct {
	pipeline.Roads
	to *metrics.Metrics
}

// Follow implements pipeline.Roads.
func (m measured) Follow(t *match.Track, w *ways.Way) error {
	began := time.Now()
	err := m.Roads.Follow(t, w)
	m.to.FollowDuration.Observe(time.Since(began).Seconds())
	if err != nil {
		m.to.RoadsFailures.Inc()
	}
	return err
}

// measuredRoads is a follower for one partition; nil without a map. What drains asks a
// service too: its time-outs, and not the end of the process, decide what it answers.
func (s *service) measuredRoads(ctx context.Context) pipeline.Roads {
	follower := s.roads.follower(context.WithoutCancel(ctx))
	if follower == nil {
		return nil
	}
	return measured{follower, s.metrics}
}
