package readtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/sinks/read"
)

// Names that must not be taken for anything else on the way.
var vehicles = []string{"car-1", `car'2\`, "car ?3 é"}

var policies = []string{"P-1", `P'2?\`}

var accounts = []string{"", "account-1", "account'2?"}

// world holds every place but none that is near its border.
var world = read.Box{South: -90, West: -179, North: 90, East: 179}

// checkAll asks everything that there is to ask.
func checkAll(t *testing.T, s Store, w *oracle, history []outcome.Outcome) {
	t.Helper()
	of := []string{"", "nobody"}
	asked := map[string]bool{} // what versions share is asked for once
	once := func(what string) bool {
		before := asked[what]
		asked[what] = true
		return !before
	}
	for _, o := range history {
		h := o.Head()
		of = append(of, h.VehicleID)
		if once("months " + h.VehicleID + h.At.Std().Format("2006-01")) {
			checkMonths(t, s, w, o)
		}
		if !once(fmt.Sprint(h.ID, h.At)) {
			continue
		}
		checkTrip(t, s, w, o)
		checkCollision(t, s, w, o)
		checkFact(t, s, w, o)
	}
	slices.Sort(of)
	for _, vehicle := range slices.Compact(of) {
		checkTrips(t, s, w, vehicle, 2)
		checkCollisions(t, s, w, read.CollisionFilter{Vehicle: vehicle}, 2)
		checkCharges(t, s, w, read.ChargeFilter{Vehicle: vehicle}, 2)
		checkFactors(t, s, w, read.FactorFilter{Vehicle: vehicle}, 2)
	}
	checkFactors(t, s, w, read.FactorFilter{Policy: policies[0]}, 1)
	checkFactors(t, s, w, read.FactorFilter{Product: outcome.ProductUBI, Stage: outcome.FactorIssued, From: 1}, 3)
	checkCollisions(t, s, w, read.CollisionFilter{From: 1, To: instant(100_000, 0), Least: outcome.Confirmed}, 1)
	checkTrips(t, s, w, "", 1)
	checkTrips(t, s, w, vehicles[1], 100)
	checkEventsIn(t, s, w, world, 0, instant(100_000, 0), 1)
	checkVehicles(t, s, w, 1)
	for _, r := range []read.Range{{}, {Vehicle: vehicles[0]}, {Account: accounts[1]}, {From: instant(1, 0)}, {To: instant(1, 0)}} {
		checkOutcomes(t, s, w, r)
	}
	checkVersions(t, s, w, history, types...)
}

// Of additions a store may have deleted those whose collision was withdrawn.
var types = []outcome.Type{outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth, outcome.TypeCollision, outcome.TypeCharge, outcome.TypeFactor}

// checkDrawn asks some of it.
func checkDrawn(t *rapid.T, s Store, w *oracle, history []outcome.Outcome) {
	size := rapid.IntRange(1, 12).Draw(t, "page")
	checkTrips(t, s, w, rapid.SampledFrom(append(vehicles, "")).Draw(t, "vehicle"), size)
	from, to := drawInstant(t), drawInstant(t)
	checkEventsIn(t, s, w, drawBox(t), min(from, to), max(from, to), size)
	checkVehicles(t, s, w, size)
	o := rapid.SampledFrom(history).Draw(t, "fact")
	checkTrip(t, s, w, o)
	checkMonths(t, s, w, o)
	checkCollision(t, s, w, o)
	checkFact(t, s, w, o)
	checkCharges(t, s, w, read.ChargeFilter{Vehicle: rapid.SampledFrom(append(vehicles, "")).Draw(t, "charged"), From: min(from, to), To: max(from, to)}, size)
	checkFactors(t, s, w, read.FactorFilter{Vehicle: rapid.SampledFrom(append(vehicles, "")).Draw(t, "insured"),
		Policy:  rapid.SampledFrom(append(policies, "")).Draw(t, "policy"),
		Stage:   rapid.SampledFrom([]outcome.FactorStage{"", outcome.FactorIssued}).Draw(t, "stage"),
		Product: rapid.SampledFrom([]outcome.Product{"", outcome.ProductPHI}).Draw(t, "product")}, size)
	checkCollisions(t, s, w, read.CollisionFilter{Vehicle: rapid.SampledFrom(append(vehicles, "")).Draw(t, "in"), From: min(from, to), To: max(from, to),
		Least: rapid.SampledFrom([]outcome.Confidence{"", outcome.Probable, outcome.Confirmed}).Draw(t, "least")}, size)
	checkOutcomes(t, s, w, read.Range{Vehicle: rapid.SampledFrom(append(vehicles, "")).Draw(t, "of vehicle"),
		Account: rapid.SampledFrom(accounts).Draw(t, "of account"), From: min(from, to), To: max(from, to)})
	checkVersions(t, s, w, history, rapid.SampledFrom(types).Draw(t, "type"))
}

// same compares what two answers look like from outside, to the byte.
func same(t tester, what string, want, got any, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if diff := cmp.Diff(lines(t, want), lines(t, got)); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// lines is one line of JSON for each entry of a list.
func lines(t tester, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	if text := string(b); text != "null" && text != "[]" {
		return strings.ReplaceAll(text, `},{"type"`, "},\n{\"type\"")
	}
	return "" // there is no difference between these
}

// pages reads a whole list and fails where a page is larger than asked, or short and not
// the last.
func pages[R any](t tester, size int, page func(after *R) ([]R, error)) (all []R) {
	t.Helper()
	var last *R
	for {
		rows, err := page(last)
		if err != nil {
			t.Fatalf("page after %d: %v", len(all), err)
		}
		if len(rows) > size {
			t.Fatalf("a page of %d, want at most %d", len(rows), size)
		}
		all = append(all, rows...)
		if len(rows) < size {
			break
		}
		last = &all[len(all)-1]
	}
	return all
}

func checkTrips(t tester, s Store, w *oracle, vehicle string, size int) {
	t.Helper()
	got := pages(t, size, func(last *read.TripRow) ([]read.TripRow, error) {
		var key read.Key
		if last != nil {
			key = last.Key()
		}
		return s.Trips(context.Background(), vehicle, key, size)
	})
	want := w.tripRows(vehicle)
	same(t, "trips of "+vehicle, want, got, nil)
	for i := range want {
		if want[i].Key() != got[i].Key() {
			t.Fatalf("trip %d has key %v, want %v", i, got[i].Key(), want[i].Key())
		}
	}
}

// checkTrip asks for the fact, if it is a trip, and for its events, in the ways that a
// caller may know it.
func checkTrip(t tester, s Store, w *oracle, o outcome.Outcome) {
	t.Helper()
	asked, ok := o.(*outcome.Trip)
	if !ok {
		return
	}
	ctx := context.Background()
	var want *outcome.Trip
	if i := slices.IndexFunc(w.trips, func(t *outcome.Trip) bool { return t.ID == asked.ID }); i >= 0 {
		want = w.trips[i]
	}
	elsewhere := read.Ref{VehicleID: "nobody", ID: asked.ID, At: asked.At}
	if _, err := s.Trip(ctx, elsewhere); !errors.Is(err, read.ErrNotFound) {
		t.Fatalf("a trip of another vehicle: %v, want not found", err)
	}
	if want == nil {
		if _, err := s.Trip(ctx, read.RefOf(asked)); !errors.Is(err, read.ErrNotFound) {
			t.Fatalf("a withdrawn trip: %v, want not found", err)
		}
		return
	}
	known, cut := read.RefOf(want), read.RefOf(want)
	cut.At -= cut.At % 1000 // as JSON has it
	for _, ref := range []read.Ref{known, cut, {VehicleID: want.VehicleID, ID: want.ID}} {
		got, err := s.Trip(ctx, ref)
		same(t, "a trip", want, got, err)
		if got.At != want.At {
			t.Fatalf("a trip at %d, want %d", got.At, want.At)
		}
		events, err := s.Events(ctx, ref)
		same(t, "events of a trip", w.eventsOf(want), events, err)
	}
}

func checkEventsIn(t tester, s Store, w *oracle, b read.Box, from, to outcome.Time, size int) {
	t.Helper()
	got := pages(t, size, func(last *outcome.Event) ([]outcome.Event, error) {
		var key read.Key
		if last != nil {
			key = read.Key{At: last.At, ID: last.ID}
		}
		return s.EventsIn(context.Background(), b, from, to, key, size)
	})
	same(t, "events in a box", w.eventsIn(b, from, to), got, nil)
}

func checkMonths(t tester, s Store, w *oracle, o outcome.Outcome) {
	t.Helper()
	vehicle, month := o.Head().VehicleID, o.Head().At.Std().Format("2006-01")
	months, err := s.Month(context.Background(), vehicle, month)
	same(t, "month "+month, w.month(vehicle, month), months, err)
	names, err := s.Months(context.Background(), vehicle)
	same(t, "months", w.monthNames(vehicle), names, err)
}

func checkVehicles(t tester, s Store, w *oracle, size int) {
	t.Helper()
	got := pages(t, size, func(last *read.VehicleRow) ([]read.VehicleRow, error) {
		var after string
		if last != nil {
			after = last.VehicleID
		}
		return s.Vehicles(context.Background(), after, size)
	})
	same(t, "vehicles", w.vehicles(), got, nil)
}

func checkOutcomes(t tester, s Store, w *oracle, r read.Range) {
	t.Helper()
	var got []outcome.Outcome
	err := s.Outcomes(context.Background(), r, func(o outcome.Outcome) error {
		got = append(got, o)
		return nil
	})
	same(t, "outcomes", w.outcomes(r), got, err)
	if len(got) == 0 {
		return
	}
	enough := errors.New("enough")
	if err := s.Outcomes(context.Background(), r, func(outcome.Outcome) error { return enough }); !errors.Is(err, enough) {
		t.Fatalf("a stream that was ended gives %v", err)
	}
}

// checkVersions asks for all that is stored of facts: the version that counts must be
// first, and nothing may be there that was not written.
func checkVersions(t tester, s Store, w *oracle, history []outcome.Outcome, types ...outcome.Type) {
	t.Helper()
	for _, of := range types {
		first := map[string]read.Version{}
		asked := []read.Identity{{VehicleID: "nobody", Key: read.Key{At: 1, ID: outcome.ID("nobody", "trip", 1)}}}
		written := map[string]outcome.Outcome{}
		for _, o := range history {
			if o.Head().Type == of {
				asked = append(asked, read.IdentityOf(o))
				written[name(o.Head().ID, methodOf(o), o.Head().Revision)] = o
			}
		}
		err := s.Versions(context.Background(), of, asked, func(v read.Version) error {
			if _, ok := first[v.ID]; !ok {
				first[v.ID] = v
			}
			o := written[name(v.ID, v.MethodVersion, v.Revision)]
			if o == nil || outcome.StateOf(o) != v.State {
				t.Fatalf("version %+v was never written", v)
			}
			if v.State != outcome.Withdrawn {
				same(t, "a version", o, v.Fact, nil)
			}
			return nil
		})
		if err != nil {
			t.Fatalf("versions: %v", err)
		}
		for id, best := range w.best {
			if v := first[id]; best.Head().Type == of && (v.MethodVersion != methodOf(best) || v.Revision != best.Head().Revision) {
				t.Fatalf("of %s %s version %d/%d comes first, want %d/%d", of, id, v.MethodVersion, v.Revision, methodOf(best), best.Head().Revision)
			}
		}
	}
}
