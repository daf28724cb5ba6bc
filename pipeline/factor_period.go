package pipeline

import (
	"milepost/fleet"
	"milepost/scoring/tables"
)

// periodOn is the period of a policy that a date lies in; it begins with the first that
// is asked for. Nil where the policy is not in force or nobody has consented.
func (v *Vehicle) periodOn(policy *fleet.Policy, date string, s *Scratch) *period {
	day := dayOf(date)
	if v.policies != nil {
		for _, p := range v.policies.periods {
			switch {
			case !p.of(policy):
			case p.from <= day && day < p.to:
				return p
			case p.issued && p.from > day:
				return nil // it is forgotten, or far too late
			}
		}
	}
	months := monthsOf(policy, s)
	for _, c := range v.known.Covers(policy.ID, policy.Product) {
		if from, to, by, ok := c.Period(date, months); ok {
			p := &period{policy: policy.ID, product: policy.Product, months: months, from: dayOf(from), to: dayOf(to), endedBy: by, given: nobody, now: nobody}
			p.take(&c)
			v.beginPeriod(p, day)
			return p
		}
	}
	return nil
}

// beginPeriod takes a period that a day lies in, as far as no other of its policy reaches.
func (v *Vehicle) beginPeriod(p *period, day int32) {
	if v.policies == nil {
		v.policies = &policies{}
	}
	for _, q := range v.policies.periods {
		switch {
		case q.policy != p.policy || q.product != p.product:
		case q.to <= day:
			p.from = max(p.from, q.to)
		case q.from < p.to:
			p.to = q.from
		}
	}
	v.policies.number++
	p.number = v.policies.number
	p.schedule()
	v.policies.periods = append(v.policies.periods, p)
}

// monthsOf is how long a policy's periods are.
func monthsOf(policy *fleet.Policy, s *Scratch) int {
	length := tables.Period(policy.Period)
	if t, ok := s.tables().Find(policy.Table, policy.Product); length == "" && ok {
		length = t.Period
	}
	switch length {
	case tables.Month:
		return 1
	case tables.Quarter:
		return 3
	}
	return 12
}

// take takes the terms that do not change when a period ends.
func (p *period) take(c *fleet.Cover) {
	p.table, p.rangeKm, p.account = c.Policy.Table, c.Policy.ElectricRangeKm, c.Account
}

// issueWait is how long after its end in every zone, µs of arrival time, a period is
// issued: what arrives by then may be a week old.
const issueWait = 8*dayLong + 12*3600*1_000_000

func (p *period) schedule() { p.due = midnight(p.to).UnixMicro() + issueWait }

// heed takes what is known now into the periods that are open: they may end earlier than
// they were to. A period reaches at least over what was put into it: what was told too
// late changes nothing of trips that were here.
func (ps *policies) heed(h *fleet.History) {
	for _, p := range ps.periods {
		if p.issued {
			continue
		}
		p.endAsKnown(h)
		if p.last != 0 {
			p.to = max(p.to, p.last+1)
		}
		for _, q := range ps.periods {
			if q.policy == p.policy && q.product == p.product && q.from > p.from {
				p.to = min(p.to, q.from)
			}
		}
		p.schedule()
	}
}

// endAsKnown sets where the period ends by the profiles.
func (p *period) endAsKnown(h *fleet.History) {
	first := dateOf(p.from)
	for _, c := range h.Covers(p.policy, p.product) {
		if _, to, by, ok := c.Period(first, p.months); ok {
			p.to, p.endedBy = dayOf(to), by
			p.take(&c)
			return
		}
	}
	// The profiles do not know it any more.
	if p.endedBy == "" {
		p.endedBy = endedByPolicy
	}
	p.to = min(p.to, max(p.from, p.last)+1)
}
