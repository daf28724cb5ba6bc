package report

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"strings"
	"time"

	"github.com/twpayne/go-polyline"

	"milepost/outcome"
)

// The samples are made up: no record of a real drive is in them.

func ptr[T any](v T) *T { return &v }

func after(at outcome.Time, seconds float64) outcome.Time {
	return at + outcome.Time(math.Round(seconds*1e6))
}

var sampleAt = outcome.Time(time.Date(2026, time.September, 23, 15, 42, 8, 350_000_000, time.UTC).UnixMicro())

// bump is a haversine of an impact: it begins at from, lasts so many seconds and sums
// up to deltaV (m/s).
func bump(t, from, lasts, deltaV float64) float64 {
	if t < from || t > from+lasts {
		return 0
	}
	sin := math.Sin(math.Pi * (t - from) / lasts)
	return 2 * deltaV / lasts * sin * sin
}

// samplePulse samples three axes from 1 s before to 2 s after.
func samplePulse(at outcome.Time, axes ...func(t float64) float64) *outcome.Pulse {
	p := &outcome.Pulse{From: after(at, -1), StepMS: 10}
	to := []*[]*float64{&p.Longitudinal, &p.Lateral, &p.Vertical}
	for i, axis := range axes {
		for n := range 301 {
			t := -1 + float64(n)/100
			v := axis(t) + 0.25*math.Sin(40*t+float64(i))
			*to[i] = append(*to[i], &v)
		}
	}
	return p
}

func ringing(t, size float64) float64 {
	if t < 0 {
		return 0
	}
	return size * math.Exp(-14*t) * math.Sin(2*math.Pi*38*t)
}

func header(at outcome.Time) outcome.Header {
	const vehicle = "sim-000042"
	return outcome.Header{Type: outcome.TypeCollision, ID: outcome.ID(vehicle, "collision", at), VehicleID: vehicle, At: at, Revision: 4}
}

var sampleThresholds = outcome.Thresholds{"trigger_kmh": 8, "trigger_window_ms": 150, "time_zero_kmh": 0.8, "end_window_ms": 20,
	"severity_moderate_kmh": 15, "severity_serious_kmh": 24, "severity_critical_kmh": 40, "impacts_apart_s": 5, "evidence_s": 30}

func speedsBefore(final float64) (out []outcome.SpeedAt) {
	for s := 30.0; s >= 0; s -= 0.5 {
		v := 52 + 9*math.Sin(s/6) + (final-52-9*math.Sin(0.1))*math.Exp(-s/1.2)
		out = append(out, outcome.SpeedAt{BeforeS: s, SpeedKmh: math.Round(v*10) / 10})
	}
	return out
}

// frontal is a full record.
func frontal() *Report {
	at := sampleAt
	dv := -65.1 / 3.6
	c := outcome.Collision{Header: header(at), State: outcome.Final, Confidence: outcome.Confirmed, HighestConfidence: outcome.Confirmed, ReportedAt: after(at, 31.2),
		Method: "collision/1", Severity: outcome.SeverityCritical, DeltaVKmh: ptr(65.2), DeltaVXKmh: ptr(-65.1), DeltaVYKmh: ptr(2.3),
		PDOFDeg: ptr(2.0), Clock: 12, Side: outcome.SideFront, SpeedAtImpactKmh: ptr(57.2), EventCount: 1, RateHz: 100,
		Evidence: []outcome.Evidence{{Kind: "airbag", At: after(at, 0.03), For: true}, {Kind: "speed_drop", At: after(at, 0.4), For: true, Value: ptr(-56.8)},
			{Kind: "standstill", At: after(at, 1.3), For: true, Value: ptr(1.3)}, {Kind: "hazards", At: after(at, 2.1), For: true},
			{Kind: "door_opened", At: after(at, 18.4), For: true}},
		Impacts: []outcome.Impact{{At: at, EndAt: after(at, 0.112), DeltaVKmh: 65.2, DeltaVXKmh: -65.1, DeltaVYKmh: 2.3, PDOFDeg: 2,
			Clock: 12, Side: outcome.SideFront, PeakMS2: 322}},
		Position: &outcome.Fix{At: after(at, -0.4), Lat: 42.81234, Lon: -1.64567, AccuracyM: ptr(4.0)},
		RecentPositions: []outcome.Fix{{At: after(at, -1.4), Lat: 42.81227, Lon: -1.64586},
			{At: after(at, -2.4), Lat: 42.81218, Lon: -1.64606}},
		PositionTrusted: true, DirectionDeg: ptr(62.0), PropulsionType: "plug_in", Passengers: ptr(2), DriverBelted: ptr(true),
		PassengerBelted: ptr(true), SpeedBefore: speedsBefore(57.2), Consents: []string{outcome.ConsentAssistance}, Thresholds: sampleThresholds}
	c.Pulse = samplePulse(at, func(t float64) float64 { return bump(t, 0, 0.112, dv) + ringing(t, 18) },
		func(t float64) float64 { return bump(t, 0.01, 0.1, 0.6) + ringing(t-0.01, 11) },
		func(t float64) float64 { return ringing(t-0.005, 26) })
	var route [][]float64
	for i := range 120 {
		d := float64(i-100) * 8
		route = append(route, []float64{42.81234 + d*4.2e-6 + d*d*4e-9, -1.64567 + d*10.8e-6})
	}
	return &Report{Collision: c, Zone: "Europe/Madrid", Route: &outcome.Route{Polyline: string(polyline.EncodeCoords(route)),
		Parts: []outcome.RoutePart{{From: 0, To: 119, Source: "raw"}}},
		Additions: []outcome.Addition{
			addition(at, 3600, outcome.AdditionAnswer, func(a *outcome.Addition) { a.Answer = outcome.AnswerAccident }),
			addition(at, 3700, outcome.AdditionNote, func(a *outcome.Addition) {
				a.Text = "The car in front braked for a pedestrian at the crossing. I could not stop in time on the wet road."
			})}}
}

