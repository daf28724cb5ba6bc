package pipeline

import (
	"math"
	"slices"
	"time"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/insurance"
)

// policies are the periods of a vehicle's policies: those that are open, and the last of
// those that were issued.
type policies struct {
	periods []*period // in the order in which they began
	number  uint32    // of the newest
}

// period is one of a policy. Its dates are days since 1970.
type period struct {
	number   uint32 // among the vehicle's periods: what trips know it by
	policy   string
	product  outcome.Product
	account  string // that held the vehicle
	table    string // that the policy names
	rangeKm  float64
	months   int   // how long it is, if nothing ends it
	from, to int32 // to is the first day that does not belong to it
	endedBy  outcome.EndedBy
	last     int32 // newest day of which something was put into it, 0 for none

	sums    insurance.Share
	left    [reasons]left // by reason
	driven  dates
	charged dates

	revision uint32
	issued   bool
	given    float64 // what it was issued as, with the adjustments that later periods were issued with
	now      float64 // what it would be now
	due      int64   // arrival time at which it is issued, µs
}

// reason says why a trip does not count for a period.
type reason uint8

const (
	counts reason = iota
	noConsent
	otherDriver
	withheldTrip
	wrongPowertrain

	reasons
)

// String is the reason as outcomes write it.
func (r reason) String() string {
	return [reasons]string{"", "no_consent", "other_driver", "withheld", "wrong_powertrain"}[r]
}

// left sums trips that do not count for a period.
type left struct {
	trips    int64
	distance int64 // 0.1 m
	driving  int64 // ms
}

func (l *left) add(s *insurance.Share, sign int64) {
	l.trips += sign * s.Trips
	l.distance += sign * s.Distance
	l.driving += sign * s.Driving
}

// put is a place in a period that a trip has.
type put struct {
	period uint32 // its number
	reason reason
}

// counted is what a trip has put into periods.
type counted struct {
	share insurance.Share
	day   int32
	puts  []put
}

// nobody is a factor without a discount: what counts of a period that does not tell one.
const nobody = 1.0

// insure puts a trip into the periods of the policies that were in force when it began,
// in place of its former version, and emits their factors.
func (v *Vehicle) insure(t *standing, o *outcome.Trip, driver int64, s *Scratch) {
	if t.counted == nil && len(v.known.At(int64(o.StartedAt)).Policies) == 0 {
		return
	}
	changed := v.uncount(t, nil)
	if puts := v.places(int64(o.StartedAt), o.LocalDate, driver, s); len(puts) > 0 {
		t.counted = &counted{share: insurance.ShareOf(o), day: dayOf(o.LocalDate), puts: puts}
		changed = v.count(t.counted, 1, changed)
	}
	v.emitFactors(changed, s)
}

// uninsure takes a trip out of its periods and emits their factors.
func (v *Vehicle) uninsure(t *standing, s *Scratch) {
	v.emitFactors(v.uncount(t, nil), s)
}

// uncount takes a trip out of its periods, which it adds to those that have changed.
func (v *Vehicle) uncount(t *standing, changed []*period) []*period {
	if t.counted != nil {
		changed = v.count(t.counted, -1, changed)
		t.counted = nil
	}
	return changed
}

// count adds what a trip puts into its periods; sign -1 takes it out again.
func (v *Vehicle) count(c *counted, sign int64, changed []*period) []*period {
	for _, at := range c.puts {
		p := v.period(at.period)
		if p == nil {
			continue
		}
		if at.reason == counts {
			p.sums.Add(c.share, sign)
			p.driven.add(c.day, sign)
		} else {
			p.left[at.reason].add(&c.share, sign)
		}
		changed = append(changed, p)
	}
	return changed
}

