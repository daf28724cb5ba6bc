package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/outcome"
)

func TestProfilesOfAFileStandInForTheCaptures(t *testing.T) {
	known := []fleet.Profile{
		{VehicleID: "a", Zone: "Europe/Madrid", Powertrain: fleet.Hybrid, MassKg: 1500, Driver: "1"},
		{VehicleID: "b", From: 10, Zone: "UTC", Account: "old"}, {VehicleID: "b", From: 20, Zone: "Europe/Paris"},
		{VehicleID: "c", LocationSharing: fleet.Off},
	}
	for _, c := range []struct {
		name    string
		by      []fleet.History
		want    []fleet.Profile
		unknown int
		err     error
	}{
		{"nothing", nil, known, 0, nil},
		{"what a vehicle is stays, who drives it does not",
			[]fleet.History{fleet.Always(fleet.Profile{VehicleID: "a", MassKg: 1700})},
			append([]fleet.Profile{{VehicleID: "a", Zone: "Europe/Madrid", Powertrain: fleet.Hybrid, MassKg: 1700}}, known[1:]...), 0, nil},
		{"each time has its zone",
			[]fleet.History{fleet.Always(fleet.Profile{VehicleID: "b"}).With(fleet.Profile{VehicleID: "b", From: 30, MassKg: 900})},
			[]fleet.Profile{{VehicleID: "b", Zone: "UTC"}, {VehicleID: "b", From: 10, Zone: "UTC"}, {VehicleID: "b", From: 20, Zone: "Europe/Paris"},
				{VehicleID: "b", From: 30, Zone: "Europe/Paris", MassKg: 900}, known[0], known[3]}, 0, nil},
		{"before its first time too",
			[]fleet.History{fleet.Always(fleet.Profile{VehicleID: "a", From: 5, Driver: "2"})},
			append([]fleet.Profile{{VehicleID: "a", Zone: "Europe/Madrid", Powertrain: fleet.Hybrid, MassKg: 1500},
				{VehicleID: "a", From: 5, Zone: "Europe/Madrid", Powertrain: fleet.Hybrid, MassKg: 1500, Driver: "2"}}, known[1:]...), 0, nil},
		{"no consent lets a hidden place through",
			[]fleet.History{fleet.Always(fleet.Profile{VehicleID: "a", Consents: []string{outcome.ConsentCollisionPosition, outcome.ConsentInsurance}})},
			append([]fleet.Profile{{VehicleID: "a", Zone: "Europe/Madrid", Powertrain: fleet.Hybrid, MassKg: 1500, Consents: []string{outcome.ConsentInsurance}}}, known[1:]...), 0, nil},
		{"a vehicle of no capture",
			[]fleet.History{fleet.Always(fleet.Profile{VehicleID: "d"})},
			append([]fleet.Profile{{VehicleID: "d"}}, known...), 1, nil},
		{"hidden stays hidden", []fleet.History{fleet.Always(fleet.Profile{VehicleID: "c"})}, nil, 0, errUnshared},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, unknown, err := supersede(known, c.by)
			if unknown != c.unknown || !errors.Is(err, c.err) {
				t.Fatalf("%d unknown, %v", unknown, err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReplayWithAPolicy(t *testing.T) {
	captures := recordParts(t, 20)
	path := filepath.Join(t.TempDir(), "profiles.jsonl")
	policy := `{"vehicle_id":"sim-000000","history":[{"consents":["insurance"],"policies":[{"policy_id":"trial","product":"ubi","from":"2026-09-01"}]}]}`
	if err := os.WriteFile(path, []byte(policy+"\n\n"+`{"vehicle_id":"elsewhere","history":[{}]}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr := replayed(t, captures[0], "--profiles", path)
	var last outcome.Factor
	for line := range strings.Lines(stdout) {
		var head outcome.Header
		if err := json.Unmarshal([]byte(line), &head); err != nil {
			t.Fatal(err)
		}
		if head.Type == outcome.TypeFactor {
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatal(err)
			}
		}
	}
	if last.PolicyID != "trial" || last.Factor == nil {
		t.Errorf("the last factor is %+v", last)
	}
	if want := "The file of profiles has 1 vehicle of which the captures have no profile"; !strings.Contains(stderr, want) {
		t.Errorf("standard error lacks %q:\n%s", want, stderr)
	}
}

func TestProfilesThatAreRefused(t *testing.T) {
	captures := recordParts(t, 1)
	for text, want := range map[string]string{
		"{}":                                 ":1: decode history",
		"\n[":                                ":2: decode history",
		`{"vehicle_id":"v","profiles":[{}]}`: ":1: vehicle v has no history",
		`{"vehicle_id":"v","history":[{}]}` + "\n" + `{"vehicle_id":"v","history":[{}]}`: ":2: vehicle v stands on a line before",
		strings.Repeat(" ", longestProfileLine+1):                                        "token too long",
	} {
		path := filepath.Join(t.TempDir(), "profiles.jsonl")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := invoke(t.Context(), "replay", captures[0], "--profiles", path)
		if code == exitOK || !strings.Contains(stderr, want) {
			t.Errorf("exit %d, %q, want %q", code, stderr, want)
		}
	}
}
