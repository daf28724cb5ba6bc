package main

import (
	"milepost/fixtures"
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
