package measure

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"milepost/detectors"
	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/telemetry"
)

// Rates are the scores of the same simulated drives as sensors of several rates saw them.
type Rates struct {
	Drives  int     `json:"drives"`   // that every rate made one trip of, at least 1 km long
	Worst   float64 `json:"worst"`    // points between the highest and the lowest score of one drive
	Within3 float64 `json:"within_3"` // share of drives on which that is at most 3 points
	Mean    float64 `json:"mean"`     // of it
	// WorstShort is the worst of the drives under 1 km, whose scores are flagged as of low
	// confidence.
	WorstShort float64   `json:"worst_short"`
	Short      int       `json:"short"`
	WorstOf    []float64 `json:"worst_scores"` // of the worst drive, in the order of the events' rates
}

// driveAt is a true trip.
type driveAt struct {
	vehicle string
	start   int64 // µs
}

// drivesSeen are the trips that each pair of rates made of a drive.
type drivesSeen map[driveAt]*[len(sensings)]*outcome.Trip

// add takes the trips that meet a true one at both ends.
func (d drivesSeen) add(sensing int, truth fixtures.Truth, trips []*outcome.Trip) {
	for _, tr := range truth.Trips {
		for _, o := range trips {
			if !near(int64(o.StartedAt), tr.Start) || !near(int64(o.EndedAt), tr.End) {
				continue
			}
			at := driveAt{o.VehicleID, tr.Start}
			if d[at] == nil {
				d[at] = &[len(sensings)]*outcome.Trip{}
			}
			d[at][sensing] = o
		}
	}
}

// near is within what boundaries may be off, 5 s.
func near(a, b int64) bool { return math.Abs(float64(a-b)) < 5e6 }

func (d drivesSeen) compare() (r Rates) {
	order := slices.SortedFunc(maps.Keys(d), func(a, b driveAt) int {
		return cmp.Or(cmp.Compare(a.vehicle, b.vehicle), cmp.Compare(a.start, b.start))
	})
	for _, at := range order {
		if scores, metres := scoresOf(d[at]); scores != nil {
			r.add(scores, metres)
		}
	}
	if r.Drives > 0 {
		r.Mean, r.Within3 = r.Mean/float64(r.Drives), r.Within3/float64(r.Drives)
	}
	return r
}

// scoresOf gives the scores of a drive that came out at every rate, and its shortest length.
func scoresOf(seen *[len(sensings)]*outcome.Trip) (scores []float64, metres float64) {
	metres = math.Inf(1)
	for _, o := range seen {
		if o == nil || o.Scores.Performance == nil {
			return nil, 0
		}
		scores, metres = append(scores, o.Scores.Performance.Score), min(metres, o.DistanceM)
	}
	return scores, metres
}

func (r *Rates) add(scores []float64, metres float64) {
	spread := slices.Max(scores) - slices.Min(scores)
	if metres < 1000 {
		r.Short++
		r.WorstShort = max(r.WorstShort, spread)
		return
	}
	r.Drives++
	r.Mean += spread
	if spread <= 3 {
		r.Within3++
	}
	if spread >= r.Worst {
		r.Worst, r.WorstOf = spread, scores
	}
}

// playVehicle plays a simulated vehicle from its first frame to its last.
func playVehicle(v *fixtures.Vehicle) (played, error) {
	frames := func(yield func(*telemetry.Frame, error) bool) {
		for f := range v.Frames() {
			if !yield(f, nil) {
				return
			}
		}
	}
	return play([]fleet.Profile{v.Profile()}, detectors.DefaultThresholds(), frames)
}
