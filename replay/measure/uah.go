package measure

import (
	"context"
	"fmt"
	"slices"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/scoring/events"
)

// UAH is what the drives of UAH-DriveSet came to: normal, drowsy and aggressive ones of
// the same drivers on the same roads.
type UAH struct {
	Drives       int       `json:"drives"`
	Scored       int       `json:"scored"`             // that are one trip
	AUC          *float64  `json:"auc"`                // of the score, aggressive against the others; null without both
	Ways         int       `json:"ways"`               // pairs of driver and road with both normal and aggressive drives
	WaysOK       int       `json:"ways_ok"`            // on which every normal drive scores above every aggressive one
	Closest      *float64  `json:"closest"`            // points between the two on the closest way
	Table        string    `json:"table"`              // of the thresholds behind the events
	EventsKnown  int       `json:"drives_with_events"` // that have the set's own list; the others' events are not compared
	Events       Pairs     `json:"events"`             // against levels 2 and 3 of the set's own, level 1 ignored
	Braking      Pairs     `json:"braking"`            //
	Cornering    Pairs     `json:"cornering"`          //
	Acceleration Pairs     `json:"acceleration"`
	Trips        []UAHTrip `json:"trips"`
}

// UAHTrip is one drive's score.
type UAHTrip struct {
	Name         string  `json:"name"`
	Score        float64 `json:"score"`
	Acceleration float64 `json:"acceleration"`
	Braking      float64 `json:"braking"`
}

// uahSlackS is how far an event may be from the moment that the set names: that is the
// time of a peak, by another clock's filter.
const uahSlackS = 2

// OfUAH plays the drives below a folder. A nil table is the one that comes with
// milepost for this set.
func OfUAH(ctx context.Context, dir string, by *detectors.Thresholds) (*UAH, error) {
	if by == nil {
		var err error
		if by, err = events.Parse("uah-level-2.yaml", events.UAHLevel2); err != nil {
			return nil, err
		}
	}
	drives, err := uahDrives(dir)
	if err != nil {
		return nil, fmt.Errorf("measure uah: %w", err)
	}
	all, err := recorded(ctx, "uah", dir, detectors.DefaultThresholds(), by)
	if err != nil {
		return nil, err
	}
	u := &UAH{Drives: len(drives), Table: by.Name}
	u.score(drives, all[0].trips)
	u.pair(drives, all[1].events)
	return u, nil
}

// score compares the scores of styles, over all and way by way.
func (u *UAH) score(drives []uahDrive, trips []*outcome.Trip) {
	type way struct{ normal, aggressive []float64 }
	ways := map[string]*way{}
	var aggressive, others []float64
	for i := range drives {
		d := &drives[i]
		o := onlyTrip(d, trips)
		if o == nil || o.Scores.Performance == nil {
			continue
		}
		u.Scored++
		p := o.Scores.Performance
		u.Trips = append(u.Trips, UAHTrip{Name: d.name, Score: p.Score, Acceleration: p.Acceleration, Braking: p.Braking})
		w := ways[d.driver+" "+d.road]
		if w == nil {
			w = &way{}
			ways[d.driver+" "+d.road] = w
		}
		switch d.style {
		case "AGGRESSIVE":
			aggressive, w.aggressive = append(aggressive, p.Score), append(w.aggressive, p.Score)
		case "NORMAL":
			others, w.normal = append(others, p.Score), append(w.normal, p.Score)
		default:
			others = append(others, p.Score)
		}
	}
	if len(others) > 0 && len(aggressive) > 0 {
		a := auc(others, aggressive)
		u.AUC = &a
	}
	for _, w := range ways {
		if len(w.normal) == 0 || len(w.aggressive) == 0 {
			continue
		}
		u.Ways++
		margin := slices.Min(w.normal) - slices.Max(w.aggressive)
		if margin > 0 {
			u.WaysOK++
		}
		if u.Closest == nil || margin < *u.Closest {
			u.Closest = &margin
		}
	}
}

// onlyTrip is the trip of a drive; nil where there is none, or several.
func onlyTrip(d *uahDrive, trips []*outcome.Trip) (found *outcome.Trip) {
	for _, o := range trips {
		if !d.has(o.VehicleID, o.StartedAt) && !d.has(o.VehicleID, o.EndedAt) {
			continue
		}
		if found != nil {
			return nil
		}
		found = o
	}
	return found
}

// pair holds the events found against those of the set.
func (u *UAH) pair(drives []uahDrive, found []*outcome.Event) {
	var truth, marks []mark
	for i := range drives {
		if !drives[i].eventsKnown {
			continue
		}
		u.EventsKnown++
		for _, m := range drives[i].truth {
			m.drive = i
			truth = append(truth, m)
		}
		for _, e := range found {
			if e.Kind != outcome.KindSpeeding && drives[i].has(e.VehicleID, e.StartedAt) {
				from := float64(e.StartedAt) / 1e6
				marks = append(marks, mark{drive: i, kind: string(e.Kind), from: from, to: from + e.DurationS, level: e.Level})
			}
		}
	}
	u.Events = pair(truth, marks, uahSlackS)
	for kind, to := range map[outcome.EventKind]*Pairs{
		outcome.HarshBraking: &u.Braking, outcome.HarshCornering: &u.Cornering, outcome.HarshAcceleration: &u.Acceleration,
	} {
		other := func(m mark) bool { return m.kind != string(kind) }
		*to = pair(slices.DeleteFunc(slices.Clone(truth), other), slices.DeleteFunc(slices.Clone(marks), other), uahSlackS)
	}
}
