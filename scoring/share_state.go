package scoring

import (
	"slices"

	"milepost/state"
)

// mostDM is far beyond what a vehicle drives in a life, 0.1 m: what is divided by
// must stay a number, and sums within an int64.
const mostDM = 1 << 50

// packing is what a share is likely to have in common with the one before it.
type packing struct {
	some, all uint32 // of what is told: by any trip, by each
	country   string
}

// State writes or reads the share, in the layout of a version of a vehicle's state.
func (s *Share) State(c *state.Codec, version uint16) {
	var none packing
	s.state(c, version, &none)
}

// state is State of one that follows another. The score is the mean of the other two but
// for rounding, and is told by its distance from that.
func (s *Share) state(c *state.Codec, version uint16, before *packing) {
	if c.Reading() {
		*s = Share{}
	}
	amount(c, &s.Trips)
	amount(c, &s.DistanceDM)
	amount(c, &s.DurationMS)
	amount(c, &s.Acceleration)
	amount(c, &s.Braking)
	sum := s.Acceleration + s.Braking
	twice := 2*s.Score - sum
	c.Int64(&twice)
	s.Score = (twice + sum) / 2
	whole := (twice+sum)%2 == 0
	if version >= 4 { // before, a share had no totals
		s.totalsState(c, before)
	}
	if !c.Check(within(s.DistanceDM) && within(s.Told[steadyM].Sum) && whole, "share of a month") {
		*s = Share{}
	}
}

func within(dm int64) bool { return dm > -mostDM && dm < mostDM }

// What of a share is spelt out.
const (
	otherTold = uint8(1 << iota)
	someAdvised
	otherCountries
	someByDemand

	spelt = 1<<iota - 1
)

// totalsState visits what a share has since version 4.
func (s *Share) totalsState(c *state.Codec, before *packing) {
	now := s.packing()
	var out uint8
	if !c.Reading() {
		out = s.spelt(&now, before)
	}
	state.Enum(c, &out, spelt)
	amount(c, &s.IdleDS)
	amount(c, &s.NightDS)
	near(c, &s.DrivingDS, s.DurationMS/100-s.IdleDS)
	if out&otherTold != 0 {
		c.Uint32(&now.some)
		c.Uint32(&now.all)
	} else {
		now.some, now.all = before.some, before.all
	}
	for i := range tolds {
		s.toldState(c, i, now.some>>i&1 != 0, now.all>>i&1 != 0)
	}
	if out&someByDemand != 0 {
		amount(c, &s.ByDemand)
	}
	if out&someAdvised != 0 {
		s.advisedState(c)
	}
	switch {
	case out&otherCountries != 0:
		s.countriesState(c)
	case c.Reading():
		s.Countries = before.countries(s.Trips)
	}
	now.country = s.packing().country
	*before = now
}

// packing is what the share has that the next one may have too.
func (s *Share) packing() (p packing) {
	for i := range s.Told {
		if s.Told[i] != (Told{}) {
			p.some |= 1 << i
		}
		if s.Told[i].Trips == s.Trips {
			p.all |= 1 << i
		}
	}
	if p.all &= p.some; len(s.Countries) > 0 {
		p.country = s.Countries[0].Country
	}
	return p
}

// spelt says what of the share is spelt out after the one before.
func (s *Share) spelt(now, before *packing) (out uint8) {
	if now.some != before.some || now.all != before.all {
		out |= otherTold
	}
	if s.Advised != ([causes]int64{}) {
		out |= someAdvised
	}
	if !slices.Equal(s.Countries, before.countries(s.Trips)) {
		out |= otherCountries
	}
	if s.ByDemand != 0 {
		out |= someByDemand
	}
	return out
}

// countries are those of a share whose trips were all in the country of the one before.
func (p *packing) countries(trips int64) []Crossed {
	if p.country == "" {
		return nil
	}
	return []Crossed{{p.country, trips}}
}

// toldState visits a sum that some trip tells, or each of them.
func (s *Share) toldState(c *state.Codec, of told, some, all bool) {
	t := &s.Told[of]
	if !some {
		return
	}
	if all {
		t.Trips = s.Trips
	} else {
		amount(c, &t.Trips)
	}
	near(c, &t.Sum, s.likely(of))
}

// likely is about what a sum is by those visited before it.
func (s *Share) likely(of told) int64 {
	switch of {
	case steadyM:
		return s.DistanceDM
	case ecoM:
		return s.DistanceDM - s.Told[chargeM].Sum - s.Told[powerM].Sum
	case ecoS:
		return s.DurationMS/100 - s.Told[chargeS].Sum - s.Told[powerS].Sum
	}
	return 0
}

func (s *Share) advisedState(c *state.Codec) {
	var some uint8
	for i, a := range s.Advised {
		if a != 0 {
			some |= 1 << i
		}
	}
	state.Enum(c, &some, 1<<causes-1)
	for i := range s.Advised {
		if some>>i&1 != 0 {
			amount(c, &s.Advised[i])
		}
	}
}

func (s *Share) countriesState(c *state.Codec) {
	state.Slice(c, &s.Countries, func(c *state.Codec, x *Crossed) {
		c.String(&x.Country)
		amount(c, &x.Trips)
	})
}

// near visits a number that is about another.
func near(c *state.Codec, v *int64, likely int64) {
	d := *v - likely
	c.Int64(&d)
	*v = likely + d
}

// amount visits a number that is seldom negative.
func amount(c *state.Codec, v *int64) {
	u := uint64(*v)
	c.Uint64(&u)
	*v = int64(u)
}
