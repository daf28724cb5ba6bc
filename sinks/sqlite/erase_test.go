package sqlite_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/sqlite"
)

// marked is a trip with its account, and a receipt whose flag is found in a file.
func marked(vehicle, account string, day int) *outcome.Trip {
	trip := newTrip(vehicle, clock(day), 0)
	trip.AccountID = account
	if account == "account-old" {
		trip.DriverID = "d1"
	}
	trip.Receipt.Flags = []string{"marker of " + vehicle + " and " + account}
	return trip
}

// clock is the start of a drive.
func clock(n int) string { return fmt.Sprintf("%02d:%02d:00", n/4, n%4*15) }

// filled is a store of two vehicles, of which one changed hands within the month.
func filled(t *testing.T, path string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	var batch []outcome.Outcome
	for _, vehicle := range []string{"vehicle-kept", "vehicle-gone"} {
		for day := range 40 {
			account := "account-old"
			if day >= 20 || vehicle == "vehicle-kept" {
				account = "account-new"
			}
			trip := marked(vehicle, account, day)
			for i := range 3 {
				batch = append(batch, newEvent(trip, i))
			}
			batch = append(batch, trip)
		}
		batch = append(batch, newMonth(vehicle, "", "2026-09", 0), newMonth(vehicle, "d1", "2026-09", 0))
	}
	for i := range batch { // one by one, so that pages are divided and joined
		if err := store.Write(t.Context(), batch[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// holds tells which of the store's files have the text anywhere.
func holds(t *testing.T, path, text string) (names []string) {
	t.Helper()
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + end)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			names = append(names, filepath.Base(path+end))
		}
	}
	return names
}

func TestNoByteOfAVehicleStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	filled(t, path)
	live := openStore(t, path) // a process that writes the store meanwhile
	if err := live.Write(t.Context(), []outcome.Outcome{marked("vehicle-gone", "account-new", 41)}); err != nil {
		t.Fatal(err)
	}
	if len(holds(t, path, "vehicle-gone")) == 0 {
		t.Fatal("the vehicle was never there")
	}
	store, whose := openStore(t, path), sinks.Subject{Vehicle: "vehicle-gone"}
	want := sinks.Rows{outcome.TypeTrip: 41, outcome.TypeEvent: 120, outcome.TypeMonth: 2}
	if rows, err := store.Count(t.Context(), whose); err != nil || !cmp.Equal(rows, want) {
		t.Fatalf("%v, error %v; want %v", rows, err, want)
	}
	for range 2 { // again, as after a crash
		if err := errors.Join(store.Erase(t.Context(), whose), store.Purge(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	if rows, err := store.Count(t.Context(), whose); err != nil || rows.Total() != 0 {
		t.Errorf("%v, error %v", rows, err)
	}
	for _, text := range []string{"vehicle-gone", "marker of vehicle-gone"} {
		if in := holds(t, path, text); len(in) > 0 {
			t.Errorf("%q stands in %v", text, in)
		}
	}
	kept, err := store.Count(t.Context(), sinks.Subject{Vehicle: "vehicle-kept"})
	if want := (sinks.Rows{outcome.TypeTrip: 40, outcome.TypeEvent: 120, outcome.TypeMonth: 2}); err != nil || !cmp.Equal(kept, want) {
		t.Errorf("of the other %v, error %v; want %v", kept, err, want)
	}
}

// An account's months go with its trips, and nothing of another account does.
func TestAnAccountIsErased(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	filled(t, path)
	store, whose := openStore(t, path), sinks.Subject{Account: "account-old"}
	want := sinks.Rows{outcome.TypeTrip: 20, outcome.TypeEvent: 60, outcome.TypeMonth: 1}
	if rows, err := store.Count(t.Context(), whose); err != nil || !cmp.Equal(rows, want) {
		t.Fatalf("%v, error %v; want %v", rows, err, want)
	}
	if err := errors.Join(store.Erase(t.Context(), whose), store.Purge(t.Context())); err != nil {
		t.Fatal(err)
	}
	if in := holds(t, path, "account-old"); len(in) > 0 {
		t.Errorf("the account stands in %v", in)
	}
	left, err := store.Count(t.Context(), sinks.Subject{Vehicle: "vehicle-gone"})
	if want := (sinks.Rows{outcome.TypeTrip: 20, outcome.TypeEvent: 60, outcome.TypeMonth: 1}); err != nil || !cmp.Equal(left, want) {
		t.Errorf("left %v, error %v; want %v", left, err, want)
	}
}

// A crash between the deletion and the purge leaves a note by which the next finishes.
func TestAPurgeThatWasCutOffIsFinished(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	filled(t, path)
	whose := sinks.Subject{Vehicle: "vehicle-gone"}
	if err := openStore(t, path).Erase(t.Context(), whose); err != nil {
		t.Fatal(err)
	}
	store := openStore(t, path)
	if err := errors.Join(store.Erase(t.Context(), whose), store.Purge(t.Context())); err != nil {
		t.Fatal(err)
	}
	if in := holds(t, path, "vehicle-gone"); len(in) > 0 {
		t.Errorf("the vehicle stands in %v", in)
	}
}

// BenchmarkErase takes one vehicle out of many, with the purge of the whole file.
func BenchmarkErase(b *testing.B) {
	const vehicles, trips = 1000, 100
	path := filepath.Join(b.TempDir(), "store.db")
	store, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	for v := range vehicles {
		var batch []outcome.Outcome
		for day := range trips {
			batch = append(batch, newTrip(fmt.Sprintf("car-%d", v), clock(day), 0))
		}
		if err := store.Write(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for n := 0; b.Loop(); n++ {
		whose := sinks.Subject{Vehicle: fmt.Sprintf("car-%d", n%vehicles)}
		if err := errors.Join(store.Erase(b.Context(), whose), store.Purge(b.Context())); err != nil {
			b.Fatal(err)
		}
	}
}

func TestMonthsOfAnAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	filled(t, path)
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for account, want := range map[string][]sinks.DrivenMonth{
		"account-old": {{Vehicle: "vehicle-gone", Month: "2026-09", Driver: "d1"}}, "nobody": nil, "": nil,
	} {
		if got, err := store.MonthsOf(t.Context(), account); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%q: %v, error %v", account, got, err)
		}
	}
}
