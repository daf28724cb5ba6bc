package main

import (
	"regexp"
	"strconv"
	"testing"

	"milepost/fixtures"
	"milepost/outcome"
	"milepost/telemetry"
)

// Trips that end unshared are counted alike by their months, the run's metric and the
// summary of a replay.
func TestWithheldTripsAreCounted(t *testing.T) {
	cfg := streets(84)
	cfg.Vehicles = 1
	simulated, err := fixtures.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	v := simulated.Vehicle(0)
	trips := v.Truth().Trips
	w := newSilentWorld(t, fakeBroker(t), cfg, 1)
	w.frames = nil
	for f := range v.Switching(fixtures.Switch{At: trips[0].End - 60e6}, fixtures.Switch{At: trips[1].End + 120e6, Shared: true}).Frames() {
		c := &telemetry.Frame{}
		c.CopyFrom(f)
		c.Arrived -= c.Arrived % 1000
		w.frames = append(w.frames, c)
	}
	w.produce(t, w.frames)
	m, want, withheld := w.start(t, w.config(), wrappers{}), w.oracle(t), 0
	settled(t, w.config().Store.SQLite, want)
	m.end(t)
	for _, body := range want {
		o, err := outcome.Decode([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if month, ok := o.(*outcome.Month); ok {
			withheld += month.WithheldTrips
		}
	}
	if withheld != 2 {
		t.Errorf("%d trips are withheld, want the two that ended unshared", withheld)
	}
	if n := m.number(t, "milepost_trips_withheld_total"); int(n) != withheld {
		t.Errorf("the metric counts %v, the months %d", n, withheld)
	}
	_, summary := replayed(t, w.capture(t))
	told := regexp.MustCompile(`trips withheld: they ended unshared +([0-9,]+)`).FindStringSubmatch(summary)
	if told == nil || told[1] != strconv.Itoa(withheld) {
		t.Errorf("the summary tells of %v, the months of %d:\n%s", told, withheld, summary)
	}
}
