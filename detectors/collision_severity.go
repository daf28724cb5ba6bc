package detectors

import "milepost/outcome"

// Where the bands of delta-V begin, m/s.
const (
	moderateDelta = 15 / 3.6
	seriousDelta  = 24 / 3.6 // OnStar notifies from there
	criticalDelta = 40 / 3.6
)

// bands are the severities that have a delta-V, from the least.
var bands = [...]outcome.Severity{
	outcome.SeverityMinor, outcome.SeverityModerate, outcome.SeveritySerious, outcome.SeverityCritical,
}

// severity gives the band of the hardest impact, raised once where something makes
// the same delta-V worse, and what does.
func severity(all []Impact, rolled bool, a Aboard) (outcome.Severity, []string) {
	most := hardest(all)
	if most == nil {
		return outcome.SeverityUnknown, nil
	}
	band := 0
	for _, from := range [...]float64{moderateDelta, seriousDelta, criticalDelta} {
		if most.DeltaV() >= from {
			band++
		}
	}
	var by []string
	if s := most.Side(); s == outcome.SideLeft || s == outcome.SideRight {
		by = append(by, "side")
	}
	if rolled {
		by = append(by, "rollover")
	}
	if len(all) > 1 {
		by = append(by, "multi_event")
	}
	if a.DriverBelted == False || a.PassengerBelted == False {
		by = append(by, "unbelted")
	}
	if len(by) > 0 {
		band = min(band+1, len(bands)-1)
	}
	return bands[band], by
}
