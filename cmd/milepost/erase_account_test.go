package main

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"milepost/fleet"
	"milepost/ingest/cars"
	"milepost/outcome"
)

// An account's drives go, with the months that they lie in; those before it held the
// vehicle stay, and the profiles name it no more.
func TestEraseOfAnAccountBesideALiveRun(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, town(63), 2)
		vehicle := w.frames[0].VehicleID
		middle := (w.frames[0].Start + w.frames[len(w.frames)-1].Start) / 2
		for i, h := range w.profiles {
			if h.VehicleID == vehicle {
				before := h.Profiles[0]
				before.Account = "account-before"
				then := before
				then.Account, then.From = "account-gone", fleet.Instant(middle)
				w.profiles[i] = fleet.Always(before).With(then)
			}
		}
		cfg := w.config()
		m := w.start(t, cfg, wrappers{})
		w.produce(t, w.frames)
		want := w.oracle(t)
		settled(t, cfg.Store.SQLite, want)
		until(t, "all is written down", func() bool { return w.readTo(t, cfg) })
		code, shown, told := command(t, "erase", "--config", w.settings(t, cfg), "--account", "account-gone", "--proof", filepath.Join(w.dir, "proof.json"))
		if code != exitOK || !strings.Contains(shown, "Erased") {
			t.Fatalf("exit code %d\n%s%s", code, shown, told)
		}
		gone := ofAccount(t, want, vehicle, "account-gone")
		if len(gone) == 0 {
			t.Fatal("the account had no trip")
		}
		maps.DeleteFunc(want, func(id, _ string) bool { return gone[id] })
		settled(t, cfg.Store.SQLite, want)
		if entry := string(w.entryOf(t, cfg, cars.ProfileKey(vehicle))); strings.Contains(entry, "account-gone") || !strings.Contains(entry, "account-before") {
			t.Errorf("what is known of the vehicle: %s", entry)
		}
		m.end(t)
		code, shown, told = command(t, "erase", "--config", w.settings(t, cfg), "--account", "account-gone")
		if code != exitOK || strings.Contains(shown, "trips") || strings.Contains(shown, "entries") {
			t.Errorf("again: exit code %d\n%s%s", code, shown, told)
		}
	})
}

// ofAccount are the ids of an account's trips, their events, and their month.
func ofAccount(t *testing.T, all map[string]string, vehicle, account string) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for id, body := range all {
		var trip outcome.Trip
		if err := json.Unmarshal([]byte(body), &trip); err != nil {
			t.Fatal(err)
		}
		if trip.Type == outcome.TypeTrip && trip.AccountID == account {
			ids[id] = true
		}
	}
	for id, body := range all {
		var other struct {
			outcome.Header
			Trip string `json:"trip_id"`
		}
		if err := json.Unmarshal([]byte(body), &other); err != nil {
			t.Fatal(err)
		}
		if ids[other.Trip] || other.Type == outcome.TypeMonth && other.VehicleID == vehicle {
			ids[id] = true
		}
	}
	return ids
}
