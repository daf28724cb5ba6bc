package pipeline_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring"
	"milepost/scoring/coaching"
	"milepost/scoring/insurance"
)

// stored gives an outcome as it comes back from JSON.
func stored[T any](t tester, o *T) *T {
	t.Helper()
	b, err := json.Marshal(o)
	again := new(T)
	if err == nil {
		err = json.Unmarshal(b, again)
	}
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// recomputed: what a factor and a trip's coaching say follows from their stored receipts alone.
func recomputed(t tester, o outcome.Outcome) {
	t.Helper()
	switch o := o.(type) {
	case *outcome.Factor:
		again, err := insurance.FromReceipt(stored(t, o))
		if diff := cmp.Diff(*o, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatal(fmt.Sprintf("%v; the factor from its receipt alone (-told +recomputed):\n%s", err, diff))
		}
	case *outcome.Month:
		again, err := scoring.MonthFromReceipt(stored(t, o))
		if diff := cmp.Diff(*o, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatal(fmt.Sprintf("%v; the month from its receipt alone (-told +recomputed):\n%s", err, diff))
		}
	case *outcome.Charge:
		again := stored(t, o)
		f := detectors.ChargeOf(again.Inputs, again.Thresholds)
		if kwh := o.EnergyKwh; o.State != outcome.Withdrawn && (!f.Kept || f.Partial != o.Partial || f.Source != o.EnergySource || kwh != nil && math.Abs(*kwh-f.EnergyKwh) > 0.0005) {
			t.Fatal(fmt.Sprintf("charge %+v, from its receipt %+v", o, f))
		}
	case *outcome.Trip:
		if p := o.Scores.Performance; p != nil {
			again, err := scoring.FromReceipt(*stored(t, &o.Receipt))
			if diff := cmp.Diff(*p, again); err != nil || diff != "" {
				t.Fatal(fmt.Sprintf("%v; performance from its receipt alone (-told +recomputed):\n%s", err, diff))
			}
		}
		if o.Coaching == nil {
			return
		}
		again, err := coaching.FromReceipt(stored(t, o.Coaching))
		if err != nil {
			t.Fatal(err)
		}
		want := *o.Coaching
		want.Observations, want.Usual, want.Advice = nil, nil, nil
		if diff := cmp.Diff(want, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(fmt.Sprintf("coaching from its receipt alone (-told +recomputed):\n%s", diff))
		}
	}
}

// insurer is who hears of factors.
type insurer struct {
	history fleet.History
	trips   map[string]*outcome.Trip
	factors map[string]*outcome.Factor
}

func (i *insurer) hear(t tester, out []outcome.Outcome) {
	t.Helper()
	for _, o := range out {
		recomputed(t, o)
		switch o := o.(type) {
		case *outcome.Trip:
			i.trips[o.ID] = o
		case *outcome.Factor:
			if was := i.factors[o.ID]; was != nil && was.Stage == outcome.FactorIssued {
				t.Fatal(fmt.Sprintf("%s from %s changed after it was issued", o.PolicyID, o.From))
			}
			i.factors[o.ID] = o
		}
	}
}

// check sums the trips of each factor's period that stand; where one was issued, later data
// may have changed them.
func (i *insurer) check(t tester, issued func(*outcome.Factor) bool) {
	t.Helper()
	for _, f := range i.factors {
		if issued(f) {
			continue
		}
		var sums insurance.Share
		days := map[string]bool{}
		for _, o := range i.trips {
			known := i.history.At(int64(o.StartedAt))
			if o.State == outcome.Withdrawn || o.LocalDate < f.From || o.LocalDate >= f.To || !consents(known, f.PolicyID) {
				continue
			}
			sums.Add(insurance.ShareOf(o), 1)
			days[o.LocalDate] = true
		}
		want := sums.Exposure()
		if want.Days = len(days); want != f.Exposure {
			t.Fatal(fmt.Sprintf("%s from %s to %s: exposure %+v, its trips make %+v", f.PolicyID, f.From, f.To, f.Exposure, want))
		}
	}
}

func consents(p *fleet.Profile, policy string) bool {
	consent, insures := false, false
	for _, c := range p.Consents {
		consent = consent || c == outcome.ConsentInsurance
	}
	for i := range p.Policies {
		insures = insures || p.Policies[i].ID == policy
	}
	return consent && insures
}

// Whatever comes late, days later, of whatever was switched, consented and insured: factors
// rest on the trips that stand, stay as they were issued, and follow from their receipts.
func TestInsuredLives(t *testing.T) {
	seen := map[outcome.FactorStage]int{}
	rapid.Check(t, func(rt *rapid.T) {
		l := drawSecretive(rt)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "delivery"), 1))
		all := l.tardy(r, 8*day)
		days(all, r)
		i := insurer{history: l.history, trips: map[string]*outcome.Trip{}, factors: map[string]*outcome.Factor{}}
		receive(rt, l.history, all, func(int) bool { return r.IntN(10) == 0 }, func(_ int, out []outcome.Outcome) {
			i.hear(rt, out)
			for _, o := range out {
				if f, ok := o.(*outcome.Factor); ok {
					seen[f.Stage]++
					i.check(rt, func(o *outcome.Factor) bool { return o.ID != f.ID })
				}
			}
		})
		i.check(rt, func(f *outcome.Factor) bool { return f.Stage == outcome.FactorIssued })
	})
	if seen[outcome.FactorOpen] == 0 || seen[outcome.FactorIssued] == 0 {
		t.Errorf("factors %v", seen)
	}
}
