package main

import (
	"milepost/config"
	ways "milepost/geo/follow"
	"milepost/geo/roads"
	"milepost/pipeline"
)

// roadmap is the map that trips are put onto. The nil roadmap is none.
type roadmap struct {
	file *roads.Map
	full bool // every fix is matched
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

// openRoadmap opens the map that the settings name.
func openRoadmap(cfg config.Roads) (*roadmap, error) {
	m, err := openRoads(cfg.File)
	if m != nil {
		m.full = !cfg.Thin
	}
	return m, err
}

// follower puts trips onto the map's roads, for one worker alone; nil without a map.
func (r *roadmap) follower() pipeline.Roads {
	if r == nil {
		return nil
	}
	return ways.New(r.file, ways.Options{Full: r.full})
}

// Close lets go of the map. No follower of it may be in use.
func (r *roadmap) Close() error {
	if r == nil {
		return nil
	}
	return r.file.Close()
}
