package report

import (
	"math"

	"pgregory.net/rapid"

	"milepost/outcome"
)

// number is any float, and often a likely one.
func number() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64Range(-400, 400), rapid.Float64(),
		rapid.SampledFrom([]float64{0, 1e-300, 1e300, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64}))
}

func maybe[T any](g *rapid.Generator[T]) *rapid.Generator[*T] { return rapid.Ptr(g, true) }

func instants() *rapid.Generator[outcome.Time] {
	return rapid.Custom(func(t *rapid.T) outcome.Time {
		// Years that a date has four digits in.
		return outcome.Time(rapid.OneOf(rapid.Int64Range(-3e6, 40e6).AsAny(), rapid.Int64Range(-62e15, 253e15).AsAny()).Draw(t, "time").(int64)) +
			sampleAt*outcome.Time(rapid.IntRange(0, 1).Draw(t, "near"))
	})
}

func words(likely ...string) *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(append(likely, hostile)), rapid.String())
}

var sideWords = words("front", "right", "rear", "left", "unknown")

func drawImpact(t *rapid.T) outcome.Impact {
	n := func(name string) float64 { return number().Draw(t, name) }
	return outcome.Impact{At: instants().Draw(t, "at"), EndAt: instants().Draw(t, "end"), DeltaVKmh: n("dv"), DeltaVXKmh: n("dvx"), DeltaVYKmh: n("dvy"),
		PDOFDeg: n("pdof"), Clock: rapid.Int().Draw(t, "clock"), Side: outcome.Side(sideWords.Draw(t, "side")), PeakMS2: n("peak")}
}

func drawFix(t *rapid.T) outcome.Fix {
	return outcome.Fix{At: instants().Draw(t, "at"), Lat: number().Draw(t, "lat"), Lon: number().Draw(t, "lon"), AccuracyM: maybe(number()).Draw(t, "accuracy")}
}

func drawEvidence(t *rapid.T) outcome.Evidence {
	kinds := words("airbag", "speed_drop", "standstill", "hazards", "door_opened", "yaw", "rollover", "driving_on")
	return outcome.Evidence{Kind: kinds.Draw(t, "kind"), At: instants().Draw(t, "at"), For: rapid.Bool().Draw(t, "for"), Value: maybe(number()).Draw(t, "value")}
}

func drawPulse(t *rapid.T) outcome.Pulse {
	axis := rapid.SliceOfN(maybe(number()), 0, 500)
	return outcome.Pulse{From: instants().Draw(t, "from"), StepMS: rapid.OneOf(rapid.Float64Range(1, 50), number()).Draw(t, "step"),
		Longitudinal: axis.Draw(t, "x"), Lateral: axis.Draw(t, "y"), Vertical: axis.Draw(t, "z")}
}

func drawAddition(t *rapid.T) outcome.Addition {
	kind := outcome.AdditionKind(words("answer", "note", "photo").Draw(t, "kind"))
	return addition(sampleAt, rapid.Float64Range(0, 1e6).Draw(t, "after"), kind, func(a *outcome.Addition) {
		a.Answer, a.Text = outcome.Answer(words("accident", "no_accident").Draw(t, "answer")), words().Draw(t, "text")
		a.Content = rapid.OneOf(rapid.Just(tinyPhoto), rapid.SliceOf(rapid.Byte())).Draw(t, "content")
	})
}

var tinyPhoto = samplePhoto(30, 20)

func drawReport(t *rapid.T) *Report {
	n := func(name string) *float64 { return maybe(number()).Draw(t, name) }
	c := outcome.Collision{Header: header(sampleAt)}
	c.At, c.ReportedAt = instants().Draw(t, "at"), instants().Draw(t, "reported")
	c.State, c.Confidence = outcome.State(words("open", "final").Draw(t, "state")), outcome.Confidence(words("possible", "confirmed").Draw(t, "sure"))
	c.Severity, c.Side = outcome.Severity(words("critical", "unknown").Draw(t, "severity")), outcome.Side(sideWords.Draw(t, "side"))
	c.SeverityRaisedBy, c.Flags = rapid.SliceOf(words("side", "rollover")).Draw(t, "raised"), rapid.SliceOf(words("low_rate", "wheel_speed_only")).Draw(t, "flags")
	c.DeltaVKmh, c.DeltaVXKmh, c.DeltaVYKmh, c.PDOFDeg = n("dv"), n("dvx"), n("dvy"), n("pdof")
	c.Clock, c.EventCount = rapid.OneOf(rapid.IntRange(0, 12), rapid.Int()).Draw(t, "clock"), rapid.Int().Draw(t, "count")
	c.SpeedAtImpactKmh, c.DirectionDeg, c.RateHz = n("speed"), n("direction"), number().Draw(t, "rate")
	c.Late, c.Rollover, c.SensorSaturated = rapid.Bool().Draw(t, "late"), rapid.Bool().Draw(t, "rollover"), rapid.Bool().Draw(t, "saturated")
	c.Evidence, c.Impacts = rapid.SliceOf(rapid.Custom(drawEvidence)).Draw(t, "evidence"), rapid.SliceOf(rapid.Custom(drawImpact)).Draw(t, "impacts")
	c.Position, c.RecentPositions = maybe(rapid.Custom(drawFix)).Draw(t, "position"), rapid.SliceOfN(rapid.Custom(drawFix), 0, 3).Draw(t, "recent")
	c.Passengers, c.DriverBelted = maybe(rapid.Int()).Draw(t, "seats"), maybe(rapid.Bool()).Draw(t, "belted")
	for range rapid.IntRange(0, 80).Draw(t, "speeds") {
		c.SpeedBefore = append(c.SpeedBefore, outcome.SpeedAt{BeforeS: rapid.OneOf(rapid.Float64Range(0, 30), number()).Draw(t, "before"), SpeedKmh: number().Draw(t, "speed")})
	}
	c.Pulse = maybe(rapid.Custom(drawPulse)).Draw(t, "pulse")
	c.Thresholds = rapid.MapOf(words(), number()).Draw(t, "thresholds")
	r := &Report{Collision: c, Zone: words("Europe/Madrid", "").Draw(t, "zone"), Notice: words("").Draw(t, "notice"),
		Additions: rapid.SliceOf(rapid.Custom(drawAddition)).Draw(t, "additions")}
	r.Route = &outcome.Route{Polyline: words("_p~iF~ps|U_ulLnnqC_mqNvxq`@").Draw(t, "line"),
		Parts: []outcome.RoutePart{{From: rapid.Int().Draw(t, "from"), To: rapid.Int().Draw(t, "to")}}}
	return r
}
