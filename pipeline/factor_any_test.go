package pipeline

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring"
	"milepost/scoring/insurance"
	"milepost/scoring/tables"
)

// ledger plays trips, amendments, withdrawals, withheld trips, charging, consents and
// restarts on a vehicle, and keeps by the plainest means what must come out.
type ledger struct {
	t       *rapid.T
	v       *Vehicle
	s       Scratch
	now     int64
	zone    *time.Location
	history fleet.History
	booked  []*booking
	charges []*plugIn
	// withheld trips, by month and driver, and by factor
	withheld  map[string]int
	leftBlank map[string]map[string]int
	told      map[string]outcome.Outcome // the newest of each identity
	issued    map[string]string          // identity -> as it was issued
}

// booking is a trip as it stands, and where.
type booking struct {
	id     int64 // the time that its name is made of
	trip   *outcome.Trip
	driver int64
	puts   map[string]string // reason, empty where it counts, by factor
}

var ledgerPolicies = []fleet.Policy{
	{ID: "one", Product: outcome.ProductUBI, From: "2026-01-31", Period: fleet.PeriodMonth},
	{ID: "two", Product: outcome.ProductPHI, From: "2026-01-05", To: "2026-06-20", Period: fleet.PeriodMonth, Drivers: []string{"4d"}, ElectricRangeKm: 60},
}

func newLedger(t *rapid.T) *ledger {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	l := &ledger{t: t, zone: zone, now: time.Date(2026, 1, 20, 7, 0, 0, 0, time.UTC).UnixMicro(),
		withheld: map[string]int{}, leftBlank: map[string]map[string]int{}, told: map[string]outcome.Outcome{}, issued: map[string]string{}}
	l.history = fleet.Always(l.profile(rapid.Bool().Draw(t, "consent at first"), fleet.PlugIn))
	if l.v, err = NewVehicle(fleet.Profile{VehicleID: "car"}); err != nil {
		t.Fatal(err)
	}
	l.know()
	return l
}

func (l *ledger) profile(consent bool, powertrain fleet.Powertrain) fleet.Profile {
	p := fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid", Account: "a", Powertrain: powertrain, Policies: ledgerPolicies}
	if consent {
		p.Consents = []string{outcome.ConsentInsurance}
	}
	return p
}

func (l *ledger) know() {
	if err := l.v.Know(l.history); err != nil {
		l.t.Fatal(err)
	}
}

// toggle gives or withdraws the consent, or corrects the powertrain, from now on.
func (l *ledger) toggle() {
	last := l.history.Profiles[len(l.history.Profiles)-1]
	p := l.profile(len(last.Consents) == 0, rapid.SampledFrom([]fleet.Powertrain{fleet.PlugIn, fleet.PlugIn, fleet.Combustion}).Draw(l.t, "powertrain"))
	l.now++
	p.From = fleet.Instant(l.now)
	l.history = l.history.With(p)
	l.know()
}

// draw makes a trip that begins at a time.
func (l *ledger) draw(start int64) *outcome.Trip {
	t := l.t
	n := func(name string, most int) float64 { return float64(rapid.IntRange(0, most).Draw(t, name)) / 10 }
	o := &outcome.Trip{StartedAt: outcome.Time(start), LocalDate: localDate(start, l.zone), DistanceM: n("way", 3_000_000), DurationS: n("duration", 90_000),
		DrivingS: n("driving", 90_000), NightS: n("night", 900), Scores: outcome.Scores{Performance: &outcome.Performance{Score: n("score", 1000)}},
		Speeding: &outcome.Speeding{LimitKnownM: n("limit", 1_000_000), Over10M: n("over", 100_000)},
		Receipt: outcome.Receipt{Tracks: []outcome.TrackSpan{{Track: "motion", Samples: 1}}, Inputs: map[string]float64{"judged_distance_m": n("judged", 3_000_000),
			"weighted_braking_events": n("brakings", 50), "weighted_accel_events": n("accelerations", 50), "weighted_cornering_events": n("corners", 50)}}}
	if rapid.Bool().Draw(t, "engine known") {
		ev := n("ev", 900_000)
		o.EVDistanceM = &ev
	}
	return o
}

