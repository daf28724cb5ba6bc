package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
	"milepost/report"
	"milepost/scoring"
	"milepost/scoring/advice"
	"milepost/scoring/coaching"
)

type explainTripCmd struct{ explaining }

// Run explains a trip.
func (c *explainTripCmd) Run(ctx context.Context, out *terminal) error {
	return c.run(ctx, out, outcome.TypeTrip, func(_ context.Context, _ source, o outcome.Outcome) (*explanation, error) {
		return explainTrip(o.(*outcome.Trip))
	})
}

func explainTrip(o *outcome.Trip) (*explanation, error) {
	e := &explanation{title: fmt.Sprintf("Trip %s of %s, revision %d (%s)", o.ID, clip(o.VehicleID, 24), o.Revision, o.State)}
	e.sections = append(e.sections, driveSection(o), sourceSection(o), speedingSection(o))
	if p := o.Scores.Performance; p != nil {
		e.sections = append(e.sections, performanceSection(p),
			section{title: "Inputs of the score", lines: numbers(o.Receipt.Inputs)},
			section{title: "Thresholds and references of the score", note: eventsNote(o), lines: numbers(o.Receipt.Thresholds)})
		again, err := scoring.FromReceipt(o.Receipt)
		if err := e.compare("performance", "the receipt", o.Receipt.Method, p, again, err); err != nil {
			return nil, err
		}
	}
	if o.Scores.Performance != nil && o.Receipt.Method == scoring.Method {
		if err := e.stated("performance", o.Receipt.Method, o.Receipt.Thresholds, scoring.ReceiptThresholds()); err != nil {
			return nil, err
		}
	}
	if o.Coaching == nil {
		return e, nil
	}
	return e, e.coaching(o.Coaching)
}

func driveSection(o *outcome.Trip) section {
	lines := []explainLine{
		{"distance_m", shownNumber(o.DistanceM), "by " + o.DistanceSource},
		{"duration_s", shownNumber(o.DurationS), meaningOf("duration_s")},
		{"driving_s", shownNumber(o.DrivingS), meaningOf("driving_s")},
	}
	for source, metres := range o.Receipt.Distances {
		lines = append(lines, explainLine{"distances_m." + source, shownNumber(metres), meaningOf("distances_m." + source)})
	}
	sortLines(lines[3:])
	s := section{title: "The drive", note: span(o.StartedAt, o.EndedAt, o.Zone), lines: lines}
	if len(o.Receipt.Flags) > 0 {
		s.note += "\nflags: " + strings.Join(o.Receipt.Flags, ", ")
	}
	return s
}

// span says from when to when, as all times of an explanation in UTC, and where local lists
// have it.
func span(from, to outcome.Time, zone string) string {
	const layout = "2006-01-02 15:04:05Z"
	return fmt.Sprintf("%s to %s\nlocal start: %s (%s)", from.Std().Format(layout), to.Std().Format(layout), localTime(from, zone), report.Plain(zone))
}

// speedingSection says what a share above the limit is made of, which an insurer's exposure
// takes from the trip.
func speedingSection(o *outcome.Trip) section {
	s := section{title: "Speeding", note: "No limit is known."}
	if o.Speeding == nil {
		return s
	}
	s.note = ""
	inputs := map[string]float64{"limit_known_m": o.Speeding.LimitKnownM, "limit_known_s": o.Speeding.LimitKnownS,
		"over_0_m": o.Speeding.Over0M, "over_10_m": o.Speeding.Over10M, "over_20_m": o.Speeding.Over20M}
	for source, metres := range o.Speeding.BySourceM {
		inputs["by_source_m."+source] = metres
	}
	for name, x := range map[string]*float64{"overspeed_m": o.OverspeedM, "overspeed_s": o.OverspeedS} {
		if x != nil {
			inputs[name] = *x
		}
	}
	s.lines = numbers(inputs)
	return s
}

