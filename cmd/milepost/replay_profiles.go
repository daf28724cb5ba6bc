package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"

	"milepost/fleet"
)

// longestProfileLine bounds a line of a file of profiles, in bytes.
const longestProfileLine = 1 << 20

// readProfiles reads what is known of vehicles from a file that has a value of the
// profiles topic on every line. A vehicle stands on one line.
func readProfiles(path string) ([]fleet.History, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open profiles: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	var all []fleet.History
	seen := map[string]bool{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestProfileLine)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		h, err := fleet.DecodeHistory(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if seen[h.VehicleID] {
			return nil, fmt.Errorf("%s:%d: vehicle %s stands on a line before: a line holds all of a vehicle's history", path, n, h.VehicleID)
		}
		seen[h.VehicleID] = true
		all = append(all, h)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read profiles %s: %w", path, err)
	}
	return all, nil
}

var errUnshared = errors.New("the captures say that its location is not shared, and so do their trips: it cannot be given other profiles")

// supersede puts histories in the place of what captures know of the same vehicles, and
// gives how many vehicles the captures know nothing of. What a vehicle is stays as the captures
// say it, where the new profile says nothing: its zone, powertrain and mass.
func supersede(known []fleet.Profile, by []fleet.History) (all []fleet.Profile, unknown int, err error) {
	captured := map[string]fleet.History{}
	for _, p := range known {
		captured[p.VehicleID] = captured[p.VehicleID].With(p)
	}
	for _, h := range by {
		before := captured[h.VehicleID]
		switch {
		case before.EverUnshared():
			return nil, 0, fmt.Errorf("profile of vehicle %s: %w", h.VehicleID, errUnshared)
		case len(before.Profiles) == 0:
			unknown++
		}
		delete(captured, h.VehicleID)
		for _, p := range h.Profiles {
			all = append(all, withBuild(p, &before))
		}
	}
	for _, p := range known {
		if _, ok := captured[p.VehicleID]; ok {
			all = append(all, p)
		}
	}
	return all, unknown, nil
}

// withBuild fills in how a vehicle is built and where it is at home.
func withBuild(p fleet.Profile, known *fleet.History) fleet.Profile {
	at := known.At(int64(p.From))
	if len(known.Profiles) > 0 && int64(p.From) < int64(known.Profiles[0].From) {
		at = &known.Profiles[0]
	}
	if p.Zone == "" {
		p.Zone = at.Zone
	}
	if p.Powertrain == fleet.UnknownPowertrain {
		p.Powertrain = at.Powertrain
	}
	if p.MassKg == 0 {
		p.MassKg = at.MassKg
	}
	return p
}