func addition(at outcome.Time, seconds float64, kind outcome.AdditionKind, fill func(*outcome.Addition)) outcome.Addition {
	head := header(at)
	a := outcome.Addition{Header: head, State: outcome.Final, CollisionID: head.ID, Kind: kind}
	a.Type, a.At, a.Revision = outcome.TypeAddition, after(at, seconds), 1
	a.ID = outcome.ID(head.VehicleID, "addition/"+head.ID+"/"+string(kind), a.At)
	fill(&a)
	return a
}

// clipped side hit without a place.
func sideClipped() *Report {
	at := sampleAt
	c := outcome.Collision{Header: header(at), State: outcome.Final, Confidence: outcome.Probable, HighestConfidence: outcome.Probable, ReportedAt: after(at, 31), Method: "collision/1",
		Severity: outcome.SeveritySerious, SeverityRaisedBy: []string{"side"}, DeltaVKmh: ptr(22.4), DeltaVXKmh: ptr(-6.1), DeltaVYKmh: ptr(-21.5),
		PDOFDeg: ptr(285.8), Clock: 10, Side: outcome.SideLeft, SpeedAtImpactKmh: ptr(31.0), EventCount: 1, SensorSaturated: true, RateHz: 100,
		Flags: []string{"samples_missing", "no_vertical_axis"}, SpeedBefore: speedsBefore(31), DriverBelted: ptr(true), Thresholds: sampleThresholds,
		Evidence: []outcome.Evidence{{Kind: "yaw", At: after(at, 0.12), For: true, Value: ptr(74.0)}, {Kind: "driving_on", At: after(at, 16), Value: ptr(24.0)}},
		Impacts: []outcome.Impact{{At: at, EndAt: after(at, 0.084), DeltaVKmh: 22.4, DeltaVXKmh: -6.1, DeltaVYKmh: -21.5, PDOFDeg: 285.8, Clock: 10,
			Side: outcome.SideLeft, PeakMS2: 78, Saturated: true, SamplesMissing: true}}}
	limit := func(v float64) float64 { return max(min(v, 78.5), -78.5) }
	c.Pulse = samplePulse(at, func(t float64) float64 { return limit(bump(t, 0, 0.09, -2.4) + ringing(t, 9)) },
		func(t float64) float64 { return limit(bump(t, 0, 0.084, -7.5)) })
	c.Pulse.Lateral[107], c.Pulse.Lateral[108] = nil, nil
	return &Report{Collision: c}
}

// airbagOnly has no pulse, and little else.
func airbagOnly() *Report {
	at := sampleAt
	return &Report{Zone: "Europe/Berlin", Collision: outcome.Collision{Header: header(at), State: outcome.Final, Confidence: outcome.Confirmed, HighestConfidence: outcome.Confirmed,
		ReportedAt: after(at, 4000), Late: true, Method: "collision/1", Severity: outcome.SeverityUnknown, Side: outcome.SideUnknown,
		Flags: []string{"airbag_only"}, Evidence: []outcome.Evidence{{Kind: "airbag", At: at, For: true}}, Thresholds: sampleThresholds}}
}