// sourceSection says which samples and which map it comes from.
func sourceSection(o *outcome.Trip) section {
	s := section{title: "What it comes from", note: "No map was asked."}
	if m := o.Receipt.Map; m != nil {
		s.note = fmt.Sprintf("Map: %s, version %s, by %s.", m.Service, m.Version, m.Method)
	}
	for _, t := range o.Receipt.Tracks {
		meaning := fmt.Sprintf("samples at %g Hz, %s to %s", t.RateHz, t.From.Std().Format("15:04:05"), t.To.Std().Format("15:04:05Z"))
		if t.Gaps > 0 {
			meaning += fmt.Sprintf(", %s of %g s", english.Plural(t.Gaps, "gap", ""), t.GapS)
		}
		s.lines = append(s.lines, explainLine{"track " + t.Track, fmt.Sprint(t.Samples), meaning})
	}
	return s
}

func performanceSection(p *outcome.Performance) section {
	s := section{title: "Performance", lines: []explainLine{
		{"score", shownNumber(p.Score), "the mean of the two below"},
		{"acceleration", shownNumber(p.Acceleration), "weight 0.5"},
		{"braking", shownNumber(p.Braking), "weight 0.5"},
	}}
	if p.ConstantSpeed != nil {
		s.lines = append(s.lines, explainLine{"constant_speed", shownNumber(*p.ConstantSpeed), "weight 0: shown beside the score"})
	}
	if p.LowConfidence {
		s.note = "Low confidence: the trip is short, or little of it could be judged."
	}
	return s
}

func eventsNote(o *outcome.Trip) string {
	if o.Receipt.Events == "" {
		return ""
	}
	return "Harsh events by the table " + o.Receipt.Events + "."
}

// coaching explains what a trip tells its driver.
func (e *explanation) coaching(c *outcome.Coaching) error {
	if c.Advice != nil {
		e.Tip, _ = advice.Text(advice.English, c.Advice.Message, c.Advice.Params)
	}
	e.sections = append(e.sections, observed(c),
		section{title: "Inputs of the coaching (" + string(c.Kind) + ")", lines: numbers(c.Inputs)},
		section{title: "Thresholds of the coaching", lines: numbers(c.Thresholds)})
	again, err := coaching.FromReceipt(c)
	figures := func(c *outcome.Coaching) any {
		return outcome.Coaching{Kind: c.Kind, Method: c.Method, Modes: c.Modes, LPer100Km: c.LPer100Km, KwhPer100Km: c.KwhPer100Km,
			BrakingKwh: c.BrakingKwh, RecoveredShare: c.RecoveredShare}
	}
	if err := e.compare("coaching", "its inputs", c.Method, figures(c), figures(&again), err); err != nil {
		return err
	}
	if c.Method == coaching.Method {
		if err := e.stated("coaching", c.Method, c.Thresholds, advice.Thresholds()); err != nil {
			return err
		}
	}
	type compared struct {
		Usual  *outcome.Usual  `json:"usual,omitempty"`
		Advice *outcome.Advice `json:"advice,omitempty"`
	}
	usual, tip, err := advice.FromReceipt(c)
	if c.Usual == nil && c.Advice == nil && usual == nil && tip == nil && err == nil {
		return nil // there is nothing to compare with, and nothing to say
	}
	return e.compare("usual and advice", "its inputs", c.Method, compared{c.Usual, c.Advice}, compared{usual, tip}, err)
}

func observed(c *outcome.Coaching) section {
	s := section{title: "Observations"}
	for i := range c.Observations {
		o := &c.Observations[i]
		said, ok := advice.Text(advice.English, o.Message, o.Params)
		if !ok {
			said = o.Message
		}
		verdict := "bad"
		if o.Good {
			verdict = "good"
		}
		s.lines = append(s.lines, explainLine{o.At.Std().Format("15:04:05Z") + " " + o.Message, fmt.Sprintf("%s %.2f", verdict, o.Severity), said})
	}
	if len(s.lines) == 0 {
		s.note = "None."
	}
	return s
}
