package scoring

import (
	"slices"

	"milepost/state"
)

// mostDM is far beyond what a vehicle drives in a life, 0.1 m: what is divided by
// must stay a number, and sums within an int64.
const mostDM = 1 << 50

func within(dm int64) bool { return dm > -mostDM && dm < mostDM }

// sound reports whether all that is divided by can be.
func (s *Share) sound() bool { return within(s.DistanceDM) && within(s.Told[steadyM].Sum) }

// State writes or reads the share, in the layout of a version of a vehicle's state.
func (s *Share) State(c *state.Codec, version uint16) {
	if version < 4 {
		s.oldState(c)
		return
	}
	if c.Reading() {
		*s = Share{}
	}
	var before Share
	other := int64(0)
	packed(c, func(k *packer) { s.pack(k, &before, &other, false) })
	s.countriesState(c, &before, other)
	if !c.Check(s.sound(), "share of a trip") {
		*s = Share{}
	}
}

// oldState reads the share as it was before version 4, without totals. The score is the
// mean of the other two but for rounding, and is told by its distance from that.
func (s *Share) oldState(c *state.Codec) {
	*s = Share{}
	for _, v := range [...]*int64{&s.Trips, &s.DistanceDM, &s.DurationMS, &s.Acceleration, &s.Braking} {
		u := uint64(*v)
		c.Uint64(&u)
		*v = int64(u)
	}
	var twice int64
	c.Int64(&twice)
	sum := s.Acceleration + s.Braking
	s.Score = (twice + sum) / 2
	if !c.Check(within(s.DistanceDM) && (twice+sum)%2 == 0, "share of a month") {
		*s = Share{}
	}
}

// daysState visits days: their dates, their sums, and their countries.
func (m *Month) daysState(c *state.Codec, version uint16) {
	state.Slice(c, &m.Days, func(c *state.Codec, d *Day) {
		dateState(c, &d.Date, m.Name)
		if version < 4 {
			d.oldState(c)
		}
	})
	if version < 4 || len(m.Days) == 0 {
		return
	}
	others := make([]int64, len(m.Days))
	var before Share
	packed(c, func(k *packer) {
		before := &before
		for i := range m.Days {
			d := &m.Days[i]
			settled := int64(0)
			if d.Settled {
				settled = 1
			}
			k.field = 0
			k.number(&settled)
			d.Settled = settled != 0
			d.pack(k, before, &others[i], d.Settled)
			before = &m.Days[i].Share
		}
	})
	for i := range m.Days {
		m.Days[i].countriesState(c, &before, others[i])
		before.Countries = m.Days[i].Countries
		if !c.Check(m.Days[i].sound(), "day of a month") {
			m.Days = nil
			return
		}
	}
}

// pack visits the sums, which are about those of the share before. Other says that the
// countries are not what they are likely to be.
func (s *Share) pack(k *packer, before *Share, other *int64, settled bool) {
	k.field = 1
	if !k.reading && !slices.Equal(s.Countries, s.likelyCountries(before)) {
		*other = 1
	}
	k.number(other)
	k.number(&s.Trips)
	k.number(&s.DistanceDM)
	k.number(&s.DurationMS)
	s.packScores(k, before, settled)
	k.number(&s.IdleDS)
	k.number(&s.NightDS)
	k.near(&s.DrivingDS, s.DurationMS/100-s.IdleDS)
	k.number(&s.ByDemand)
	for i := range tolds {
		t := &s.Told[i]
		k.told(t, s.Trips)
		if t.Trips == 0 && t.Sum == 0 {
			k.field++
			continue
		}
		if i == steadyScore && settled && s.DistanceDM != 0 {
			k.mean(&t.Sum, s.DistanceDM, before.Told[i].Sum, before.Told[steadyM].Sum)
			continue
		}
		k.near(&t.Sum, s.likely(i, before))
	}
	for i := range s.Advised {
		k.number(&s.Advised[i])
	}
}

// packScores visits the weighed scores: of a settled day they are means.
func (s *Share) packScores(k *packer, before *Share, settled bool) {
	dm := s.DistanceDM
	if settled && dm != 0 {
		k.field += 3
		k.mean(&s.Acceleration, dm, before.Acceleration, before.DistanceDM)
		k.mean(&s.Braking, dm, before.Braking, before.DistanceDM)
		k.mean(&s.Score, dm, s.Acceleration/2+s.Braking/2, dm)
		return
	}
	k.near(&s.Acceleration, s.likelySum(before.Acceleration, before.DistanceDM, dm))
	k.near(&s.Braking, s.likelySum(before.Braking, before.DistanceDM, dm))
	k.near(&s.Score, s.Acceleration/2+s.Braking/2)
	k.field += 3
}

// mean visits a sum that is a whole mean over a weight, by what the mean was before.
func (k *packer) mean(sum *int64, weight, before, over int64) {
	likely := int64(0)
	if over != 0 {
		likely = before / over
	}
	mean := *sum / weight
	k.near(&mean, likely)
	*sum = mean * weight
}

// told visits how many of some trips tell a sum: mostly none or each.
func (k *packer) told(t *Told, trips int64) {
	which := int64(2)
	switch {
	case *t == (Told{}):
		which = 0
	case t.Trips == trips && trips != 0:
		which = 1
	}
	k.number(&which)
	switch {
	case which == 2:
		field := k.field
		k.field = fields - 1 // seldom: one field for all
		k.number(&t.Trips)
		k.field = field
		if k.reading && t.Trips == 0 && t.Sum == 0 {
			t.Sum = 1 // it is read yet, and is not nothing
		}
	case k.reading && which == 1:
		t.Trips = trips
	}
}

// likelySum is a sum weighted by distance, if its mean is as it was before.
func (s *Share) likelySum(before, over, dm int64) int64 {
	if over <= 0 || !within(over) || !within(dm) {
		return 0
	}
	return before / over * dm
}

// likely is about what a sum is by those visited before it.
func (s *Share) likely(of told, before *Share) int64 {
	switch of {
	case steadyScore:
		return s.likelySum(before.Told[steadyScore].Sum, before.Told[steadyM].Sum, s.DistanceDM)
	case steadyM:
		return s.DistanceDM
	case ecoM:
		return s.DistanceDM - s.Told[chargeM].Sum - s.Told[powerM].Sum
	case ecoS:
		return s.DurationMS/100 - s.Told[chargeS].Sum - s.Told[powerS].Sum
	}
	return 0
}

// likelyCountries are those of a share all of whose trips were where that before was first.
func (s *Share) likelyCountries(before *Share) []Crossed {
	if len(before.Countries) == 0 {
		return nil
	}
	return []Crossed{{before.Countries[0].Country, s.Trips}}
}

// countriesState visits the countries, where they are others than is likely.
func (s *Share) countriesState(c *state.Codec, before *Share, other int64) {
	if other == 0 {
		s.Countries = s.likelyCountries(before)
		return
	}
	if c.Reading() {
		s.Countries = nil
	}
	state.Slice(c, &s.Countries, func(c *state.Codec, x *Crossed) {
		c.String(&x.Country)
		c.Int64(&x.Trips)
	})
}
