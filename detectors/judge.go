package detectors

import (
	"math"

	"milepost/outcome"
)

// artefactG is the most a tyre can do: beyond it a sample is a fault or a crash,
// not a manoeuvre.
const artefactG = 1.2

// judge runs one sample, whose intensity relative to its threshold is rel, through
// an episode. Samples below the speed gate or beyond what tyres can do count as calm.
func judge(e *episode, t *Thresholds, s *Sample, rel, gate float64, kind outcome.EventKind, at Place, out *[]Finding) {
	if rel < t.Release && !e.held {
		return // nearly every sample
	}
	if s.V < gate || math.Abs(s.A) > artefactG*gravity {
		rel = 0
	}
	start := at.start(s.At, Finding{Kind: kind, Estimator: s.Estimator, RateHz: s.Rate.hertz(), Speed: math.Abs(s.V)})
	e.sample(t, t.rule(), s.At, s.Step, rel, s.A, start, out)
}
