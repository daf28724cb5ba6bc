package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"milepost/config"
	ways "milepost/geo/follow"
	"milepost/geo/remote"
	"milepost/geo/roads"
	"milepost/pipeline"
)

// roadmap is the map that trips are put onto: a file or a service. The nil roadmap is
// none.
type roadmap struct {
	file    *roads.Map
	service *remote.Client // where file is nil
	how     ways.Options
}

// openRoads opens a map's file; an empty path is no map.
func openRoads(path string) (*roadmap, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // the nil roadmap is none
	}
	m, err := roads.Open(path)
	if err != nil {
		return nil, err
	}
	return &roadmap{file: m}, nil
}

// openRoadmap opens the map that the settings name. A service is not asked yet: it may be
// away for a while, and trips then close without it.
func openRoadmap(cfg config.Roads) (*roadmap, error) {
	how := ways.Options{Full: !cfg.Thin}
	if cfg.Remote.URL != "" {
		o := remote.Options{URL: cfg.Remote.URL, Timeout: cfg.Remote.Timeout, Total: cfg.Remote.Total, Now: time.Now}
		if cfg.Remote.KeyHeader != "" {
			o.Header = http.Header{}
			o.Header.Set(cfg.Remote.KeyHeader, cfg.Remote.Key.Reveal())
		}
		client, err := remote.New(o)
		if err != nil {
			return nil, fmt.Errorf("use the map's service: %w", err)
		}
		return &roadmap{service: client, how: how}, nil
	}
	m, err := openRoads(cfg.File)
	if m != nil {
		m.how = how
	}
	return m, err
}

// follower puts trips onto the map's roads, for one worker alone; nil without a map. A
// service is asked until the context ends.
func (r *roadmap) follower(ctx context.Context) pipeline.Roads {
	switch {
	case r == nil:
		return nil
	case r.file == nil:
		return ways.NewService(ctx, r.service, r.how)
	}
	return ways.New(r.file, r.how)
}

// Close lets go of the map. No follower of it may be in use.
func (r *roadmap) Close() error {
	if r == nil || r.file == nil {
		return nil
	}
	return r.file.Close()
}
