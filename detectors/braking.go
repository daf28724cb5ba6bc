package detectors

import "milepost/outcome"

// Braking finds harsh braking in longitudinal acceleration.
type Braking struct{ e episode }

// Apply judges the estimates; findings are appended to out.
func (d *Braking) Apply(k *Kinematics, t *Thresholds, at Place, out *[]Finding) {
	for i := range k.Longitudinal {
		s := &k.Longitudinal[i]
		rel := -s.A / (t.Braking.Levels[0] * gravity * shown(s.Estimator, s.Rate))
		judge(&d.e, t, s, rel, t.Braking.Gate, outcome.HarshBraking, at, out)
	}
}

// End reports what is open when the trip ends.
func (d *Braking) End(t *Thresholds, out *[]Finding) { d.e.finish(t, t.rule(), out) }
