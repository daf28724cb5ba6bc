package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
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
	id := strings.TrimSpace(milepost(exitOK, "store", "hold", "--vehicle", "car-a", "--from", day(11), "--to", day(9), "--reason", "claim 7"))
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
