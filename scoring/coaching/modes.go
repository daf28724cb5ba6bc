package coaching

import "milepost/outcome"

// modeOf is a step's mode: the vehicle's own indicator, else by demand. Standing is charge,
// as an indicator at rest shows it; empty where nothing tells.
func modeOf(q *Step, demand float64) outcome.Mode {
	switch {
	case q.Indicator != "":
		return q.Indicator
	case demand <= 0:
		return outcome.ModeCharge
	case demand <= powerFromWkg:
		return outcome.ModeEco
	case demand > powerFromWkg:
		return outcome.ModePower
	}
	return ""
}

// sums are what a trip's coaching is written from: its receipt holds them as they are.
type sums struct {
	DistanceM, FuelL, NetKwh, AmbientC float64
	ChargeM, EcoM, PowerM              float64 // by the wheels, of judged steps
	ChargeS, EcoS, PowerS              float64
	IndicatorS                         float64 // of those three, told by the indicator
	BrakingJ, RecoveredJ               float64 // RecoveredJ NaN where the battery's power is not known
	MassKg                             float64
	modes, braking                     bool // they could be told
}

// sum adds the steps up.
func (r *Result) sum(t *Trip) *sums {
	s := &r.work.sums
	*s = sums{DistanceM: t.DistanceM, FuelL: t.FuelL, NetKwh: t.NetKwh, AmbientC: t.AmbientC, MassKg: r.work.car.mass}
	r.EVKnown, r.EVMetres, r.EVTime = false, 0, 0
	battery := false
	for i := range t.Steps {
		q, f, p := &t.Steps[i], r.Flags[i], r.work.demand[i]
		r.EVKnown = r.EVKnown || f.EVKnown
		if f.EV {
			r.EVMetres += q.Metres
			if q.Metres > standingMs*q.Span {
				r.EVTime += q.Span
			}
		}
		s.mode(q, f.Mode)
		if p == p {
			s.braking = true
			s.BrakingJ += r.work.braked(q, i)
		}
		if battery = battery || q.RegenJ == q.RegenJ; q.RegenJ > 0 && r.work.near[i] {
			s.RecoveredJ += q.RegenJ
		}
	}
	if s.RecoveredJ = min(s.RecoveredJ, s.BrakingJ); !battery {
		s.RecoveredJ = nan
	}
	return s
}

// mode adds a step to its mode.
func (s *sums) mode(q *Step, m outcome.Mode) {
	metres, time := &s.ChargeM, &s.ChargeS
	switch m {
	case outcome.ModeCharge:
	case outcome.ModeEco:
		metres, time = &s.EcoM, &s.EcoS
	case outcome.ModePower:
		metres, time = &s.PowerM, &s.PowerS
	default:
		return
	}
	s.modes = true
	*metres += q.Metres
	*time += q.Span
	if q.Indicator != "" {
		s.IndicatorS += q.Span
	}
}

// write makes the coaching's figures of the sums.
func (s *sums) write(c *outcome.Coaching) {
	if s.modes {
		c.Modes = s.split()
	}
	if s.DistanceM >= shortestM {
		c.LPer100Km = known(s.FuelL/s.DistanceM*1e5, 2)
		c.KwhPer100Km = known(s.NetKwh/s.DistanceM*1e5, 2)
	}
	if s.braking {
		c.BrakingKwh = known(s.BrakingJ/jouleKwh, 4)
	}
	if s.BrakingJ > 0 {
		c.RecoveredShare = known(s.RecoveredJ/s.BrakingJ, 3)
	}
}

const jouleKwh = 3.6e6

// split gives the modes. Their distances are shares of the trip's, whatever measured that.
func (s *sums) split() *outcome.Modes {
	scale := 0.0
	if m := s.ChargeM + s.EcoM + s.PowerM; m > 0 {
		scale = s.DistanceM / m
	}
	m := &outcome.Modes{
		Source:  outcome.ModesByDemand,
		ChargeM: round(s.ChargeM*scale, 1), EcoM: round(s.EcoM*scale, 1), PowerM: round(s.PowerM*scale, 1),
		ChargeS: round(s.ChargeS, 1), EcoS: round(s.EcoS, 1), PowerS: round(s.PowerS, 1),
	}
	if s.IndicatorS > (s.ChargeS+s.EcoS+s.PowerS)/2 {
		m.Source = outcome.ModesByIndicator
	}
	return m
}
