package pipeline

import (
	"math"
	"strconv"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/scoring"
)

// event writes a finding of the trip.
func (v *Vehicle) event(f *detectors.Finding) *outcome.Event {
	at := outcome.Time(f.Start)
	lat, lon := f.Lat, f.Lon
	if v.trip.forgot.has(f.Start) {
		lat, lon = math.NaN(), math.NaN()
	}
	return &outcome.Event{
		Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(v.id, string(f.Kind), at), VehicleID: v.id, At: at, Revision: 1},
		State:  outcome.Final, Kind: f.Kind, Level: f.Level, StartedAt: at,
		DurationS: round(seconds(f.Duration), 2), PeakMS2: round(f.Peak, 2),
		Estimator: f.Estimator.String(), RateHz: f.RateHz,
		SpeedKmh: known(f.Speed*3.6, 1), Lat: known(lat, 6), Lon: known(lon, 6), TripID: v.trip.id, Method: scoring.Method,
	}
}

// seconds of a span in µs.
func seconds(us int64) float64 { return float64(us) / 1e6 }

// round to a number of decimals, half away from zero.
func round(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Round(x*p) / p
}

// known is the rounded value, or nil for NaN: not reported.
func known(x float64, decimals int) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	x = round(x, decimals)
	return &x
}

// pseudonym writes a driver's number; empty where nobody is known.
func pseudonym(driver int64) string {
	if driver == 0 {
		return ""
	}
	return strconv.FormatInt(driver, 16)
}
