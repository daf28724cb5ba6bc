package main

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milepost/fleet"
	"milepost/ingest/cars"
	"milepost/outcome"
	"milepost/telemetry"
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

// ofAccount are the ids of an account's trips, their events, its charging sessions, and
// their month.
func ofAccount(t *testing.T, all map[string]string, vehicle, account string) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for id, body := range all {
		var its struct {
			outcome.Header
			AccountID string `json:"account_id"`
		}
		if err := json.Unmarshal([]byte(body), &its); err != nil {
			t.Fatal(err)
		}
		if its.AccountID == account {
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

// An account that held the vehicle between two times of another takes its own month with
// it: the other's has all its trips, also those before, and its revisions go on.
func TestEraseOfAnAccountLeavesTheOthersMonth(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, days(64), 2)
		vehicle := w.frames[0].VehicleID
		w.nobodyIsIdentifiedIn(vehicle)
		gaps := w.gapsOf(t, vehicle)
		if len(gaps) < 4 {
			t.Fatalf("the vehicle has %d gaps", len(gaps))
		}
		for i, h := range w.profiles {
			if h.VehicleID == vehicle {
				mine, other := h.Profiles[0], h.Profiles[0]
				mine.Account, mine.Driver = "account-stays", "b"
				other.Account, other.Driver, other.From = "account-gone", "16", fleet.Instant(gaps[0])
				back := mine
				back.From = fleet.Instant(gaps[1])
				w.profiles[i] = fleet.Always(mine).With(other).With(back)
			}
		}
		cfg := w.config()
		w.idle = 1 << 40 // no trip ends by silence meanwhile
		m := w.start(t, cfg, wrappers{})
		cut := slices.IndexFunc(w.frames, func(f *telemetry.Frame) bool { return f.Start >= gaps[2] })
		w.produce(t, w.frames[:cut])
		until(t, "all is written down", func() bool { return w.readTo(t, cfg) })
		code, shown, told := command(t, "erase", "--config", w.settings(t, cfg), "--account", "account-gone")
		if code != exitOK || !strings.Contains(shown, "Erased") {
			t.Fatalf("exit code %d\n%s%s", code, shown, told)
		}
		want := w.oracle(t)
		mine := ofAccount(t, want, vehicle, "account-gone")
		maps.DeleteFunc(want, func(id, body string) bool {
			return mine[id] && !(strings.Contains(body, `"type":"month"`) && strings.Contains(body, `"driver_id":"b"`))
		})
		w.profiles = nil // they were written before
		w.produce(t, w.frames[cut:])
		until(t, "the rest is read", func() bool { return w.readTo(t, cfg) })
		m.end(t)
		w.idle = quickly
		last := w.start(t, cfg, wrappers{})
		settled(t, cfg.Store.SQLite, want)
		last.end(t)
	})
}

// nobodyIsIdentifiedIn leaves the drivers of a vehicle to its profiles.
func (w *world) nobodyIsIdentifiedIn(vehicle string) {
	for _, f := range w.frames {
		if b := &f.Body; f.VehicleID == vehicle {
			for i, signal := range b.Signal {
				if signal == telemetry.DriverID {
					b.Value[i] = 0
				}
			}
		}
	}
}

// gapsOf are the middles of the times between the trips of a vehicle.
func (w *world) gapsOf(t *testing.T, vehicle string) (gaps []int64) {
	t.Helper()
	var ended outcome.Time
	w.play(t, func(_, body string) {
		var trip outcome.Trip
		if err := json.Unmarshal([]byte(body), &trip); err != nil {
			t.Fatal(err)
		}
		if trip.Type != outcome.TypeTrip || trip.VehicleID != vehicle {
			return
		}
		if ended != 0 {
			gaps = append(gaps, int64(ended+trip.StartedAt)/2)
		}
		ended = trip.EndedAt
	})
	return gaps
}
