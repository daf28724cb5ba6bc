package clickhouse

import "milepost/outcome"

type event = outcome.Event

var events = mapping[event]{
	table:   "events",
	kind:    outcome.TypeEvent,
	head:    func(e *event) *outcome.Header { return &e.Header },
	state:   func(e *event) outcome.State { return e.State },
	method:  func(e *event) string { return e.Method },
	columns: eventColumns,
	blank: func(e *event) *event {
		return &event{Header: e.Header, State: e.State, Method: e.Method}
	},
	block: 2048,
}

var eventKinds = []outcome.EventKind{"", outcome.HarshBraking, outcome.HarshAcceleration, outcome.HarshCornering, outcome.KindSpeeding}

var limitSources = []outcome.LimitSource{"", outcome.LimitSign, outcome.LimitConditional, outcome.LimitDirectional, outcome.LimitPosted,
	outcome.LimitZone, outcome.LimitDefault}

func eventColumns(d Dialect) []column[event] {
	return []column[event]{
		reference("trip_id", func(e *event) string { return e.TripID }),
		enum("kind", 0, eventKinds, func(e *event) outcome.EventKind { return e.Kind }),
		small("level", func(e *event) int { return e.Level }),
		instant("started_at", d, func(e *event) outcome.Time { return e.StartedAt }),
		number("duration_s", func(e *event) float64 { return e.DurationS }),
		optional("peak_ms2", peakOf),
		text("estimator", func(e *event) string { return e.Estimator }),
		number("rate_hz", func(e *event) float64 { return e.RateHz }),
		optional("speed_kmh", func(e *event) *float64 { return e.SpeedKmh }),
		optional("lat", func(e *event) *float64 { return e.Lat }),
		optional("lon", func(e *event) *float64 { return e.Lon }),
		text("method", func(e *event) string {
			if e.State == outcome.Withdrawn {
				return ""
			}
			return e.Method
		}),
		optional("limit_kmh", func(e *event) *float64 { return e.LimitKmh }),
		enum("limit_source", 0, limitSources, func(e *event) outcome.LimitSource { return e.LimitSource }),
		optional("peak_kmh", func(e *event) *float64 { return e.PeakKmh }),
		optional("distance_m", func(e *event) *float64 { return e.DistanceM }),
	}
}

// peakOf is a manoeuvre's; speeding has none, and 0 would be one.
func peakOf(e *event) *float64 {
	if e.Kind == outcome.KindSpeeding && e.PeakMS2 == 0 {
		return nil
	}
	return &e.PeakMS2
}
