package scoring

import (
	"cmp"
	"slices"

	"milepost/outcome"
)

// Month sums trips of one driver in one vehicle over a local calendar month. All
// sums are integers, so that a trip can be taken out again exactly and the order
// of trips does not matter.
type Month struct {
	Name     string // YYYY-MM
	Driver   int64  // 0 where unknown
	Withheld int
	Days     []Day // by date
	Rest     Share // of the sums of settled days, what their entries do not say
}

// Day sums the trips of one local date.
type Day struct {
	Date    string // YYYY-MM-DD
	Settled bool   // nothing is added or taken out any more
	Share
}

// Add puts a trip's share on its date; sign -1 takes it out again. A date that is settled
// stays as it is.
func (m *Month) Add(date string, s *Share, sign int64) {
	i, found := slices.BinarySearchFunc(m.Days, date, func(d Day, date string) int { return cmp.Compare(d.Date, date) })
	if !found {
		m.Days = slices.Insert(m.Days, i, Day{Date: date})
	}
	if m.Days[i].Settled {
		return
	}
	m.Days[i].add(s, sign)
	if m.Days[i].Trips == 0 {
		m.Days = slices.Delete(m.Days, i, i+1)
	}
}

// Fill writes the sums into an outcome: distance-weighted averages, absent where
// nothing was driven, and the sums themselves as its inputs.
func (m *Month) Fill(o *outcome.Month) {
	all := m.Rest
	all.Countries = slices.Clone(all.Countries)
	o.Month, o.Method, o.WithheldTrips = m.Name, Method, m.Withheld
	o.Days = make([]outcome.Day, 0, len(m.Days))
	for i := range m.Days {
		d := &m.Days[i]
		all.add(&d.Share, 1)
		o.Days = append(o.Days, outcome.Day{Date: d.Date, Trips: int(d.Trips), DistanceM: float64(d.DistanceDM) / perMetre,
			DurationS: float64(d.DurationMS) / 1000, Totals: d.totals(), Score: d.mean(d.Score), Acceleration: d.mean(d.Acceleration),
			Braking: d.mean(d.Braking), ConstantSpeed: d.steady(), Advice: d.advice()})
	}
	all.fill(o)
	o.Inputs = all.inputs()
}

// fill writes a month's own sums.
func (s *Share) fill(o *outcome.Month) {
	o.Trips, o.DistanceM, o.DurationS = int(s.Trips), float64(s.DistanceDM)/perMetre, float64(s.DurationMS)/1000
	o.Score, o.Acceleration, o.Braking = s.mean(s.Score), s.mean(s.Acceleration), s.mean(s.Braking)
	o.ConstantSpeed, o.Advice, o.Totals = s.steady(), s.advice(), s.totals()
}

// totals are the sums as an outcome has them; absent is what no trip tells.
func (s *Share) totals() outcome.Totals {
	o := outcome.Totals{DrivingS: float64(s.DrivingDS) / perSecond, IdleS: float64(s.IdleDS) / perSecond, NightS: float64(s.NightDS) / perSecond,
		HighwayM: s.told(highwayM, perMetre), HighwayS: s.told(highwayS, perSecond),
		OverspeedM: s.told(overspeedM, perMetre), OverspeedS: s.told(overspeedS, perSecond), LimitKnownM: s.told(limitKnownM, perMetre),
		FuelL: s.told(fuelL, perLitre), EnergyKwh: s.told(energyKwh, perKwh), RegeneratedKwh: s.told(regeneratedKwh, perKwh),
		EVDistanceM: s.told(evM, perMetre), EVS: s.told(evS, perSecond)}
	if s.Told[chargeM].Trips > 0 {
		o.Modes = &outcome.Modes{Source: outcome.ModesByIndicator}
		if s.ByDemand > 0 {
			o.Modes.Source = outcome.ModesByDemand
		}
		for i, v := range modes(o.Modes) {
			*v = float64(s.Told[chargeM+told(i)].Sum) / perMetre
		}
	}
	for _, c := range s.Countries {
		o.Countries = append(o.Countries, c.Country)
	}
	return o
}

func (s *Share) told(of told, per float64) *float64 {
	if s.Told[of].Trips <= 0 {
		return nil
	}
	v := float64(s.Told[of].Sum) / per
	return &v
}

// steady is the mean of constant speed over the trips that have one.
func (s *Share) steady() *float64 { return mean(s.Told[steadyScore].Sum, s.Told[steadyM].Sum) }

// advice is the cause whose tips would have saved most.
func (s *Share) advice() outcome.Cause {
	best := 0
	for i, kj := range s.Advised {
		if kj > s.Advised[best] {
			best = i
		}
	}
	if s.Advised[best] <= 0 {
		return ""
	}
	return causesByRank[best]
}

func (s *Share) mean(sum int64) *float64 { return mean(sum, s.DistanceDM) }

// mean is a weighted sum over the weight, rounded half up to one decimal.
func mean(sum, weight int64) *float64 {
	if weight == 0 {
		return nil
	}
	v := float64((2*sum+weight)/(2*weight)) / 10
	return &v
}
