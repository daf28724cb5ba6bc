package pipeline_test

import (
	"testing"

	"milepost/outcome"
)

// A wall at 54 km/h is one collision: open, confirmed by what the wheels say, final.
func TestACrashIsOneCollision(t *testing.T) {
	all := of[*outcome.Collision](live(t, lay(plainCrash().points(), nil, t0+80*sec)))
	if len(all) < 3 {
		t.Fatalf("%d revisions", len(all))
	}
	for i, c := range all {
		if c.ID != all[0].ID || c.Revision != uint32(i+1) || (c.State == outcome.Final) != (i == len(all)-1) {
			t.Errorf("revision %d of %s is %s", c.Revision, c.ID, c.State)
		}
	}
	last := all[len(all)-1]
	if last.Confidence != outcome.Confirmed || last.Clock != 12 || *last.DeltaVKmh < 38 || *last.DeltaVKmh > 42 || *last.SpeedAtImpactKmh != 54 || last.Pulse == nil {
		t.Errorf("it says %s", lines(t, []outcome.Outcome{last})[0])
	}
	if last.Position == nil || !last.PositionTrusted || len(last.RecentPositions) != 2 || last.DirectionDeg == nil || *last.DirectionDeg != 0 {
		t.Errorf("it is at %+v, before at %+v", last.Position, last.RecentPositions)
	}
}
