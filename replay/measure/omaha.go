package measure

import (
	"context"
	"fmt"
	"math"

	"milepost/detectors"
	"milepost/outcome"
)

// Omaha is what naturalistic drives with each second's peak acceleration came to,
// against the events that their own rule gives.
type Omaha struct {
	Trips  int    `json:"trips"`
	Table  string `json:"table"`
	Events Pairs  `json:"events"`
}

// omahaKind stands for all kinds: the set's rule does not tell them apart.
const omahaKind = "harsh"

// OfOmaha plays the drives of a file. A nil table is the default one: its levels
// of held peaks are those of the set, 0.35, 0.45 and 0.60 g.
func OfOmaha(ctx context.Context, path string, by *detectors.Thresholds) (*Omaha, error) {
	if by == nil {
		by = detectors.DefaultThresholds()
	}
	truth, err := omahaTruth(path)
	if err != nil {
		return nil, fmt.Errorf("measure omaha: %w", err)
	}
	all, err := recorded(ctx, "omaha", path, by)
	if err != nil {
		return nil, err
	}
	o := &Omaha{Trips: len(all[0].trips), Table: by.Name}
	var found []mark
	for _, e := range all[0].events {
		if e.Kind == outcome.KindSpeeding {
			continue
		}
		from := float64(e.StartedAt) / 1e6
		found = append(found, mark{kind: omahaKind, from: from, to: from + e.DurationS, level: e.Level})
	}
	o.Events = pair(truth, found, 0.5)
	return o, nil
}

// omahaTruth joins consecutive seconds whose larger horizontal peak is 0.35 g or more.
func omahaTruth(path string) (out []mark, err error) {
	last := ""
	err = table(path, ',', func(c cells) error {
		peak := math.Max(math.Abs(c.number("accel_x")), math.Abs(c.number("accel_y")))
		at := c.number("time_utc")
		if math.IsNaN(at) || !(peak >= 0.35) {
			return nil
		}
		level := map[string]int{"low": 1, "med": 2, "high": 3}[c.text("accel_event_cat")]
		drive := c.text("drive")
		if n := len(out); n > 0 && last == drive && at-out[n-1].to < 1.5 {
			out[n-1].to, out[n-1].level = at, max(out[n-1].level, level)
			return nil
		}
		last = drive
		out = append(out, mark{kind: omahaKind, from: at, to: at, level: level, counts: true})
		return nil
	}, "accel_x", "accel_y", "time_utc", "accel_event_cat", "drive")
	return out, err
}
