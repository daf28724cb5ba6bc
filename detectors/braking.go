package detectors

import "milepost/outcome"

// Braking finds harsh braking in longitudinal acceleration.
type Braking struct{ e episode }

// Apply judges the estimates; findings are appended to out.
func (d *Braking) Apply(k *Kinematics, at Place, out *[]Finding) {
	for i := range k.Longitudinal {
		s := &k.Longitudinal[i]
		rel := -s.A / (brakeG * gravity * shown(s.Estimator, s.Rate))
		judge(&d.e, s, rel, gateLongitudinal, outcome.HarshBraking, at, out)
	}
}

// End reports what is open when the trip ends.
func (d *Braking) End(out *[]Finding) { d.e.finish(manoeuvre, out) }