// insureWithheld counts a trip that is withheld, in the periods that it was put into or
// else in those in force when it began.
func (v *Vehicle) insureWithheld(t *standing, start int64, date string, driver int64, s *Scratch) {
	if t.counted == nil && len(v.known.At(start).Policies) == 0 {
		return
	}
	var puts []put
	if was := t.counted; was != nil {
		puts = was.puts
	} else {
		puts = v.places(start, date, driver, s)
	}
	changed := v.uncount(t, nil)
	for _, at := range puts {
		if p := v.period(at.period); p != nil {
			if at.reason == counts {
				at.reason = withheldTrip
			}
			p.left[at.reason].trips++
			changed = append(changed, p)
		}
	}
	v.emitFactors(changed, s)
}

// insureCharge counts a charging session that is told, and gives the numbers of the periods
// that it was put into. Plug-ins are rated by their charging days.
func (v *Vehicle) insureCharge(o *outcome.Charge, s *Scratch) (periods []uint32) {
	for _, at := range v.places(int64(o.StartedAt), o.LocalDate, 0, s) {
		// Who plugged it in is not asked: a session has no driver.
		of := at.reason == counts || at.reason == otherDriver
		if p := v.period(at.period); of && p != nil && p.product == outcome.ProductPHI {
			periods = append(periods, at.period)
		}
	}
	v.countCharge(periods, o.LocalDate, 1, s)
	return periods
}

// countCharge counts a charging session of a date in periods with a sign: -1 takes one back
// from where it was put, whatever is known of the vehicle by then.
func (v *Vehicle) countCharge(periods []uint32, date string, sign int64, s *Scratch) {
	var changed []*period
	for _, number := range periods {
		if p := v.period(number); p != nil {
			p.charged.add(dayOf(date), sign)
			changed = append(changed, p)
		}
	}
	v.emitFactors(changed, s)
}

// places are the periods that something which began at a time belongs to, and why it does
// not count. Periods begin with the first.
func (v *Vehicle) places(start int64, date string, driver int64, s *Scratch) (puts []put) {
	known := v.known.At(start)
	for i := range known.Policies {
		policy := &known.Policies[i]
		p := v.periodOn(policy, date, s)
		if p == nil {
			continue
		}
		at := put{p.number, counts}
		switch {
		case !slices.Contains(known.Consents, outcome.ConsentInsurance):
			at.reason = noConsent
		case !rates(policy.Product, known.Powertrain):
			at.reason = wrongPowertrain
		case !policy.Insures(driver):
			at.reason = otherDriver
		}
		p.last = max(p.last, dayOf(date))
		puts = append(puts, at)
	}
	return puts
}

// rates reports whether a product is of vehicles with a powertrain. A combustion car with
// stop-start coasts with its engine off too: that is not what products of hybrids reward.
func rates(product outcome.Product, p fleet.Powertrain) bool {
	switch product {
	case outcome.ProductFHI:
		return p == fleet.Hybrid
	case outcome.ProductPHI:
		return p == fleet.PlugIn
	}
	return true
}

// period finds a period by its number; nil where it is forgotten.
func (v *Vehicle) period(number uint32) *period {
	if v.policies == nil {
		return nil
	}
	for _, p := range v.policies.periods {
		if p.number == number {
			return p
		}
	}
	return nil
}

// dayOf is a date, YYYY-MM-DD, as days since 1970; of what is no date, 0.
func dayOf(date string) int32 {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	return int32(at.Unix() / (24 * 3600))
}

func dateOf(day int32) string { return midnight(day).Format(time.DateOnly) }

// midnight is the beginning of a day, taken as UTC.
func midnight(day int32) time.Time { return time.Unix(int64(day)*24*3600, 0).UTC() }

// issuedAt is the arrival time, Unix µs, at which the next period is issued.
func (v *Vehicle) issuedAt() int64 {
	next := int64(math.MaxInt64)
	if v.policies == nil || v.ended {
		return next
	}
	for _, p := range v.policies.periods {
		if !p.issued {
			next = min(next, p.due)
		}
	}
	return next
}

// of reports whether the period is of a policy.
func (p *period) of(policy *fleet.Policy) bool {
	return p.policy == policy.ID && p.product == policy.Product
}

// follows reports whether the period is a later one of another's policy.
func (p *period) follows(q *period) bool {
	return p.policy == q.policy && p.product == q.product && p.from >= q.to
}
