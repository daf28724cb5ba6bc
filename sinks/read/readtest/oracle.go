package readtest

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"milepost/outcome"
	"milepost/sinks/read"
)

// oracle is the read model over facts in memory: the version of each that counts,
// without those withdrawn.
type oracle struct {
	trips  []*outcome.Trip // by at and id, as the others
	events []*outcome.Event
	months []*outcome.Month
	best   map[string]outcome.Outcome // withdrawn ones too

	charges []*outcome.Charge
	factors []*outcome.Factor

	collisions []*outcome.Collision
	additions  []*outcome.Addition // also those of collisions that are not there
}

func newOracle(history []outcome.Outcome) *oracle {
	best := map[string]outcome.Outcome{}
	for _, o := range history {
		if b, ok := best[o.Head().ID]; !ok || newer(o, b) {
			best[o.Head().ID] = o
		}
	}
	w := &oracle{best: best}
	for _, o := range slices.SortedFunc(maps.Values(best), byKey) {
		if outcome.StateOf(o) == outcome.Withdrawn {
			continue
		}
		switch o := o.(type) {
		case *outcome.Trip:
			w.trips = append(w.trips, o)
		case *outcome.Event:
			w.events = append(w.events, o)
		case *outcome.Month:
			w.months = append(w.months, o)
		case *outcome.Collision:
			w.collisions = append(w.collisions, o)
		case *outcome.Addition:
			w.additions = append(w.additions, o)
		case *outcome.Charge:
			w.charges = append(w.charges, o)
		case *outcome.Factor:
			w.factors = append(w.factors, o)
		}
	}
	return w
}

func newer(a, b outcome.Outcome) bool {
	return cmp.Or(cmp.Compare(methodOf(a), methodOf(b)), cmp.Compare(a.Head().Revision, b.Head().Revision)) > 0
}

func methodOf(o outcome.Outcome) uint16 {
	v, err := outcome.MethodVersion(outcome.MethodOf(o))
	if err != nil {
		panic(err) // the suite's own facts have one
	}
	return v
}

func byKey(a, b outcome.Outcome) int {
	return cmp.Or(cmp.Compare(a.Head().At, b.Head().At), cmp.Compare(a.Head().ID, b.Head().ID))
}

// counts says how many facts of each type there are to see.
func (w *oracle) counts() string {
	text := fmt.Sprintf("%d trips, %d events, %d months", len(w.trips), len(w.events), len(w.months))
	if len(w.collisions)+len(w.additions) > 0 {
		text += fmt.Sprintf(", %d collisions, %d additions", len(w.collisions), len(w.additions))
	}
	if len(w.charges)+len(w.factors) > 0 {
		text += fmt.Sprintf(", %d charges, %d factors", len(w.charges), len(w.factors))
	}
	return text
}

