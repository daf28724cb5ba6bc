package detectors

import "milepost/outcome"

// Acceleration finds harsh acceleration in longitudinal acceleration.
type Acceleration struct{ e episode }

// Apply judges the estimates; findings are appended to out.
func (d *Acceleration) Apply(k *Kinematics, at Place, out *[]Finding) {
	for i := range k.Longitudinal {
		s := &k.Longitudinal[i]
		rel := s.A / (accelThreshold(s.V) * shown(s.Estimator, s.Rate))
		judge(&d.e, s, rel, gateLongitudinal, outcome.HarshAcceleration, at, out)
	}
}

// End reports what is open when the trip ends.
func (d *Acceleration) End(out *[]Finding) { d.e.finish(manoeuvre, out) }
