package measure_test

import (
	"math"
	"path/filepath"
	"testing"

	"milepost/fixtures/recordings"
	"milepost/replay/measure"
)

func TestUAH(t *testing.T) {
	u, err := measure.OfUAH(t.Context(), recordings.Folder(t, "uah"), nil)
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

func TestOmaha(t *testing.T) {
	o, err := measure.OfOmaha(t.Context(), filepath.Join(recordings.Folder(t, "omaha"), "drives.csv"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d trips, events by %s: %+v", o.Trips, o.Table, o.Events)
	if o.Events.F1 < 0.95 || o.Events.LevelsOK < o.Events.Matched*9/10 {
		t.Error("want F1 0.95, and nine levels of ten right")
	}
}

func TestTwizy(t *testing.T) {
	w, err := measure.OfTwizy(t.Context(), recordings.Folder(t, "twizy"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *w)
	if w.LeastEVShare != 1 || w.EVDistanceM != w.DistanceM || w.Invalid != 0 || w.Scoreless != 0 {
		t.Error("want every metre electric, every trip valid and scored")
	}
	if math.Abs(w.OverShare-w.ColumnShare) > 0.01 {
		t.Errorf("%.2f %% over the limit, %.2f %% by the column", 100*w.OverShare, 100*w.ColumnShare)
	}
}
