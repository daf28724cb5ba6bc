package measure

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"milepost/detectors"
	"milepost/outcome/schema"
)

// Twizy is what drives of an electric car with posted limits came to.
type Twizy struct {
	Trips         int     `json:"trips"`
	DistanceM     float64 `json:"distance_m"`
	EVDistanceM   float64 `json:"ev_distance_m"`   // every metre, of an electric car
	LeastEVShare  float64 `json:"least_ev_share"`  // of the trip with the least
	OverShare     float64 `json:"over_share"`      // of the distance with a known limit, driven above it
	ColumnShare   float64 `json:"column_share"`    // the same, by the set's rows alone
	KnownM        float64 `json:"limit_known_m"`   //
	ColumnKnownM  float64 `json:"column_known_m"`  //
	Invalid       int     `json:"invalid"`         // trips that are no valid document: a NaN, a missing field
	Scoreless     int     `json:"scoreless"`       // trips without a score between 0 and 100
	EnergyAbsentN int     `json:"energy_not_told"` // trips without energy: the set has no power
}

// OfTwizy plays the drives below a folder.
func OfTwizy(ctx context.Context, dir string) (*Twizy, error) {
	all, err := recorded(ctx, "twizy", dir, detectors.DefaultThresholds())
	if err != nil {
		return nil, err
	}
	valid, err := schema.NewValidator()
	if err != nil {
		return nil, err
	}
	w := &Twizy{Trips: len(all[0].trips), LeastEVShare: 1}
	over := 0.0
	for _, o := range all[0].trips {
		w.DistanceM += o.DistanceM
		ev := 0.0
		if o.EVDistanceM != nil {
			ev = *o.EVDistanceM
		}
		w.EVDistanceM += ev
		if o.DistanceM > 0 {
			w.LeastEVShare = min(w.LeastEVShare, ev/o.DistanceM)
		}
		if o.Speeding != nil && o.OverspeedM != nil {
			w.KnownM, over = w.KnownM+o.Speeding.LimitKnownM, over+*o.OverspeedM
		}
		if p := o.Scores.Performance; p == nil || !(p.Score >= 0 && p.Score <= 100) {
			w.Scoreless++
		}
		if valid.Validate(o) != nil { // it encodes the trip, and JSON has no NaN
			w.Invalid++
		}
		if o.EnergyKwh == nil {
			w.EnergyAbsentN++
		}
	}
	w.OverShare = ratio(over, w.KnownM)
	w.ColumnShare, w.ColumnKnownM, err = twizyColumns(dir)
	return w, err
}

// ratio is 0 where there is nothing to divide by.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// notAvailable is what the set's logger writes for none.
const notAvailable = 255

// filesBelow gives the logs of a set with a folder a car, or of one car's folder.
func filesBelow(dir string) (files []string) {
	for _, below := range []string{"T*.csv", "T*/T*.csv"} {
		found, _ := filepath.Glob(filepath.Join(dir, below)) //nolint:errcheck // of a bad pattern, which none is
		files = append(files, found...)
	}
	return files
}

// twizyColumns is the share of the distance driven above the limit, as rows alone tell:
// each stands for the time since the one before, at its own speed.
func twizyColumns(dir string) (share, known float64, err error) {
	over := 0.0
	for _, path := range filesBelow(dir) {
		last := math.NaN()
		err := table(path, ',', func(c cells) error {
			at, err := time.Parse("1/2/2006 15:04:05", c.text("Date")+" "+c.text("Time"))
			if err != nil {
				return nil //nolint:nilerr // the set has some rows without a time
			}
			now := float64(at.Unix())
			step := now - last
			last = now
			v, limit := c.number("Speed"), c.number("SpeedLimit")
			if !(step > 0 && step <= 5) || !(v >= 0 && v < notAvailable) || !(limit > 0 && limit < notAvailable) {
				return nil
			}
			known += v / 3.6 * step
			if v > limit {
				over += v / 3.6 * step
			}
			return nil
		}, "Date", "Time", "Speed", "SpeedLimit")
		if err != nil {
			return 0, 0, fmt.Errorf("measure twizy: %w", err)
		}
	}
	return ratio(over, known), known, nil
}
