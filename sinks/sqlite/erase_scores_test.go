package sqlite_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/read/readtest"
)

// Charging sessions go with their account, and the factors in whose periods it drove: the
// sums of a period cannot be told apart.
func TestChargesAndFactorsAreErased(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	filled(t, path)
	store := openStore(t, path)
	first := newTrip("vehicle-gone", clock(0), 0) // account-old's, as filled has it
	day, err := time.Parse(time.DateOnly, first.LocalDate)
	if err != nil {
		t.Fatal(err)
	}
	for _, vehicle := range []string{"vehicle-gone", "vehicle-kept"} {
		write(t, store, readtest.NewCharge(vehicle, "account-old", first.At), readtest.NewCharge(vehicle, "account-new", first.At+1_000_000),
			readtest.NewFactor(vehicle, "P-1", day.AddDate(-1, 0, 1)), readtest.NewFactor(vehicle, "P-1", day.AddDate(-1, 0, 0)),
			readtest.NewFactor(vehicle, "P-2", day.AddDate(0, 0, 1)))
	}
	account, vehicle := sinks.Subject{Account: "account-old"}, sinks.Subject{Vehicle: "vehicle-gone"}
	counts := func(whose sinks.Subject) (n [2]int64) {
		t.Helper()
		rows, err := store.Count(t.Context(), whose)
		if err != nil {
			t.Fatal(err)
		}
		return [2]int64{rows[outcome.TypeCharge], rows[outcome.TypeFactor]}
	}
	// Of the vehicle that is kept the account held a charging session, and drove no trip.
	if got := [][2]int64{counts(account), counts(vehicle)}; !cmp.Equal(got, [][2]int64{{2, 1}, {2, 3}}) {
		t.Fatalf("of the account and the vehicle %v", got)
	}
	if err := store.Erase(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	if got := [][2]int64{counts(account), counts(vehicle)}; !cmp.Equal(got, [][2]int64{{0, 0}, {1, 2}}) {
		t.Errorf("left are %v", got)
	}
	if err := errors.Join(store.Erase(t.Context(), vehicle), store.Purge(t.Context())); err != nil {
		t.Fatal(err)
	}
	kept := sinks.Subject{Vehicle: "vehicle-kept"}
	if got := [][2]int64{counts(vehicle), counts(kept)}; !cmp.Equal(got, [][2]int64{{0, 0}, {1, 3}}) {
		t.Errorf("left are %v", got)
	}
}

// An account that did not drive while a hold lasts still has its sums under it: a month's
// and a factor's cannot be told apart, so that neither goes before the hold is released.
func TestSumsUnderAHoldAreNotErasedWithAnAccount(t *testing.T) {
	const day = 24 * time.Hour
	first := newTrip("vehicle-gone", clock(0), 0) // account-old's, as filled has it
	date, err := time.Parse(time.DateOnly, first.LocalDate)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from time.Time
		want error
	}{
		"the factor's period": {date.AddDate(0, 6, 0), sinks.ErrHeld},
		"the month before":    {date.AddDate(0, -3, 0), nil},
		"long after":          {date.AddDate(3, 0, 0), nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			filled(t, path)
			store := openStore(t, path)
			write(t, store, readtest.NewFactor("vehicle-gone", "P-1", date))
			err := store.Maintain(t.Context(), func(tx *sql.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO holds VALUES ('h', 'vehicle-gone', ?, ?, 'claim', 0)`,
					c.from.UnixMicro(), c.from.Add(day).UnixMicro())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			whose := sinks.Subject{Account: "account-old"}
			if err := store.Held(t.Context(), whose); !errors.Is(err, c.want) {
				t.Errorf("held: %v, want %v", err, c.want)
			}
			if err := store.Erase(t.Context(), whose); !errors.Is(err, c.want) {
				t.Errorf("erased: %v, want %v", err, c.want)
			}
		})
	}
}
