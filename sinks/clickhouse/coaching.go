package clickhouse

import "milepost/outcome"

var (
	coachingKinds = []outcome.CoachingKind{"", outcome.CoachingHybrid, outcome.CoachingElectric, outcome.CoachingCombustion}
	modeSources   = []outcome.ModeSource{"", outcome.ModesByIndicator, outcome.ModesByDemand}
	causes        = []outcome.Cause{"", outcome.CauseAcceleration, outcome.CauseBraking, outcome.CauseConstantSpeed, outcome.CauseSpeed,
		outcome.CauseEV, outcome.CauseCornering}
)

// coachingColumns are a trip's numbers about energy, for those who analyse them, and beside
// them the whole coaching, which readers take it from.
func coachingColumns() []column[trip] {
	return append([]column[trip]{
		enum("coaching_kind", 0, coachingKinds, func(t *trip) outcome.CoachingKind { return coachingOf(t).Kind }),
		optional("l_per_100km", func(t *trip) *float64 { return coachingOf(t).LPer100Km }),
		optional("kwh_per_100km", func(t *trip) *float64 { return coachingOf(t).KwhPer100Km }),
		optional("braking_kwh", func(t *trip) *float64 { return coachingOf(t).BrakingKwh }),
		optional("recovered_share", func(t *trip) *float64 { return coachingOf(t).RecoveredShare }),
		enum("advice", 0, causes, func(t *trip) outcome.Cause { return adviceOf(t).Cause }),
		text("advice_message", func(t *trip) string { return adviceOf(t).Message }),
		optional("advice_saves_l", func(t *trip) *float64 { return adviceOf(t).SavesL }),
		optional("advice_saves_kwh", func(t *trip) *float64 { return adviceOf(t).SavesKwh }),
		jsonText("coaching", func(e *encoder, t *trip) error {
			if t.Coaching == nil {
				return nil
			}
			return e.coaching(t.Coaching)
		}),
	}, modes(func(t *trip) *outcome.Modes { return coachingOf(t).Modes })...)
}

// none is what a trip without coaching has.
var (
	noCoaching outcome.Coaching
	noAdvice   outcome.Advice
)

func coachingOf(t *trip) *outcome.Coaching {
	if t.Coaching == nil {
		return &noCoaching
	}
	return t.Coaching
}

func adviceOf(t *trip) *outcome.Advice {
	if a := coachingOf(t).Advice; a != nil {
		return a
	}
	return &noAdvice
}

// modes are a hybrid's, absent where there are none.
func modes[O any](get func(*O) *outcome.Modes) []column[O] {
	part := func(name string, of func(*outcome.Modes) *float64) column[O] {
		return optional(name, func(o *O) *float64 {
			if m := get(o); m != nil {
				return of(m)
			}
			return nil
		})
	}
	return []column[O]{
		enum("mode_source", 0, modeSources, func(o *O) outcome.ModeSource {
			if m := get(o); m != nil {
				return m.Source
			}
			return ""
		}),
		part("charge_m", func(m *outcome.Modes) *float64 { return &m.ChargeM }),
		part("charge_s", func(m *outcome.Modes) *float64 { return &m.ChargeS }),
		part("eco_m", func(m *outcome.Modes) *float64 { return &m.EcoM }),
		part("eco_s", func(m *outcome.Modes) *float64 { return &m.EcoS }),
		part("power_m", func(m *outcome.Modes) *float64 { return &m.PowerM }),
		part("power_s", func(m *outcome.Modes) *float64 { return &m.PowerS }),
	}
}
