package scoring

import (
	"math"
	"slices"

	"milepost/outcome"
)

// Share is what one trip adds to its day, or the sum of several. All of it is integers.
type Share struct {
	Trips                        int64
	DistanceDM                   int64 // 0.1 m
	DurationMS                   int64
	Score, Acceleration, Braking int64 // tenths of a point × 0.1 m
	DrivingDS, IdleDS, NightDS   int64 // 0.1 s
	Told                         [tolds]Told
	ByDemand                     int64         // trips whose modes the indicator did not tell
	Advised                      [causes]int64 // kJ that tips would have saved, by cause
	Countries                    []Crossed     // by name
}

// Told is the sum of what not every trip tells.
type Told struct{ Trips, Sum int64 }

// Crossed counts the trips that were in a country, ISO 3166-1 alpha-2.
type Crossed struct {
	Country string
	Trips   int64
}

// told names what not every trip tells.
type told uint8

const (
	highwayM told = iota
	highwayS
	overspeedM
	overspeedS
	limitKnownM
	fuelL
	energyKwh
	regeneratedKwh
	evM
	evS
	steadyScore // tenths of a point × 0.1 m of the trips that have one
	steadyM
	chargeM
	chargeS
	powerM
	powerS
	ecoM
	ecoS

	tolds
)

// Units of what is told, in an outcome's.
const (
	perMetre, perSecond, perLitre, perKwh = 10, 10, 1000, 1000
)

// causesByRank are the causes of tips; of two that would have saved the same, the first is told.
var causesByRank = [causes]outcome.Cause{outcome.CauseAcceleration, outcome.CauseBraking, outcome.CauseConstantSpeed,
	outcome.CauseSpeed, outcome.CauseEV, outcome.CauseCornering}

const causes = 6

// Energy of what a tip would have saved: of a litre of petrol when burnt, and of a kWh.
const litreKJ, kwhKJ = 32_000, 3600

// ShareOf is what a trip adds to its month.
func ShareOf(t *outcome.Trip) Share {
	d := whole(tenth(t.DistanceM), perMetre)
	s := Share{Trips: 1, DistanceDM: d, DurationMS: whole(t.DurationS, 1000),
		DrivingDS: whole(t.DrivingS, perSecond), IdleDS: whole(t.IdleS, perSecond), NightDS: whole(t.NightS, perSecond)}
	if p := t.Scores.Performance; p != nil {
		s.Score, s.Acceleration, s.Braking = weigh(p.Score, d), weigh(p.Acceleration, d), weigh(p.Braking, d)
		if p.ConstantSpeed != nil {
			s.Told[steadyScore], s.Told[steadyM] = Told{1, weigh(*p.ConstantSpeed, d)}, Told{1, d}
		}
	}
	s.tell(highwayM, t.HighwayM, perMetre)
	s.tell(highwayS, t.HighwayS, perSecond)
	s.tell(overspeedM, t.OverspeedM, perMetre)
	s.tell(overspeedS, t.OverspeedS, perSecond)
	if t.Speeding != nil {
		s.tell(limitKnownM, &t.Speeding.LimitKnownM, perMetre)
	}
	s.tell(fuelL, t.FuelL, perLitre)
	s.tell(energyKwh, t.EnergyKwh, perKwh)
	s.tell(regeneratedKwh, t.RegeneratedKwh, perKwh)
	s.tell(evM, t.EVDistanceM, perMetre)
	s.tell(evS, t.EVS, perSecond)
	s.coach(t.Coaching)
	s.cross(t.Countries)
	return s
}

// tell takes what a trip tells, if it does.
func (s *Share) tell(of told, v *float64, per float64) {
	if v != nil {
		s.Told[of] = Told{1, whole(*v, per)}
	}
}

// coach takes modes and the tip.
func (s *Share) coach(c *outcome.Coaching) {
	if c == nil {
		return
	}
	if m := c.Modes; m != nil {
		if m.Source != outcome.ModesByIndicator {
			s.ByDemand = 1
		}
		for i, v := range modes(m) {
			s.tell(chargeM+told(i), v, perMetre) // perSecond is the same
		}
	}
	if a := c.Advice; a != nil {
		if i := slices.Index(causesByRank[:], a.Cause); i >= 0 {
			s.Advised[i] = saved(a)
		}
	}
}

// modes are the parts of a trip's modes, in the order of what is told.
func modes(m *outcome.Modes) [6]*float64 {
	return [...]*float64{&m.ChargeM, &m.ChargeS, &m.PowerM, &m.PowerS, &m.EcoM, &m.EcoS}
}

// saved is the energy that a tip would have saved, kJ. One about safety counts as 1 kJ: it
// stands out only where no energy could be saved.
func saved(a *outcome.Advice) (kj int64) {
	if a.SavesL != nil {
		kj += whole(*a.SavesL, litreKJ)
	}
	if a.SavesKwh != nil {
		kj += whole(*a.SavesKwh, kwhKJ)
	}
	return max(kj, 1)
}

// cross takes the countries of a trip, each once.
func (s *Share) cross(countries []string) {
	for _, c := range countries {
		if i, found := s.country(c); !found {
			s.Countries = slices.Insert(s.Countries, i, Crossed{c, 1}) // once, however often it was entered
		}
	}
}

// country finds a country, or where it belongs.
func (s *Share) country(name string) (int, bool) {
	return slices.BinarySearchFunc(s.Countries, name, func(c Crossed, name string) int {
		switch {
		case c.Country < name:
			return -1
		case c.Country > name:
			return 1
		}
		return 0
	})
}

// add adds another share, or takes it out with sign -1. It leaves o's countries alone.
func (s *Share) add(o *Share, sign int64) {
	s.Trips += sign * o.Trips
	s.DistanceDM += sign * o.DistanceDM
	s.DurationMS += sign * o.DurationMS
	s.Score += sign * o.Score
	s.Acceleration += sign * o.Acceleration
	s.Braking += sign * o.Braking
	s.DrivingDS += sign * o.DrivingDS
	s.IdleDS += sign * o.IdleDS
	s.NightDS += sign * o.NightDS
	s.ByDemand += sign * o.ByDemand
	for i := range s.Told {
		s.Told[i].Trips += sign * o.Told[i].Trips
		s.Told[i].Sum += sign * o.Told[i].Sum
	}
	for i := range s.Advised {
		s.Advised[i] += sign * o.Advised[i]
	}
	for _, c := range o.Countries {
		i, found := s.country(c.Country)
		if !found {
			s.Countries = slices.Insert(s.Countries, i, Crossed{Country: c.Country})
		}
		if s.Countries[i].Trips += sign * c.Trips; s.Countries[i].Trips == 0 {
			s.Countries = slices.Delete(s.Countries, i, i+1)
		}
	}
}

func weigh(score float64, d int64) int64 { return whole(score, 10) * d }

// whole is a quantity in units of which there are so many to one, rounded half up.
func whole(x, per float64) int64 { return int64(math.Floor(float64(x*per) + 0.5)) }