// tripRows is the list of trips, the latest first.
func (w *oracle) tripRows(vehicle string) (rows []read.TripRow) {
	for _, t := range slices.Backward(w.trips) {
		if vehicle != "" && t.VehicleID != vehicle {
			continue
		}
		r := read.TripRow{ID: t.ID, VehicleID: t.VehicleID, At: t.At, DriverID: t.DriverID, Revision: t.Revision, State: t.State,
			StartedAt: t.StartedAt, EndedAt: t.EndedAt, Zone: t.Zone, LocalDate: t.LocalDate, DistanceM: t.DistanceM, DurationS: t.DurationS,
			EVDistanceM: t.EVDistanceM, OverspeedM: t.OverspeedM, Partial: t.Partial, Counts: t.Counts}
		if p := t.Scores.Performance; p != nil {
			r.Score, r.LowConfidence = &p.Score, p.LowConfidence
		}
		if t.Speeding != nil {
			r.LimitKnownM = &t.Speeding.LimitKnownM
		}
		if c := t.Coaching; c != nil {
			r.LPer100Km, r.KwhPer100Km = c.LPer100Km, c.KwhPer100Km
			if c.Advice != nil {
				r.Advice = c.Advice.Cause
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func (w *oracle) eventsOf(trip *outcome.Trip) (events []outcome.Event) {
	for _, e := range w.events {
		if e.TripID == trip.ID && e.VehicleID == trip.VehicleID {
			events = append(events, *e)
		}
	}
	return events
}

func (w *oracle) eventsIn(b read.Box, from, to outcome.Time) (events []outcome.Event) {
	for _, e := range w.events {
		if e.Lat == nil || e.Lon == nil || e.At < from || to != 0 && e.At >= to {
			continue
		}
		// The distance eastward from the western border, whichever way the box lies.
		width, east := math.Mod(b.East-b.West+360, 360), math.Mod(*e.Lon-b.West+360, 360)
		if *e.Lat >= b.South && *e.Lat <= b.North && east <= width {
			events = append(events, *e)
		}
	}
	return events
}

func (w *oracle) month(vehicle, month string) (months []outcome.Month) {
	for _, m := range w.months {
		if m.VehicleID == vehicle && m.Month == month {
			months = append(months, *m)
		}
	}
	slices.SortFunc(months, func(a, b outcome.Month) int {
		return cmp.Or(cmp.Compare(a.DriverID, b.DriverID), cmp.Compare(a.ID, b.ID))
	})
	return months
}

func (w *oracle) monthNames(vehicle string) (names []string) {
	for _, m := range slices.Backward(w.months) {
		if m.VehicleID == vehicle && !slices.Contains(names, m.Month) {
			names = append(names, m.Month)
		}
	}
	return names
}

func (w *oracle) vehicles() (rows []read.VehicleRow) {
	by := map[string]*read.VehicleRow{}
	for _, t := range w.trips {
		if by[t.VehicleID] == nil {
			by[t.VehicleID] = &read.VehicleRow{VehicleID: t.VehicleID}
		}
		r := by[t.VehicleID]
		r.Trips, r.DistanceM, r.LatestAt = r.Trips+1, r.DistanceM+t.DistanceM, t.At
	}
	for _, id := range slices.Sorted(maps.Keys(by)) {
		rows = append(rows, *by[id])
	}
	return rows
}

// outcomes is the stream of whole facts.
func (w *oracle) outcomes(r read.Range) (all []outcome.Outcome) {
	accounts, live := map[string]string{}, map[string]*outcome.Collision{}
	for _, t := range w.trips {
		accounts[t.ID] = t.AccountID
	}
	for _, c := range w.charges {
		accounts[c.ID] = c.AccountID
	}
	all = slices.Concat(some(w.trips), some(w.events), some(w.months), some(w.charges), some(w.factors))
	for _, c := range w.collisions {
		accounts[c.ID], live[c.ID] = c.AccountID, c
		all = append(all, c)
	}
	for _, a := range w.additions {
		if live[a.CollisionID] != nil {
			all = append(all, a)
		}
	}
	all = slices.DeleteFunc(all, func(o outcome.Outcome) bool {
		head, whole, at := o.Head(), o.Head().ID, o.Head().At
		switch o := o.(type) {
		case *outcome.Event:
			whole = o.TripID
		case *outcome.Addition:
			whole, at = o.CollisionID, live[o.CollisionID].At
		}
		return r.Vehicle != "" && head.VehicleID != r.Vehicle || at < r.From || r.To != 0 && at >= r.To ||
			r.Account != "" && (head.Type == outcome.TypeMonth || head.Type == outcome.TypeFactor || accounts[whole] != r.Account)
	})
	slices.SortStableFunc(all, func(a, b outcome.Outcome) int { return cmp.Compare(a.Head().VehicleID, b.Head().VehicleID) })
	return all
}

// some are facts as outcomes.
func some[F outcome.Outcome](facts []F) (all []outcome.Outcome) {
	for _, f := range facts {
		all = append(all, f)
	}
	return all
}
