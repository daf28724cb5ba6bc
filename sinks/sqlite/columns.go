package sqlite

import (
	"fmt"
	"time"

	"milepost/outcome"
)

func tripColumns(args []any, t *outcome.Trip) []any {
	var score, lowConfidence, known any
	if p := t.Scores.Performance; p != nil {
		score, lowConfidence = p.Score, truth(p.LowConfidence)
	}
	if t.Speeding != nil {
		known = t.Speeding.LimitKnownM
	}
	args = append(args, t.AccountID, t.DriverID, int64(t.StartedAt), int64(t.EndedAt), t.Zone, t.LocalDate,
		t.DistanceM, t.DurationS, number(t.EVDistanceM), score, lowConfidence, truth(t.Partial),
		int64(t.Counts.HarshBraking), int64(t.Counts.HarshAcceleration), int64(t.Counts.HarshCornering),
		int64(t.Counts.Speeding), number(t.OverspeedM), known)
	if t.Coaching == nil {
		return append(args, nil, nil, nil)
	}
	return append(args, number(t.Coaching.LPer100Km), number(t.Coaching.KwhPer100Km), adviceOf(t.Coaching))
}

func adviceOf(c *outcome.Coaching) any {
	if c.Advice == nil {
		return nil
	}
	return string(c.Advice.Cause)
}

func factorColumns(args []any, f *outcome.Factor) ([]any, error) {
	end, err := time.Parse(time.DateOnly, f.To)
	if err != nil {
		return args, fmt.Errorf("to is %q: must be a date, YYYY-MM-DD", f.To)
	}
	return append(args, string(f.Product), f.PolicyID, string(f.Stage), f.From, f.To, end.UnixMicro(), number(f.Factor)), nil
}