// puts are where a trip belongs, by the history alone.
func (l *ledger) puts(start int64, driver int64) map[string]string {
	all, known := map[string]string{}, l.history.At(start)
	for i := range known.Policies {
		p := &known.Policies[i]
		for _, c := range l.history.Covers(p.ID, p.Product) {
			if from, _, _, ok := c.Period(localDate(start, l.zone), 1); ok {
				key := p.ID + "/" + from
				switch all[key] = ""; {
				case len(known.Consents) == 0:
					all[key] = "no_consent"
				case p.Product == outcome.ProductPHI && known.Powertrain != fleet.PlugIn:
					all[key] = "wrong_powertrain"
				case !p.Insures(driver):
					all[key] = "other_driver"
				}
			}
		}
	}
	return all
}

// enter gives a trip out.
func (l *ledger) enter(k *kept, b *booking) {
	k.revision++
	k.start = int64(b.trip.StartedAt)
	l.v.enter(&k.standing, b.trip, b.driver, &l.s)
}

func (l *ledger) add() {
	l.now += int64(rapid.IntRange(1, 40).Draw(l.t, "hours")) * 3600 * 1_000_000
	l.pass()
	b := &booking{id: l.now, trip: l.draw(l.now), driver: rapid.SampledFrom([]int64{0, 77, 10}).Draw(l.t, "driver")}
	b.puts = l.puts(l.now, b.driver)
	k := &kept{standing: standing{id: fmt.Sprint(b.id), named: b.id}}
	l.v.past.kept = append(l.v.past.kept, k)
	l.booked = append(l.booked, b)
	l.enter(k, b)
}

// pick finds a trip that can still change.
func (l *ledger) pick() (*kept, *booking) {
	if len(l.v.past.kept) == 0 {
		return nil, nil
	}
	k := rapid.SampledFrom(l.v.past.kept).Draw(l.t, "trip")
	return k, l.booked[slices.IndexFunc(l.booked, func(b *booking) bool { return b.id == k.named })]
}

func (l *ledger) amend() {
	k, b := l.pick()
	if k == nil {
		return
	}
	start := int64(b.trip.StartedAt) - int64(rapid.IntRange(0, 10).Draw(l.t, "moved, h"))*3600*1_000_000
	if l.forgotten(l.puts(start, 0)) {
		start = int64(b.trip.StartedAt)
	}
	b.trip, b.driver = l.draw(start), rapid.SampledFrom([]int64{77, 10}).Draw(l.t, "driver")
	b.puts = l.puts(start, b.driver)
	l.enter(k, b)
}

// forgotten reports whether one of some periods is not remembered any more, or would only
// begin after a later one was issued: nothing that can happen is so late.
func (l *ledger) forgotten(puts map[string]string) bool {
	for key := range puts {
		id, from, _ := strings.Cut(key, "/")
		if l.v.policies == nil || slices.ContainsFunc(l.v.policies.periods, func(p *period) bool { return p.policy == id && dateOf(p.from) == from }) {
			continue
		}
		if l.issued[key] != "" || slices.ContainsFunc(l.v.policies.periods, func(p *period) bool { return p.policy == id && p.issued && dateOf(p.from) > from }) {
			return true
		}
	}
	return false
}

func (l *ledger) drop(k *kept, b *booking) {
	l.booked = slices.DeleteFunc(l.booked, func(o *booking) bool { return o == b })
	l.v.past.kept = slices.DeleteFunc(l.v.past.kept, func(o *kept) bool { return o == k })
}

func (l *ledger) withdraw() {
	if k, b := l.pick(); k != nil {
		l.v.withdraw(k, &l.s)
		l.drop(k, b)
	}
}

