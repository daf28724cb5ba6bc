package detectors

import (
	"math"

	"milepost/outcome"
)

// Peaks finds harsh manoeuvres in a motion track that holds each interval's peak:
// consecutive samples at or above the threshold on either axis are one event, named by
// the axis that is larger at its peak. Without a waveform there is no shortest duration
// to apply, and a speed gate only where the thresholds set one.
type Peaks struct{ e episode }

// peakRule has no hysteresis: one calm sample ends the event.
var peakRule = rule{shortest: 0, merge: 1500 * millisecond, release: 1}

// rounding is what a float32 column may take from a peak that meets the threshold.
const rounding = 1e-6

// Apply judges the peaks; findings are appended to out.
func (d *Peaks) Apply(k *Kinematics, t *Thresholds, at Place, out *[]Finding) {
	for i := range k.Peaks {
		p := &k.Peaks[i]
		kind, value := p.worse()
		rel := math.Abs(value) / (t.Peaks.Levels[0] * gravity)
		if !(rel >= 1-rounding) || math.Abs(p.V) < t.Peaks.Gate {
			d.e.finish(t, peakRule, out)
			continue
		}
		rel = max(rel, 1)
		worst := rel > d.e.peakRel
		start := at.start(p.At, Finding{Kind: kind, Estimator: MotionPeak, RateHz: 1, Speed: math.Abs(p.V)})
		d.e.sample(t, peakRule, p.At, p.Step, rel, value, start, out)
		if worst {
			d.e.f.Kind = kind
		}
	}
}

// End reports what is open when the trip ends.
func (d *Peaks) End(t *Thresholds, out *[]Finding) { d.e.finish(t, peakRule, out) }

// worse gives the larger of the two axes; an absent axis is never larger.
func (p *Peak) worse() (outcome.EventKind, float64) {
	if math.Abs(p.Leftward) > math.Abs(p.Forward) || math.IsNaN(p.Forward) {
		return outcome.HarshCornering, p.Leftward
	}
	if p.Forward < 0 {
		return outcome.HarshBraking, p.Forward
	}
	return outcome.HarshAcceleration, p.Forward
}
