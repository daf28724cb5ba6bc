package measure_test

import (
	"testing"

	"milepost/fixtures/recordings"
	"milepost/replay/measure"
)

func TestUAH(t *testing.T) {
	u, err := measure.MeasureUAH(t.Context(), recordings.Folder(t, "uah"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, trip := range u.Trips {
		t.Logf("%-45s score %.1f: acceleration %.1f, braking %.1f", trip.Name, trip.Score, trip.Acceleration, trip.Braking)
	}
	t.Logf("%d of %d drives scored; AUC %.3f; %d of %d ways in order, the closest by %.1f points", u.Scored, u.Drives, *u.AUC, u.WaysOK, u.Ways, *u.Closest)
	t.Logf("events by %s: %+v", u.Table, u.Events)
	t.Logf("braking %+v, cornering %+v, acceleration %+v", u.Braking, u.Cornering, u.Acceleration)
	if u.Scored != u.Drives || *u.AUC < 0.95 || u.WaysOK != u.Ways || u.Events.F1 < 0.76 {
		t.Errorf("want every drive scored, AUC 0.95, every way in order, F1 of events 0.76")
	}
}
