package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/read/readtest"
	"milepost/sinks/sqlite"
)

// What a dispute holds is not erased, of a vehicle or of an account, until it is released.
func TestEraseRefusesWhatADisputeHolds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	t.Setenv("MILEPOST_STORE_SQLITE", path)
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	held, other := driven("car-a", 10), driven("car-b", 10)
	held.AccountID, other.AccountID = "account-a", "account-b"
	if err := store.Write(t.Context(), []outcome.Outcome{held, other}); err != nil {
		t.Fatal(err)
	}
	day := func(ago int) string { return time.Now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly) }
	milepost := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := invoke(t.Context(), args...)
		if code != want {
			t.Fatalf("milepost %v: exit code %d, want %d: %s%s", args, code, want, out, errs)
		}
		return out + errs
	}
	id, _, _ := strings.Cut(milepost(exitOK, "store", "hold", "--vehicle", "car-a", "--from", day(11), "--to", day(9), "--reason", "claim 7"), "\n")
	for _, whose := range [][]string{{"--vehicle", "car-a"}, {"--account", "account-a"}} {
		if said := milepost(exitFailed, append([]string{"erase", "--store", path}, whose...)...); !strings.Contains(said, id) {
			t.Errorf("the hold is not named: %s", said)
		}
	}
	if _, err := store.Trip(t.Context(), read.RefOf(held)); err != nil {
		t.Errorf("what is held is gone: %v", err)
	}
	milepost(exitOK, "erase", "--store", path, "--account", "account-b")
	proof := filepath.Join(t.TempDir(), "proof.json")
	dry := []string{"erase", "--store", path, "--vehicle", "car-a", "--dry-run", "--proof", proof}
	said := milepost(exitOK, dry...)
	if !strings.Contains(said, "would be refused") || !strings.Contains(said, id) || !strings.Contains(wholeOf(t, proof), id) {
		t.Errorf("a dry run does not tell of the hold: %s", said)
	}
	milepost(exitOK, "store", "release", id)
	if said := milepost(exitOK, dry...); strings.Contains(said, "refused") {
		t.Errorf("a dry run tells of a hold that was released: %s", said)
	}
	milepost(exitOK, "erase", "--store", path, "--vehicle", "car-a")
	if trips, err := store.Trips(t.Context(), "", read.Key{}, 9); err != nil || len(trips) > 0 {
		t.Errorf("%d trips are left, error %v", len(trips), err)
	}
}

// One collision goes with all that belongs to it, unless a dispute holds its time; the
// proof names neither it nor its vehicle.
// A dry run says what the erasure would be refused for, a factor's sums among it.
func TestADryRunTellsOfAHeldFactor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	t.Setenv("MILEPOST_STORE_SQLITE", path)
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	drove := madeTrip()
	drove.AccountID = "account-a"
	if err := store.Write(t.Context(), []outcome.Outcome{drove, readtest.NewFactor("car", "P-1", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))}); err != nil {
		t.Fatal(err)
	}
	hold := []string{"store", "hold", "--vehicle", "car", "--from", "2026-03-01", "--to", "2026-03-02", "--reason", "claim 7"}
	if code, _, said := invoke(t.Context(), hold...); code != exitOK {
		t.Fatal(said)
	}
	erase := []string{"erase", "--store", path, "--account", "account-a"}
	if code, said, _ := invoke(t.Context(), append(erase, "--dry-run")...); code != exitOK || !strings.Contains(said, "would be refused") {
		t.Errorf("exit code %d, %s", code, said)
	}
	if code, _, said := invoke(t.Context(), erase...); code != exitFailed || !strings.Contains(said, "nothing was erased") {
		t.Errorf("exit code %d, %s", code, said)
	}
}

func TestEraseOfOneCollision(t *testing.T) {
	path, proof := filepath.Join(t.TempDir(), "store.db"), filepath.Join(t.TempDir(), "proof.json")
	t.Setenv("MILEPOST_STORE_SQLITE", path)
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	trip := driven("car-hit", 10)
	one, other := readtest.NewCollision("car-hit", "a", trip.At), readtest.NewCollision("car-hit", "a", trip.At-20*24*3600*1_000_000)
	if err := store.Write(t.Context(), []outcome.Outcome{trip, one, other, readtest.NewAddition(one, outcome.AdditionPhoto, 60)}); err != nil {
		t.Fatal(err)
	}
	milepost := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := invoke(t.Context(), append([]string{"erase", "--store", path, "--collision"}, args...)...)
		if code != want {
			t.Fatalf("milepost %v: exit code %d, want %d: %s%s", args, code, want, out, errs)
		}
		return out + errs
	}
	for args, says := range map[string]string{"car-hit": "32 hex digits", one.ID + " --capture " + path: "--vehicle", one.ID + " --vehicle car-hit": "can't be used together"} {
		if said := milepost(exitUsage, strings.Fields(args)...); !strings.Contains(said, says) {
			t.Errorf("%s: %s", args, said)
		}
	}
	day := func(ago int) string { return time.Now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly) }
	code, id, errs := invoke(t.Context(), "store", "hold", "--vehicle", "car-hit", "--from", day(11), "--to", day(9), "--reason", "claim 7")
	if id = strings.TrimSpace(id); code != exitOK || !strings.Contains(errs, "1 collision with 1 addition now") {
		t.Fatal(code, id, errs)
	}
	if said := milepost(exitFailed, one.ID); !strings.Contains(said, id) {
		t.Errorf("the hold is not named: %s", said)
	}
	milepost(exitOK, other.ID)
	if code, _, errs := invoke(t.Context(), "store", "release", id); code != exitOK {
		t.Fatal(errs)
	}
	if said := milepost(exitOK, one.ID, "--dry-run"); !strings.Contains(said, "Dry run: nothing was erased.") {
		t.Error(said)
	}
	milepost(exitOK, one.ID, "--proof", proof)
	if _, err := store.Collision(t.Context(), "", one.ID); !errors.Is(err, read.ErrNotFound) {
		t.Errorf("the collision: %v", err)
	}
	if _, err := store.Trip(t.Context(), read.RefOf(trip)); err != nil {
		t.Errorf("its drive: %v", err)
	}
	text := wholeOf(t, proof)
	if strings.Contains(text, "car-hit") || strings.Contains(text, one.ID) || !strings.Contains(text, `"kind": "collision"`) || !strings.Contains(text, `"additions": 1`) {
		t.Errorf("the proof:\n%s", text)
	}
	if found, err := erasuresOf([]string{proof}); err != nil || !found[0].Collision {
		t.Errorf("%+v, %v", found, err)
	}
	if said := milepost(exitOK, one.ID); !strings.Contains(said, "Nothing was found anywhere.") {
		t.Error(said)
	}
}
