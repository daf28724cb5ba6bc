package pipeline

import (
	"maps"
	"math"
	"slices"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"milepost/outcome"
	"milepost/scoring"
	"milepost/scoring/insurance"
	"milepost/scoring/tables"
)

// hear takes what came out.
func (l *ledger) hear() {
	for _, o := range l.s.Out {
		h := o.Head()
		if before := l.told[h.ID]; before != nil && before.Head().Revision >= h.Revision {
			l.t.Fatalf("%s %s: revision %d after %d", h.Type, h.ID, h.Revision, before.Head().Revision)
		}
		if f, ok := o.(*outcome.Factor); ok {
			key := f.PolicyID + "/" + f.From
			if l.issued[key] != "" {
				l.t.Fatalf("factor %s comes again after it was issued", key)
			}
			if f.Stage == outcome.FactorIssued {
				l.issued[key] = h.ID
				l.checkFactor(f)
			}
		}
		l.told[h.ID] = o
	}
	l.s.Out = l.s.Out[:0]
}

// check compares all that was told last with what the bookings make.
func (l *ledger) check() {
	for _, id := range slices.Sorted(maps.Keys(l.told)) {
		switch o := l.told[id].(type) {
		case *outcome.Month:
			l.checkMonth(o)
		case *outcome.Factor:
			if o.Stage == outcome.FactorOpen {
				l.checkFactor(o)
			}
		}
	}
	l.checkSums()
}

func (l *ledger) checkMonth(o *outcome.Month) {
	m := scoring.Month{Name: o.Month, Withheld: l.withheld[o.Month+o.DriverID]}
	for _, b := range l.booked {
		if pseudonym(b.driver) == o.DriverID && b.trip.LocalDate[:7] == o.Month {
			share := scoring.ShareOf(b.trip)
			m.Add(b.trip.LocalDate, &share, 1)
		}
	}
	want := outcome.Month{Header: o.Header, State: o.State, DriverID: o.DriverID}
	m.Fill(&want)
	if diff := gocmp.Diff(&want, o); diff != "" {
		l.t.Fatalf("month %s (-recomputed +told):\n%s", o.Month, diff)
	}
}

// period sums a period's bookings anew.
func (l *ledger) period(key string) (p insurance.Period) {
	left, days, charged := map[string]insurance.Share{}, map[string]bool{}, map[string]bool{}
	for _, b := range l.booked {
		why, in := b.puts[key]
		share := insurance.ShareOf(b.trip)
		switch {
		case !in:
		case why == "":
			p.Sums.Add(share, 1)
			days[b.trip.LocalDate] = true
		default:
			sum := left[why]
			sum.Add(insurance.Share{Trips: 1, Distance: share.Distance, Driving: share.Driving}, 1)
			left[why] = sum
		}
	}
	for why, n := range l.leftBlank[key] {
		sum := left[why]
		sum.Trips += int64(n)
		left[why] = sum
	}
	for _, why := range []string{"no_consent", "other_driver", "withheld", "wrong_powertrain"} {
		if sum := left[why]; sum.Trips > 0 {
			p.LeftOut = append(p.LeftOut, outcome.LeftOut{Reason: why, Exposure: sum.Exposure()})
		}
	}
	for _, c := range l.charges {
		if why, in := l.puts(int64(c.StartedAt), 77)[key]; in && why == "" {
			charged[c.LocalDate] = true
		}
	}
	p.Days, p.ChargingDays = len(days), len(charged)
	return p
}

func (l *ledger) compute(f *outcome.Factor) outcome.Factor {
	p := l.period(f.PolicyID + "/" + f.From)
	if p.Earlier = f.Receipt.Adjustments; f.Product == outcome.ProductPHI {
		p.ElectricRangeKm = 60
	} else {
		p.ChargingDays = 0
	}
	t, ok := tables.Defaults().Find("", f.Product)
	if !ok {
		l.t.Fatal("no table")
	}
	return insurance.Compute(&p, t)
}

func (l *ledger) checkFactor(f *outcome.Factor) {
	want := l.compute(f)
	want.Header, want.State, want.Stage, want.PolicyID, want.From, want.To, want.EndedBy = f.Header, outcome.Final, f.Stage, f.PolicyID, f.From, f.To, f.EndedBy
	if diff := gocmp.Diff(&want, f, cmpopts.EquateEmpty()); diff != "" {
		l.t.Fatalf("factor of %s from %s (-recomputed +told):\n%s", f.PolicyID, f.From, diff)
	}
}

// checkSums looks that what was issued, with all adjustments, is what all issued periods
// come to now: where a later period is open, nothing is missing.
func (l *ledger) checkSums() {
	for _, p := range ledgerPolicies {
		issued, now, open := 0.0, 0.0, false
		for _, o := range l.told {
			f, ok := o.(*outcome.Factor)
			if !ok || f.PolicyID != p.ID {
				continue
			}
			for _, a := range f.Receipt.Adjustments {
				if f.Stage == outcome.FactorOpen || f.Applied != nil { // else nobody was given it
					issued += a.Recomputed - a.Issued
				}
			}
			if f.Stage == outcome.FactorOpen {
				open = true
				continue
			}
			again := l.compute(f)
			issued += factorOf(f)
			now += factorOf(&again)
		}
		if open && math.Abs(issued-now) > 1e-9 {
			l.t.Fatalf("policy %s: issued and adjusted %.4f, all comes to %.4f", p.ID, issued, now)
		}
	}
}

func factorOf(f *outcome.Factor) float64 {
	if f.Factor == nil {
		return 1
	}
	return *f.Factor
}
