package detectors

import (
	"math"

	"milepost/outcome"
)

// Cornering finds harsh cornering, to either side, in lateral acceleration.
type Cornering struct{ e episode }

// Apply judges the estimates; findings are appended to out.
func (d *Cornering) Apply(k *Kinematics, t *Thresholds, at Place, out *[]Finding) {
	for i := range k.Lateral {
		s := &k.Lateral[i]
		rel := math.Abs(s.A) / (t.Cornering.Levels[0] * gravity * shown(s.Estimator, s.Rate))
		judge(&d.e, t, s, rel, t.Cornering.Gate, outcome.HarshCornering, at, out)
	}
}

// End reports what is open when the trip ends.
func (d *Cornering) End(t *Thresholds, out *[]Finding) { d.e.finish(t, t.rule(), out) }
