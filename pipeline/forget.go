package pipeline

import (
	"slices"

	"milepost/detectors"
	"milepost/scoring/advice"
)

// Forget takes out of the vehicle's state what may be of an account: the trip under way
// or the last one, all that could be amended, what is remembered of earlier trips, the
// collisions that are the account's and what one that is under way needs, the months
// that theirs names by YYYY-MM and the driver's pseudonym, or that hold that last trip where
// it is the account's, and the periods of its policies. The other months stay with their revisions, and the settings and doubts
// about the location as they were. What comes late of before is refused: the trips that
// it would amend are not known any more. It reports whether any month, period or collision is left.
func (v *Vehicle) Forget(account string, theirs func(month, driver string) bool) bool {
	seen, last := v.seen(), &v.trip
	v.months = slices.DeleteFunc(v.months, func(m month) bool {
		holds := last.terms.account == account && last.month == m.Name && last.monthOf == m.Driver
		return holds || theirs(m.Name, pseudonym(m.Driver))
	})
	if v.active && v.hidden {
		v.since = max(seen, 1)
	}
	v.active = false
	v.trips, v.trip, v.veiled = detectors.Trips{}, trip{}, veiled{}
	v.past = &past{gone: seen, named: seen}
	v.history, v.charge = &advice.History{}, nil
	v.collisions.forgetAccount(account, seen)
	if v.policies != nil {
		v.policies.periods = slices.DeleteFunc(v.policies.periods, func(p *period) bool { return p.account == account })
		if len(v.policies.periods) == 0 {
			v.policies = nil
		}
	}
	return len(v.months) > 0 || v.policies != nil || len(v.collisions.known) > 0
}
