package main

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"milepost/fleet"
	"milepost/outcome"
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
		if len(h.Profiles) == 0 {
			return nil, fmt.Errorf("%s:%d: vehicle %s has no history: it is a list, with an entry for each time from which on something else was known", path, n, h.VehicleID)
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
// gives how many vehicles the captures have no profile of.
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
		all = append(all, overlay(&before, &h)...)
	}
	for _, p := range known {
		if _, ok := captured[p.VehicleID]; ok {
			all = append(all, p)
		}
	}
	return all, unknown, nil
}

// overlay is a history in the place of a captured one, from each time at which one of them
// changes. How the vehicle is built stays as captured where the other does not say it.
func overlay(captured, h *fleet.History) (all []fleet.Profile) {
	var changes []fleet.Instant
	for _, p := range slices.Concat(captured.Profiles, h.Profiles) {
		changes = append(changes, p.From)
	}
	slices.Sort(changes)
	for _, from := range slices.Compact(changes) {
		was := captured.At(int64(from))
		if len(captured.Profiles) > 0 && from < captured.Profiles[0].From {
			was = &captured.Profiles[0]
		}
		p := withBuild(*h.At(int64(from)), was)
		p.From = from
		all = append(all, p)
	}
	return all
}

// withBuild is a profile with zone, powertrain and mass of another where it says none.
// Whether a hidden place may be kept for a collision is for the captures alone to say.
func withBuild(p fleet.Profile, was *fleet.Profile) fleet.Profile {
	p.Zone, p.Powertrain = cmp.Or(p.Zone, was.Zone), cmp.Or(p.Powertrain, was.Powertrain)
	p.MassKg = cmp.Or(p.MassKg, was.MassKg)
	if !slices.Contains(was.Consents, outcome.ConsentCollisionPosition) {
		p.Consents = slices.DeleteFunc(slices.Clone(p.Consents), func(c string) bool { return c == outcome.ConsentCollisionPosition })
	}
	return p
}
