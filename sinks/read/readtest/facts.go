package readtest

import (
	"fmt"
	"time"

	"milepost/outcome"
)

// version is one version of a fact.
type version struct {
	method, revision uint32
	withdrawn        bool
}

func (v version) String() string { return v.of("performance") }

// of names the version by a method.
func (v version) of(method string) string { return fmt.Sprintf("%s/%d", method, v.method) }

func (v version) state() outcome.State {
	switch {
	case v.withdrawn:
		return outcome.Withdrawn
	case v.revision > 1:
		return outcome.Amended
	}
	return outcome.Final
}

// instant is a time of some day after 2026-01-01, with a part of a millisecond.
func instant(day int, second int) outcome.Time {
	at := time.Date(2026, 1, 1+day, 6, 0, second, 123_456_000, time.UTC)
	return outcome.Time(at.UnixMicro())
}

func number(v float64) *float64 { return &v }

// newTrip is a trip whose every value tells its version.
func newTrip(vehicle, account string, at outcome.Time, v version) *outcome.Trip {
	t := &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at, Revision: v.revision},
		State:  v.state(), Receipt: outcome.Receipt{Method: v.String()},
	}
	if v.withdrawn {
		return t
	}
	// An amendment may move the start, never the time of the identity.
	t.StartedAt, t.EndedAt = at-outcome.Time(v.revision)*1_000_000, at+600_000_000+outcome.Time(v.method)
	t.Zone, t.LocalDate, t.AccountID, t.DriverID = "Europe/Madrid", at.Std().Format(time.DateOnly), account, `d'7\?é`
	t.DistanceM, t.DistanceSource, t.DurationS = 1000*float64(v.method)+float64(v.revision)/8, "odometer", 600.1
	t.DrivingS, t.IdleS, t.MaxSpeedKmh, t.AvgSpeedKmh, t.NightS = 500.25, 99.9, 87.3, 31.4, 1e-7
	t.FuelL, t.EVDistanceM = number(0), number(0.1+float64(v.revision))
	t.HighwayM, t.OverspeedM, t.OverspeedS, t.Countries = number(0), number(12.5*float64(v.revision)), number(1.0/3), []string{"ES", "PT"}
	t.Speeding = &outcome.Speeding{LimitKnownM: 900.5, LimitKnownS: 60, BySourceM: map[string]float64{"sign": 0.1, "posted": 900.4}, Over0M: 12.5, Over20M: 1e-7}
	t.Route = &outcome.Route{Polyline: `_p~iF~ps|U_ulL\nnqC'`, Parts: []outcome.RoutePart{{To: 1, Source: outcome.PartRaw},
		{From: 1, To: 3, Source: outcome.PartMatched, Overspeed: true, Highway: true}, {From: 3, To: 4, Source: outcome.PartHidden},
		{From: 4, To: 7, Source: outcome.PartEstimated}}}
	t.Scores.Performance = &outcome.Performance{Score: 71.3, Acceleration: 1.0 / 3, Braking: 100, ConstantSpeed: number(0), LowConfidence: v.revision > 2}
	t.Counts, t.Partial = outcome.Counts{HarshBraking: 1, HarshCornering: int(v.revision), Speeding: 3}, v.revision == 2
	t.Receipt.Inputs = map[string]float64{"rpa_ms2": 0.1, "distance_m": 1e21, "a<b>&c": 1e-9}
	t.Receipt.Thresholds = map[string]float64{}
	t.Receipt.Tracks = []outcome.TrackSpan{{Track: "speed", From: t.StartedAt, To: t.EndedAt, Samples: 600, RateHz: 10, Gaps: 1, GapS: 0.5}}
	t.Receipt.Map = &outcome.MapReceipt{Method: "roads/1", Service: "file", Version: "a<b"}
	t.Receipt.Flags = []string{"quote \" and \u2028"}
	if v.revision%2 == 1 {
		on, off := true, false
		t.HighwayS, t.Coaching = number(0.5), coached(at, v)
		t.Route.Parts[0].IsEV, t.Route.Parts[1].IsEV, t.Route.Parts[1].Mode = &on, &off, outcome.ModePower
	}
	return t
}