// withhold takes a trip back that is out, or one that never was.
func (l *ledger) withhold() {
	k, b := l.pick()
	if k == nil || rapid.Bool().Draw(l.t, "never out") {
		k, b = &kept{}, &booking{trip: &outcome.Trip{StartedAt: outcome.Time(l.now), LocalDate: localDate(l.now, l.zone)}, puts: l.puts(l.now, 0)}
	}
	if len(b.puts) == 0 { // it may belong somewhere by now
		b.puts = l.puts(int64(b.trip.StartedAt), b.driver)
	}
	l.withheld[b.trip.LocalDate[:7]+pseudonym(b.driver)]++
	for key, why := range b.puts {
		if l.leftBlank[key] == nil {
			l.leftBlank[key] = map[string]int{}
		}
		l.leftBlank[key][cmp.Or(why, "withheld")]++
	}
	l.v.retract(k, int64(b.trip.StartedAt), l.zone, b.driver, &l.s)
	l.drop(k, b)
}

// plugIn is a charging session, and the periods that it was put into.
type plugIn struct {
	*outcome.Charge
	periods []uint32
}

// charge tells of a session, or takes the last one back.
func (l *ledger) charge() {
	if n := len(l.charges); n > 0 && int64(l.charges[n-1].StartedAt) > l.now-7*dayLong && rapid.Bool().Draw(l.t, "taken back") {
		l.v.countCharge(l.charges[n-1].periods, l.charges[n-1].LocalDate, -1, &l.s)
		l.charges = l.charges[:n-1]
		return
	}
	o := &outcome.Charge{StartedAt: outcome.Time(l.now), LocalDate: localDate(l.now, l.zone)}
	l.charges = append(l.charges, &plugIn{o, l.v.insureCharge(o, &l.s)})
}

// restart writes the vehicle's state and reads it into another.
func (l *ledger) restart() {
	b := l.v.AppendState(nil)
	again, err := NewVehicle(fleet.Profile{VehicleID: "car"})
	if err == nil {
		err = again.Know(l.history)
	}
	if err == nil {
		err = again.LoadState(b)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	l.v = again
}

// pass lets time pass up to now; a trip can change for a number of days.
func (l *ledger) pass() {
	l.v.Advance(l.now, &l.s)
	l.v.newest[0] = l.now
	l.v.past.kept = slices.DeleteFunc(l.v.past.kept, func(k *kept) bool {
		b := l.booked[slices.IndexFunc(l.booked, func(b *booking) bool { return b.id == k.named })]
		return k.named < l.now-50*dayLong || l.forgotten(b.puts)
	})
}

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

// Whatever happens to trips in whatever order: a month is what its trips make, a factor is
// what the trips of its period make, and one that was issued stays while what changes
// later adjusts the next.
func TestMonthsAndFactorsEqualARecomputation(t *testing.T) {
	issued, adjusted := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := newLedger(t)
		for range rapid.IntRange(5, 90).Draw(t, "events") {
			switch rapid.IntRange(0, 13).Draw(t, "event") {
			case 0, 1, 2, 3, 4, 5:
				l.add()
			case 6, 7:
				l.amend()
			case 8:
				l.withdraw()
			case 9:
				l.withhold()
			case 10:
				l.toggle()
			case 11:
				l.charge()
			case 12:
				l.restart()
			case 13:
				l.now += int64(rapid.IntRange(1, 20).Draw(t, "days")) * dayLong
				l.pass()
			}
			l.hear()
			l.check()
		}
		issued += len(l.issued)
		for _, o := range l.told {
			if f, ok := o.(*outcome.Factor); ok && len(f.Receipt.Adjustments) > 0 {
				adjusted++
			}
		}
	})
	t.Logf("%d factors issued, %d adjusted", issued, adjusted)
	if issued == 0 || adjusted == 0 {
		t.Errorf("%d factors issued, %d adjusted: the test tests nothing", issued, adjusted)
	}
}
