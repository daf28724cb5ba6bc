package pipeline

import (
	"cmp"
	"slices"

	"milepost/outcome"
	"milepost/scoring/insurance"
	"milepost/scoring/tables"
)

const endedByPolicy = outcome.EndedByPolicy

// tables are those that factors are computed by.
func (s *Scratch) tables() *tables.Set {
	if s.Tables == nil {
		return tables.Defaults()
	}
	return s.Tables
}

// emitFactors emits the factors of periods that have changed. Those of an issued one stay
// as they are; what it would be now is an adjustment of the one that is open.
func (v *Vehicle) emitFactors(changed []*period, s *Scratch) {
	var emit []*period
	for _, p := range changed {
		if !p.issued {
			emit = append(emit, p)
			if p.revision > 0 || len(v.adjustments(p)) == 0 {
				continue
			}
		} else if t, ok := s.tables().Find(p.table, p.product); ok {
			p.now = p.value(t)
		}
		// What changed of an issued one is the next's to tell, which may be a new one.
		if next := v.policies.next(p); next != nil {
			emit = append(emit, next)
		}
	}
	slices.SortFunc(emit, func(a, b *period) int { return cmp.Compare(a.number, b.number) })
	for _, p := range slices.Compact(emit) {
		v.emitFactor(p, s)
	}
	v.settleDays()
}

// settleDays forgets of days that nothing can change any more which they are.
func (v *Vehicle) settleDays() {
	if v.policies == nil {
		return
	}
	until := int32(v.settledUntil() / dayLong)
	for _, p := range v.policies.periods {
		p.driven.settle(until)
		p.charged.settle(until)
	}
}

// value is the factor of the period by its sums; that without a discount where there are
// not enough data.
func (p *period) value(t *tables.Table) float64 {
	if f := insurance.Compute(p.input(), t); f.Factor != nil {
		return *f.Factor
	}
	return nobody
}

// input is what the period's factor is computed from.
func (p *period) input() *insurance.Period {
	in := &insurance.Period{Sums: p.sums, Days: p.driven.number(), ChargingDays: p.charged.number(), ElectricRangeKm: p.rangeKm}
	for r := counts + 1; r < reasons; r++ {
		if l := p.left[r]; l.trips > 0 {
			share := insurance.Share{Trips: l.trips, Distance: l.distance, Driving: l.driving}
			in.LeftOut = append(in.LeftOut, outcome.LeftOut{Reason: r.String(), Exposure: share.Exposure()})
		}
	}
	return in
}

// next is the first period after one of the same policy that is open; nil where none is.
func (ps *policies) next(p *period) (next *period) {
	for _, q := range ps.periods {
		if !q.issued && q.follows(p) && (next == nil || q.from < next.from) {
			next = q
		}
	}
	return next
}

// adjustments are what later data changed of issued periods before one, and no other
// period has to tell.
func (v *Vehicle) adjustments(p *period) (all []outcome.Adjustment) {
	for _, q := range v.policies.periods {
		if q.issued && q.now != q.given && p.follows(q) && (p.issued || v.policies.next(q) == p) {
			all = append(all, outcome.Adjustment{From: dateOf(q.from), To: dateOf(q.to), Issued: q.given, Recomputed: q.now})
		}
	}
	slices.SortFunc(all, func(a, b outcome.Adjustment) int { return cmp.Compare(a.From, b.From) })
	return all
}

// emitFactor emits the factor of an open period, and gives it. It is nil where its table is
// not known: that is counted, and the sums wait for it.
func (v *Vehicle) emitFactor(p *period, s *Scratch) *outcome.Factor {
	t, ok := s.tables().Find(p.table, p.product)
	if !ok {
		s.UnknownTables++
		return nil
	}
	in := p.input()
	in.Earlier = v.adjustments(p)
	f := insurance.Compute(in, t)
	p.revision++
	at := outcome.Time(midnight(p.from).UnixMicro())
	f.Header = outcome.Header{Type: outcome.TypeFactor, ID: outcome.ID(v.id, "factor/"+string(p.product)+"/"+p.policy, at),
		VehicleID: v.id, At: at, Revision: p.revision}
	f.State, f.Stage, f.PolicyID = outcome.Final, outcome.FactorOpen, p.policy
	f.From, f.To, f.EndedBy = dateOf(p.from), dateOf(p.to), p.endedBy
	if p.issued {
		f.Stage = outcome.FactorIssued
	}
	if p.now = nobody; f.Factor != nil {
		p.now = *f.Factor
	}
	s.Out = append(s.Out, &f)
	return &f
}

// issue issues the periods that are due, and forgets those that are not needed any more.
func (v *Vehicle) issue(s *Scratch) {
	due := v.issuedAt()
	for _, p := range slices.Clone(v.policies.periods) {
		if p.issued || p.due != due {
			continue
		}
		p.issued = true
		f := v.emitFactor(p, s)
		if f == nil {
			p.issued = false
			p.due += dayLong // its table may be known by then
			continue
		}
		p.given = p.now
		if f.Applied != nil {
			v.policies.adjusted(p)
		} else if next := v.policies.next(p); next != nil && f.Adjustment != nil {
			v.emitFactor(next, s) // what could not be applied is its to tell
		}
		v.policies.drop(p)
	}
}

// adjusted notes that what changed of periods before one is part of what that was issued as.
func (ps *policies) adjusted(p *period) {
	for _, q := range ps.periods {
		if q.issued && p.follows(q) {
			q.given = q.now
		}
	}
}

// issuedKept is how many issued periods of a policy are kept, for adjustments.
const issuedKept = 2

// drop forgets the oldest of the issued periods of a policy, where there are too many: but
// none of which a later one has yet to tell what changed.
func (ps *policies) drop(of *period) {
	var issued []*period
	for _, p := range ps.periods {
		if p.issued && p.now == p.given && p.policy == of.policy && p.product == of.product {
			issued = append(issued, p)
		}
	}
	slices.SortFunc(issued, func(a, b *period) int { return cmp.Compare(b.from, a.from) })
	if len(issued) > issuedKept {
		ps.periods = slices.DeleteFunc(ps.periods, func(p *period) bool { return slices.Contains(issued[issuedKept:], p) })
	}
}
