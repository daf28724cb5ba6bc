package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"milepost/fixtures"
	"milepost/geo/roads"
)

// simulatedRoads is the map of a fleet's world, in memory.
func simulatedRoads(simulated *fixtures.Fleet) (*roadmap, error) {
	m, err := simulated.Network().Chart().Map()
	if err != nil {
		return nil, err
	}
	return &roadmap{file: m}, nil
}

// writeRoads writes the map of the simulated world where it is asked for.
func (c *simulateCmd) writeRoads(simulated *fixtures.Fleet) error {
	if c.Roads == "" {
		return nil
	}
	onto, err := simulatedRoads(simulated)
	if err != nil {
		return err
	}
	return onto.file.WriteFile(c.Roads)
}

// demoMap writes the map of the demo's world beside its store and gives its path. A file
// of that name that is another map, or none, stays: the path is empty then, but for the
// map beside the demo's own store, which is made anew as that store is.
func demoMap(onto *roadmap, store string) (path string, err error) {
	path = strings.TrimSuffix(store, ".db") + ".roads"
	there, err := roads.Open(path)
	switch {
	case err == nil:
		same := there.Version() == onto.file.Version()
		if err := there.Close(); err != nil || same {
			return path, err
		}
		if store != defaultStore {
			return "", nil
		}
	case !errors.Is(err, fs.ErrNotExist):
		return "", nil //nolint:nilerr // whatever it is, it is not the demo's
	}
	if err := onto.file.WriteFile(path); err != nil {
		return "", fmt.Errorf("write the map of the simulated world: %w", err)
	}
	return path, nil
}
