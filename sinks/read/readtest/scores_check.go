package readtest

import (
	"context"
	"errors"
	"slices"

	"milepost/outcome"
	"milepost/sinks/read"
)

// nextPage is the key that follows the last of a page; the zero key where there is none.
func nextPage[F outcome.Outcome](last *F) read.Key {
	if last == nil {
		return read.Key{}
	}
	return read.IdentityOf(*last).Key
}

func checkCharges(t tester, s Store, w *oracle, which read.ChargeFilter, size int) {
	t.Helper()
	got := pages(t, size, func(last **outcome.Charge) ([]*outcome.Charge, error) {
		return s.Charges(context.Background(), which, nextPage(last), size)
	})
	var want []*outcome.Charge
	for _, c := range slices.Backward(w.charges) {
		if (which.Vehicle == "" || c.VehicleID == which.Vehicle) && c.At >= which.From && (which.To == 0 || c.At < which.To) {
			want = append(want, c)
		}
	}
	same(t, "charging sessions of "+which.Vehicle, want, got, nil)
}

func checkFactors(t tester, s Store, w *oracle, which read.FactorFilter, size int) {
	t.Helper()
	got := pages(t, size, func(last **outcome.Factor) ([]*outcome.Factor, error) {
		return s.Factors(context.Background(), which, nextPage(last), size)
	})
	var want []*outcome.Factor
	for _, f := range slices.Backward(w.factors) {
		if (which.Vehicle == "" || f.VehicleID == which.Vehicle) && (which.Policy == "" || f.PolicyID == which.Policy) &&
			(which.Product == "" || f.Product == which.Product) && (which.Stage == "" || f.Stage == which.Stage) &&
			f.At >= which.From && (which.To == 0 || f.At < which.To) {
			want = append(want, f)
		}
	}
	same(t, "factors", want, got, nil)
}

// checkFact asks for a fact by its id, and by the beginning of that.
func checkFact(t tester, s Store, w *oracle, o outcome.Outcome) {
	t.Helper()
	head := o.Head()
	if head.Type == outcome.TypeAddition {
		return // a store may have deleted it with its collision
	}
	best := w.best[head.ID]
	gone := outcome.StateOf(best) == outcome.Withdrawn
	for _, vehicle := range []string{"", head.VehicleID} {
		got, err := s.Fact(context.Background(), head.Type, vehicle, head.ID)
		if gone {
			if !errors.Is(err, read.ErrNotFound) {
				t.Fatalf("a withdrawn %s: %v, want not found", head.Type, err)
			}
		} else {
			same(t, "a fact", best, got, err)
		}
		ids, err := s.Beginning(context.Background(), head.Type, vehicle, head.ID[:12])
		if err != nil || slices.Contains(ids, head.ID) == gone {
			t.Fatalf("%ss beginning with %s: %v, %v", head.Type, head.ID[:12], ids, err)
		}
	}
	if _, err := s.Fact(context.Background(), head.Type, "nobody", head.ID); !errors.Is(err, read.ErrNotFound) {
		t.Fatalf("a %s of another vehicle: %v, want not found", head.Type, err)
	}
	if _, err := s.Fact(context.Background(), head.Type, "", head.ID+"'"); !errors.Is(err, read.ErrNotFound) {
		t.Fatalf("what is no id: %v, want not found", err)
	}
}
