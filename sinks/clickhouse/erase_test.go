package clickhouse

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/read/readtest"
)

// fleetOfTwo writes a vehicle that changed hands within September, and another.
func fleetOfTwo(t *testing.T, s *store) {
	t.Helper()
	var batch []outcome.Outcome
	for _, vehicle := range []string{"vehicle-kept", "vehicle-gone"} {
		for day := range 28 {
			at := outcome.Time(1_788_220_800_000_000 + int64(day)*86_400_000_000) // 2026-09-01 on
			trip := &outcome.Trip{Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at, Revision: 1},
				State: outcome.Final, StartedAt: at, EndedAt: at + 600_000_000, Zone: "UTC", LocalDate: at.Std().Format("2006-01-02"),
				DistanceSource: "odometer", AccountID: "account-new", Receipt: outcome.Receipt{Method: "performance/1"}}
			if day < 10 && vehicle == "vehicle-gone" {
				trip.AccountID, trip.DriverID = "account-old", "d1"
			}
			event := &outcome.Event{Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(vehicle, "harsh_braking", at+1), VehicleID: vehicle, At: at + 1, Revision: 1},
				State: outcome.Final, Kind: outcome.HarshBraking, Level: 1, StartedAt: at + 1, Estimator: "speed", TripID: trip.ID, Method: "performance/1"}
			batch = append(batch, trip, event)
		}
		for _, driver := range []string{"", "d1"} {
			at := outcome.Time(1_788_220_800_000_000)
			batch = append(batch, &outcome.Month{Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID(vehicle, "month/"+driver, at), VehicleID: vehicle, At: at, Revision: 1},
				State: outcome.Final, Month: "2026-09", DriverID: driver, Method: "performance/1"})
		}
		holder := "account-new"
		if vehicle == "vehicle-gone" {
			holder = "account-old"
		}
		from := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
		batch = append(batch, readtest.NewCharge(vehicle, holder, outcome.Time(from.UnixMicro())), readtest.NewCharge(vehicle, "account-new", outcome.Time(from.AddDate(0, 0, 20).UnixMicro())),
			// Of the first period its account drove the last day, of the second none.
			readtest.NewFactor(vehicle, "P-1", from.AddDate(-1, 0, 1)), readtest.NewFactor(vehicle, "P-1", from.AddDate(0, 0, 10)))
	}
	if err := s.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	// A second version of everything: both are there until the server merges them.
	for _, o := range batch {
		o.Head().Revision = 2
	}
	if err := s.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

func eraser(t *testing.T, s *store) *Eraser {
	t.Helper()
	e, err := NewEraser(t.Context(), s.db, Layout{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// left is what is there of someone, as readers see it: one version of each fact. The
// server may have merged the others away.
func left(t *testing.T, s *store, where string) string {
	t.Helper()
	var text strings.Builder
	for _, table := range []string{"trips", "events", "months", "charges", "factors"} {
		for _, n := range texts(t, s.db, fmt.Sprintf("SELECT toString(uniqExact(id)) FROM %s WHERE %s", table, where)) {
			fmt.Fprintf(&text, "%s %s ", n, table)
		}
	}
	return text.String()
}

func TestErase(t *testing.T) {
	for name, c := range map[string]struct {
		whose              sinks.Subject
		gone, theirs, kept string
	}{
		"a vehicle":         {sinks.Subject{Vehicle: "vehicle-gone"}, "vehicle_id = 'vehicle-gone'", "0 trips 0 events 0 months 0 charges 0 factors ", "28 trips 28 events 2 months 2 charges 2 factors "},
		"an account":        {sinks.Subject{Account: "account-old"}, "vehicle_id = 'vehicle-gone'", "18 trips 18 events 1 months 1 charges 1 factors ", "28 trips 28 events 2 months 2 charges 2 factors "},
		"one never seen":    {sinks.Subject{Vehicle: "vehicle"}, "vehicle_id = 'vehicle-gone'", "28 trips 28 events 2 months 2 charges 2 factors ", "28 trips 28 events 2 months 2 charges 2 factors "},
		"a strange account": {sinks.Subject{Account: "'; DROP TABLE trips"}, "vehicle_id = 'vehicle-gone'", "28 trips 28 events 2 months 2 charges 2 factors ", "28 trips 28 events 2 months 2 charges 2 factors "},
	} {
		t.Run(name, func(t *testing.T) {
			clickhousetest.Each(t, func(t *testing.T, engine clickhousetest.Engine) {
				s := newStore(t, engine)
				fleetOfTwo(t, s)
				e := eraser(t, s)
				months, err := e.MonthsOf(t.Context(), c.whose.Account)
				if want := []sinks.DrivenMonth{{Vehicle: "vehicle-gone", Month: "2026-09", Driver: "d1"}}; err != nil ||
					c.whose.Account == "account-old" && !cmp.Equal(months, want) || c.whose.Account != "account-old" && len(months) > 0 {
					t.Errorf("its months are %v, error %v", months, err)
				}
				for range 2 { // again, as after a crash
					if err := e.Erase(t.Context(), c.whose); err != nil {
						t.Fatal(err)
					}
				}
				rows, err := e.Count(t.Context(), c.whose)
				if err != nil || rows.Total() != 0 {
					t.Errorf("%v is left, error %v", rows, err)
				}
				if diff := cmp.Diff(c.theirs, left(t, s, c.gone)); diff != "" {
					t.Errorf("of the vehicle (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(c.kept, left(t, s, "vehicle_id = 'vehicle-kept'")); diff != "" {
					t.Errorf("of the other (-want +got):\n%s", diff)
				}
				said := strings.Join(texts(t, s.db, "SELECT command FROM system.mutations WHERE database = currentDatabase()"), "\n")
				if strings.Contains(said, "vehicle-gone") || strings.Contains(said, "account-old") {
					t.Errorf("the server keeps who it was: %s", said)
				}
			})
		})
	}
}

// A trip that was stored before the account of its drive was known does not come back,
// and one that turned out to be another's stays.
func TestEraseOfAnAccountThatCameLate(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, engine clickhousetest.Engine) {
		s := newStore(t, engine)
		day := func(n int64) outcome.Time { return outcome.Time(1_788_220_800_000_000 + n*86_400_000_000) }
		for n, accounts := range [][]string{{"", "gone"}, {"gone", "other"}, {"gone"}, {"", "gone-too"}} {
			for revision, account := range accounts {
				at := day(int64(n))
				trip := &outcome.Trip{Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID("car", "trip", at), VehicleID: "car", At: at, Revision: uint32(revision + 1)},
					State: outcome.Final, StartedAt: at, EndedAt: at + 1, Zone: "UTC", LocalDate: at.Std().Format("2006-01-02"),
					DistanceSource: "odometer", AccountID: account, Receipt: outcome.Receipt{Method: "performance/1"}}
				event := &outcome.Event{Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID("car", "harsh_braking", at), VehicleID: "car", At: at, Revision: uint32(revision + 1)},
					State: outcome.Final, Kind: outcome.HarshBraking, Level: 1, StartedAt: at, Estimator: "speed", TripID: trip.ID, Method: "performance/1"}
				if err := s.Write(t.Context(), []outcome.Outcome{trip, event}); err != nil { // a part of its own
					t.Fatal(err)
				}
			}
		}
		e, whose := eraser(t, s), sinks.Subject{Account: "gone"}
		if err := e.Erase(t.Context(), whose); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"trips", "events"} {
			got := strings.Join(texts(t, s.db, "SELECT DISTINCT lower(hex(id)) FROM "+table+" ORDER BY at"), " ")
			kind := map[string]string{"trips": "trip", "events": "harsh_braking"}[table]
			if want := outcome.ID("car", kind, day(1)) + " " + outcome.ID("car", kind, day(3)); got != want {
				t.Errorf("%s left are %s, want %s", table, got, want)
			}
		}
		if rows, err := e.Count(t.Context(), whose); err != nil || rows.Total() != 0 {
			t.Errorf("%v is left, error %v", rows, err)
		}
	})
}

