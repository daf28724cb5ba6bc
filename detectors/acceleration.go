package detectors

import "milepost/outcome"

// Acceleration finds harsh acceleration in longitudinal acceleration.
type Acceleration struct{ e episode }

// Apply judges the estimates; findings are appended to out.
func (d *Acceleration) Apply(k *Kinematics, t *Thresholds, at Place, out *[]Finding) {
	for i := range k.Longitudinal {
		s := &k.Longitudinal[i]
		rel := s.A / (t.acceleration(s.V) * shown(s.Estimator, s.Rate))
		judge(&d.e, t, s, rel, t.Acceleration.Gate, outcome.HarshAcceleration, at, out)
	}
}

// End reports what is open when the trip ends.
func (d *Acceleration) End(t *Thresholds, out *[]Finding) { d.e.finish(t, t.rule(), out) }
