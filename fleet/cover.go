package fleet

import (
	"slices"
	"time"

	"milepost/outcome"
)

// Cover is a stretch of local dates on which a policy stands in the profiles and the
// insurance consent is given. The day on which either ends belongs to it.
type Cover struct {
	From, To string          // YYYY-MM-DD; To is the first day that does not belong to it, empty while it lasts
	EndedBy  outcome.EndedBy // empty while it lasts
	Policy   *Policy         // as its newest profile says; the caller must not change it
	Account  string          // that held the vehicle in that profile
}

// Covers are the stretches of a policy, known by its id and product, by date. A consent
// given again on the day on which it was withdrawn goes on the day after.
func (h *History) Covers(id string, product outcome.Product) (all []Cover) {
	if h == nil {
		return nil
	}
	open := false
	for i := range h.Profiles {
		p := &h.Profiles[i]
		policy := p.policy(id, product)
		insured := policy != nil && slices.Contains(p.Consents, outcome.ConsentInsurance)
		switch {
		case insured && !open:
			from := p.localDate(0)
			if n := len(all); n > 0 {
				from = max(from, all[n-1].To)
			}
			all = append(all, Cover{From: from})
		case !insured && open:
			last := &all[len(all)-1]
			if last.To, last.EndedBy = p.localDate(1), outcome.EndedByPolicy; policy != nil {
				last.EndedBy = outcome.EndedByConsent
			}
		}
		if open = insured; open {
			last := &all[len(all)-1]
			last.Policy, last.Account = policy, p.Account
		}
	}
	return all
}

// policy finds a policy of the profile, nil where there is none.
func (p *Profile) policy(id string, product outcome.Product) *Policy {
	for i := range p.Policies {
		if q := &p.Policies[i]; q.ID == id && q.Product == product {
			return q
		}
	}
	return nil
}

// localDate is the date in the profile's zone, some days after that on which it begins.
func (p *Profile) localDate(days int) string {
	zone, err := p.Location()
	if err != nil {
		zone = time.UTC // Validate has seen that it exists
	}
	return time.UnixMicro(int64(p.From)).In(zone).AddDate(0, 0, days).Format(time.DateOnly)
}

// Period is the period of the policy, counted in months from its From, that a date of
// the stretch lies in, as far as the stretch and the policy reach. It is false where the
// date lies in none.
func (c *Cover) Period(date string, months int) (from, to string, by outcome.EndedBy, ok bool) {
	p := c.Policy
	if date < c.From || c.To != "" && date >= c.To || !p.InForce(date) {
		return "", "", "", false
	}
	from, to = p.period(date, months)
	from = max(from, c.From)
	if p.To != "" && p.To < to {
		to, by = p.To, outcome.EndedByPolicy
	}
	if c.To != "" && c.To < to {
		to, by = c.To, c.EndedBy
	}
	return from, to, by, true
}

// period is the whole period, a number of months long, that a date not before From is in.
func (p *Policy) period(date string, months int) (from, to string) {
	first, err := time.Parse(time.DateOnly, p.From)
	at, err2 := time.Parse(time.DateOnly, date)
	if err != nil || err2 != nil {
		return date, date // Validate has seen that they are dates
	}
	k := ((at.Year()-first.Year())*12 + int(at.Month()) - int(first.Month())) / months
	if monthsAfter(first, k*months) > date {
		k--
	}
	return monthsAfter(first, k*months), monthsAfter(first, (k+1)*months)
}

// monthsAfter is the date some months after another: the same day, or the month's last.
func monthsAfter(first time.Time, months int) string {
	y, m, d := first.Date()
	last := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	return last.AddDate(0, 0, min(d, last.Day())-last.Day()).Format(time.DateOnly)
}
