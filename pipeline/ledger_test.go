package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
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