// newBareTrip is a trip of which the vehicle reported nothing that it need not.
func newBareTrip(vehicle string, at outcome.Time, v version) *outcome.Trip {
	t := newTrip(vehicle, "", at, v)
	t.FuelL, t.EVDistanceM, t.Route, t.Scores.Performance, t.DriverID = nil, nil, nil, nil, ""
	t.HighwayM, t.OverspeedM, t.OverspeedS, t.Speeding, t.Countries, t.Receipt.Map = nil, nil, nil, nil, nil, nil
	t.HighwayS, t.Coaching = nil, nil
	t.DistanceSource, t.Receipt.Inputs, t.Receipt.Tracks, t.Receipt.Flags = "speed", nil, nil, nil
	t.Zone, t.Counts = "", outcome.Counts{}
	return t
}

// newEvent is an event on a trip; without a place where lat or lon is nil.
func newEvent(vehicle, trip string, at outcome.Time, lat, lon *float64, v version) *outcome.Event {
	e := &outcome.Event{
		Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(vehicle, string(outcome.HarshBraking), at), VehicleID: vehicle,
			At: at, Revision: v.revision},
		State: v.state(), Method: v.String(),
	}
	if v.withdrawn {
		return e
	}
	e.Kind, e.Level, e.StartedAt, e.DurationS = outcome.HarshBraking, 1+int(v.revision%3), at+outcome.Time(v.revision), 1.5
	e.PeakMS2, e.Estimator, e.RateHz, e.TripID, e.Lat, e.Lon = -3.7, "speed_slope", 10, trip, lat, lon
	if v.revision%2 == 1 {
		e.SpeedKmh = number(47.7)
	}
	return e
}

// newSpeeding is an event of speeding, which has no peak of acceleration.
func newSpeeding(vehicle, trip string, at outcome.Time, v version) *outcome.Event {
	e := newEvent(vehicle, trip, at, number(40.4), number(-3.7), v)
	e.ID = outcome.ID(vehicle, string(outcome.KindSpeeding), at)
	if v.withdrawn {
		return e
	}
	e.Kind, e.PeakMS2, e.Estimator, e.RateHz = outcome.KindSpeeding, 0, "limit", 1
	e.LimitKmh, e.LimitSource, e.PeakKmh, e.DistanceM = number(50), outcome.LimitZone, number(71.5+float64(v.revision)), number(444.4)
	return e
}

// newMonth is a month of a vehicle and driver.
func newMonth(vehicle, driver string, month time.Time, v version) *outcome.Month {
	name, at := month.Format("2006-01"), outcome.Time(month.UnixMicro())
	m := &outcome.Month{
		Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID(vehicle, "month/"+driver, at), VehicleID: vehicle, At: at, Revision: v.revision},
		State:  v.state(), Month: name, DriverID: driver, Method: v.String(),
	}
	if v.withdrawn {
		return m
	}
	m.State = outcome.Final
	m.Trips, m.WithheldTrips, m.DistanceM, m.DurationS = int(v.revision), 2, 1234.5, 600
	m.Days = []outcome.Day{{Date: name + "-03", Trips: 1, DistanceM: 0.1, DurationS: 60, Score: number(70.1)}, {Date: name + "-04", Trips: 2}}
	if v.revision%2 == 0 {
		m.Score, m.Acceleration, m.Days = number(70.25), number(0), []outcome.Day{}
		m.Totals, m.ConstantSpeed, m.Advice, m.Inputs = totals(), number(55.5), outcome.CauseEV, map[string]float64{"distance_dm": 12345, "score_dm": 1e15}
	} else {
		m.Days[0].Totals, m.Days[0].Braking, m.Days[0].Advice = totals(), number(3), outcome.CauseSpeed
		m.DrivingS, m.Inputs = 12.5, map[string]float64{}
	}
	return m
}

// name is of one version of a fact.
func name(id string, method uint16, revision uint32) string {
	return fmt.Sprint(id, "/", method, "/", revision)
}