// rolledOver has three impacts, photos, and long notes in three scripts.
func rolledOver() *Report {
	r := frontal()
	c := &r.Collision
	at := c.At
	c.Severity, c.SeverityRaisedBy, c.Rollover, c.EventCount = outcome.SeverityCritical, []string{"side", "rollover", "multi_event", "unbelted"}, true, 3
	c.PDOFDeg, c.Clock, c.Side, c.DeltaVKmh, c.DeltaVXKmh, c.DeltaVYKmh = ptr(74.0), 2, outcome.SideRight, ptr(33.9), ptr(-9.3), ptr(32.6)
	c.PassengerBelted, c.Passengers = ptr(false), ptr(4)
	c.Impacts = []outcome.Impact{
		{At: at, EndAt: after(at, 0.09), DeltaVKmh: 18.5, DeltaVXKmh: -18.1, DeltaVYKmh: -3.7, PDOFDeg: 348, Clock: 12, Side: outcome.SideFront, PeakMS2: 104},
		{At: after(at, 0.62), EndAt: after(at, 0.73), DeltaVKmh: 33.9, DeltaVXKmh: -9.3, DeltaVYKmh: 32.6, PDOFDeg: 74, Clock: 2, Side: outcome.SideRight, PeakMS2: 171},
		{At: after(at, 1.4), EndAt: after(at, 1.51), DeltaVKmh: 12.0, DeltaVXKmh: 11.2, DeltaVYKmh: 4.3, PDOFDeg: 159, Clock: 5, Side: outcome.SideRear, PeakMS2: 62}}
	c.Pulse = samplePulse(at, func(t float64) float64 {
		return bump(t, 0, 0.09, -5.03) + bump(t, 0.62, 0.11, -2.6) + bump(t, 1.4, 0.11, 3.1)
	},
		func(t float64) float64 {
			return bump(t, 0, 0.09, -1.03) + bump(t, 0.62, 0.11, 9.05) + bump(t, 1.4, 0.11, 1.2)
		},
		func(t float64) float64 { return ringing(t-0.62, 30) + ringing(t-1.4, 20) })
	c.Evidence = append(c.Evidence, outcome.Evidence{Kind: "rollover", At: after(at, 19), For: true})
	r.Additions = append(r.Additions,
		addition(at, 4000, outcome.AdditionNote, func(a *outcome.Addition) {
			a.Text = "Πήγαινα προς τα βόρεια. Я ехал на север, на дороге был гравий. Żółty samochód skręcił nagle w lewo. 雪 🚗\n\n" +
				strings.Repeat("The lorry came over the line in the bend, I went onto the verge and the car turned over to the right. ", 22)
		}),
		addition(at, 5000, outcome.AdditionPhoto, func(a *outcome.Addition) { a.Content, a.Text = samplePhoto(1600, 1200), "The front, from the left" }),
		addition(at, 5001, outcome.AdditionPhoto, func(a *outcome.Addition) {
			a.Content, a.Text = samplePhoto(900, 1600), strings.Repeat("The verge and the marks on it. ", 5)
		}),
		addition(at, 5002, outcome.AdditionPhoto, func(a *outcome.Addition) { a.Content = []byte("no photo") }))
	for i := range r.Additions {
		if a := &r.Additions[i]; a.Kind == outcome.AdditionPhoto {
			a.MediaType = "image/jpeg"
		}
	}
	return r
}

func samplePhoto(w, h int) []byte {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(160 + 60*y/h), uint8(190 + 40*y/h), 235, 255}
			if y > h/2 {
				c = color.RGBA{uint8(80 + 30*(x*7/w%2)), 95, 80, 255}
			}
			if dx, dy := x-w/2, 2*(y-h/2); dx*dx+dy*dy < w*w/10 {
				c = color.RGBA{170, 40, 35, 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// wheelsOnly is possible, late, and rests on the wheels.
func wheelsOnly() *Report {
	at := sampleAt
	return &Report{Zone: "Europe/Lisbon", Collision: outcome.Collision{Header: header(at), State: outcome.Final, Confidence: outcome.Possible, HighestConfidence: outcome.Possible,
		ReportedAt: after(at, 7300), Late: true, Method: "collision/1", Severity: outcome.SeverityModerate, DeltaVKmh: ptr(19.0),
		DeltaVXKmh: ptr(-19.0), DeltaVYKmh: ptr(0.0), Side: outcome.SideUnknown, SpeedAtImpactKmh: ptr(38.4), RateHz: 10,
		Flags: []string{"low_rate", "wheel_speed_only"}, SpeedBefore: speedsBefore(38.4), Thresholds: sampleThresholds,
		Evidence: []outcome.Evidence{{Kind: "driving_on", At: after(at, 15), Value: ptr(33.0)}},
		Position: &outcome.Fix{At: after(at, -40), Lat: 38.72, Lon: -9.14}, PositionTrusted: false}}
}

var samples = []struct {
	name string
	make func() *Report
}{{"frontal", frontal}, {"side_clipped", sideClipped}, {"airbag_only", airbagOnly}, {"rolled_over", rolledOver}, {"wheels_only", wheelsOnly}}