// What is kept for a dispute is not erased by the way.
func TestHeldRowsAreNotErased(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, engine clickhousetest.Engine) {
		s := newStore(t, engine)
		fleetOfTwo(t, s)
		e := eraser(t, s)
		mustExec(t, s.db, "ALTER TABLE trips UPDATE held = 1 WHERE vehicle_id = 'vehicle-gone'")
		if err := e.await(t.Context(), "trips"); err != nil {
			t.Fatal(err)
		}
		if err := e.Erase(t.Context(), sinks.Subject{Vehicle: "vehicle-gone"}); !errors.Is(err, sinks.ErrHeld) {
			t.Errorf("error %v", err)
		}
		for vehicle, want := range map[string]error{"vehicle-gone": sinks.ErrHeld, "vehicle-kept": nil} {
			if err := e.Held(t.Context(), sinks.Subject{Vehicle: vehicle}); !errors.Is(err, want) {
				t.Errorf("%s: error %v, want %v", vehicle, err, want)
			}
		}
		if got, want := left(t, s, "vehicle_id = 'vehicle-gone'"), "28 trips 28 events 2 months 2 charges 2 factors "; got != want {
			t.Errorf("left are %s, want %s", got, want)
		}
	})
}

// A mutation that never ends is an error in the end, and not a wait for ever.
func TestAMutationThatFailsIsTold(t *testing.T) {
	s := newStore(t, clickhousetest.CHDB(t))
	fleetOfTwo(t, s)
	e := eraser(t, s)
	e.poll, e.patience = 10*time.Millisecond, 0
	if _, err := s.db.ExecContext(t.Context(), "ALTER TABLE trips DELETE WHERE throwIf(vehicle_id != '')"); err == nil {
		t.Fatal("the mutation did not fail")
	}
	defer mustExec(t, s.db, "KILL MUTATION WHERE database = currentDatabase()")
	if err := e.Erase(t.Context(), sinks.Subject{Vehicle: "vehicle-gone"}); !errors.Is(err, errMutation) {
		t.Errorf("error %v", err)
	}
}

// What was erased is gone from the disk, which takes as long as the tables keep parts
// that were replaced.
func TestPurgeWaitsUntilThePartsAreGone(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	clickhousetest.Each(t, func(t *testing.T, engine clickhousetest.Engine) {
		t.Parallel()
		s := newStore(t, engine)
		for _, table := range []string{"trips", "events", "months"} {
			// A server of 2018 cannot change it, and keeps replaced parts for its minute.
			_, _ = s.db.ExecContext(t.Context(), "ALTER TABLE "+table+" MODIFY SETTING old_parts_lifetime = 5")
		}
		fleetOfTwo(t, s)
		e := eraser(t, s)
		if err := e.Erase(t.Context(), sinks.Subject{Vehicle: "vehicle-gone"}); err != nil {
			t.Fatal(err)
		}
		if len(e.replaced) == 0 {
			t.Fatal("no part was replaced")
		}
		// A run after a crash knows nothing of the parts but what the server says.
		if err := eraser(t, s).Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"trips", "events", "months"} {
			parts, err := e.inactive(t.Context(), table)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range parts {
				if e.replaced[part] {
					t.Errorf("%s is still there", part)
				}
			}
		}
	})
}
