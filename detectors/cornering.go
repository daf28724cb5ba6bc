package detectors

import (
	"math"

	"milepost/outcome"
)

// Cornering finds harsh cornering, to either side, in lateral acceleration.
type Cornering struct{ e episode }

// Apply judges the estimates; findings are appended to out.
func (d *Cornering) Apply(k *Kinematics, at Place, out *[]Finding) {
	for i := range k.Lateral {
		s := &k.Lateral[i]
		rel := math.Abs(s.A) / (cornerG * gravity * shown(s.Estimator, s.Rate))
		judge(&d.e, s, rel, gateCorner, outcome.HarshCornering, at, out)
	}
}

// End reports what is open when the trip ends.
func (d *Cornering) End(out *[]Finding) { d.e.finish(manoeuvre, out) }
