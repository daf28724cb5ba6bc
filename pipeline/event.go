package pipeline

import (
	"math"
	"strconv"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/scoring"
)

// event writes a finding as one of the last trip. Its place is the finding's: nothing of
// the last trip decides about it, for the finding may be another trip's.
func (v *Vehicle) event(f *detectors.Finding) *outcome.Event {
	return &outcome.Event{
		Header: v.eventHeader(f, 1),
		State:  outcome.Final, Kind: f.Kind, Level: f.Level, StartedAt: outcome.Time(f.Start),
		DurationS: round(seconds(f.Duration), 2), PeakMS2: round(f.Peak, 2),
		Estimator: f.Estimator.String(), RateHz: f.RateHz,
		SpeedKmh: known(f.Speed*3.6, 1), Lat: known(f.Lat, 6), Lon: known(f.Lon, 6), TripID: v.trip.id, Method: scoring.Method,
	}
}

// eventHeader is that of a revision of a finding's event.
func (v *Vehicle) eventHeader(f *detectors.Finding, revision uint32) outcome.Header {
	at := outcome.Time(f.Start)
	return outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(v.id, string(f.Kind), at), VehicleID: v.id, At: at, Revision: revision}
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
