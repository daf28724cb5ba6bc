package detectors

import (
	"cmp"
	"math"
	"slices"

	"milepost/outcome"
)

// AirbagAt is a collision of which only an airbag tells, at a time in µs.
func AirbagAt(at int64) Collision {
	return Collision{
		At: at, Seen: at, Confidence: outcome.Confirmed, Severity: outcome.SeverityUnknown, Flags: []string{"airbag_only"},
		Evidence: []Evidence{{Airbag, at, math.NaN()}}, SpeedAtImpact: math.NaN(),
	}
}

// MergeCollisions makes one of what was found of one collision in parts: as samples came,
// or late. There is at least one. Impacts that overlap are one, of evidence there is one
// of a kind, and confidence and severity are weighed anew. The first part with the most of
// a pulse tells the rest. Merging the same again changes nothing.
func MergeCollisions(parts []Collision) Collision {
	out := *fullest(parts)
	x := &crash{at: out.At, rate: out.RateHz, speed: out.SpeedAtImpact}
	flags, best := []string(nil), 0
	for i := range parts {
		p := &parts[i]
		out.Seen, out.Open, out.Rollover = max(out.Seen, p.Seen), out.Open || p.Open, out.Rollover || p.Rollover
		best = max(best, slices.Index(confidences[:], p.Confidence))
		flags = append(flags, p.Flags...)
		for _, im := range p.Impacts {
			x.impacts = withImpact(x.impacts, im)
		}
		for _, e := range p.Evidence {
			x.prove(e.Kind, e.At, e.Value)
		}
	}
	out.Impacts, out.Evidence, out.Flags = x.impacts, x.evidence, mergedFlags(flags, x.impacts)
	x.wheels = slices.Contains(out.Flags, "wheel_speed_only")
	out.Saturated = slices.ContainsFunc(x.impacts, func(i Impact) bool { return i.Saturated })
	out.Severity, out.RaisedBy = severity(x.impacts, out.Rollover, out.Aboard)
	if out.Confidence = x.confidence(); !x.has(DrivingOn) {
		out.Confidence = confidences[max(best, slices.Index(confidences[:], out.Confidence))]
	}
	return out
}

// fullest is the first part with the most of a pulse, or else with the most impacts, or
// else the first.
func fullest(parts []Collision) *Collision {
	samples := func(c *Collision) (n int) {
		if c.Pulse != nil {
			for _, a := range c.Pulse.Longitudinal {
				if a == a {
					n++
				}
			}
		}
		return n
	}
	best := &parts[0]
	for i := range parts {
		p := &parts[i]
		if cmp.Or(cmp.Compare(samples(p), samples(best)), cmp.Compare(len(p.Impacts), len(best.Impacts))) > 0 {
			best = p
		}
	}
	return best
}

// clearlyHarder is how much harder one of two impacts that are one must be to replace
// the other: less may be what the sensor's offset was taken to be.
const clearlyHarder = 1.1

// withImpact puts an impact at its place in time. Of two that overlap the one stays of
// which nothing is missing, or else the first, but for one that is clearly harder: the
// other was cut off.
func withImpact(all []Impact, im Impact) []Impact {
	for i := range all {
		o := &all[i]
		if im.At > o.End || im.End < o.At {
			continue
		}
		whole := !im.SamplesMissing && o.SamplesMissing
		if same := im.SamplesMissing == o.SamplesMissing; whole || same && im.DeltaV() > o.DeltaV()*clearlyHarder {
			*o = im
		}
		return all
	}
	all = append(all, im)
	slices.SortFunc(all, func(a, b Impact) int { return cmp.Compare(a.At, b.At) })
	return all
}

// mergedFlags are those of parts that still hold.
func mergedFlags(all []string, impacts []Impact) []string {
	slices.Sort(all)
	out := slices.DeleteFunc(slices.Compact(all), func(flag string) bool {
		switch flag {
		case "airbag_only":
			return len(impacts) > 0 || slices.Contains(all, "wheel_speed_only")
		case "wheel_speed_only":
			return len(impacts) > 0
		case "samples_missing":
			return !slices.ContainsFunc(impacts, func(i Impact) bool { return i.SamplesMissing })
		}
		return false
	})
	if len(out) == 0 {
		return nil
	}
	return out
}
