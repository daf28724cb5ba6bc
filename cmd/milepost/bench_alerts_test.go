package main

import (
	"math"
	"testing"
	"time"

	"milepost/ingest/decode"
	"milepost/telemetry"
)

// What the load is made of is telemetry that milepost reads, and a crash in it is one.
func TestTheLoadOfAlertsIsTelemetry(t *testing.T) {
	made, err := newTemplates(3)
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := decode.NewDecoder(decode.Config{MaxBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC).UnixMicro()
	for name, c := range map[string]struct {
		body   []byte
		motion int
		deltaV bool
	}{
		"ordinary": {made.ordinary[2], 10, false}, "ready": {made.ready[2], 100, false},
		"crash": {made.crash[2], 100, true}, "standing": {made.standing, 100, false},
	} {
		value := append(begun(nil, now, 1, 7), c.body...)
		var f telemetry.Frame
		if err := decoder.Decode(decode.MilepostProtobuf, &decode.Record{Key: []byte("bench-1"), Value: value, Arrived: now + 1_000_000}, &f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if f.Start != now || f.Boot != 1 || f.Sequence != 7 || len(f.Motion.At) != c.motion || len(f.Speed.At) == 0 {
			t.Errorf("%s: start %d, boot %d, sequence %d, %d samples of motion", name, f.Start, f.Boot, f.Sequence, len(f.Motion.At))
		}
		if lost := lostSpeed(&f.Motion); (lost >= 0.9*leastBlow && lost <= 1.1*mostBlow) != c.deltaV {
			t.Errorf("%s: %.1f m/s are lost within a tenth of a second", name, lost)
		}
	}
}

// lostSpeed is the largest loss of speed within 0.1 s, m/s.
func lostSpeed(m *telemetry.Motion) (most float64) {
	for i := range m.At {
		sum := 0.0
		for k := i; k+1 < len(m.At) && m.At[k]-m.At[i] < 100_000; k++ {
			sum -= float64(m.Longitudinal[k]) * float64(m.At[k+1]-m.At[k]) / 1e6
		}
		most = math.Max(most, sum)
	}
	return most
}

func TestCrashesAreSpreadOverTheFleet(t *testing.T) {
	c := &benchAlertsCmd{Vehicles: 1000, CrashReady: 10, Crashes: 4, Seconds: 20, WarmUp: 5, Partitions: 3}
	f, err := newBenchFleet(c, nil, "t", nil)
	if err != nil {
		t.Fatal(err)
	}
	ready, crashes, slotsOf := 0, map[int]int{}, map[int]bool{}
	for _, cars := range f.cars {
		for _, car := range cars {
			if car.ready {
				ready++
			}
			if car.crashAt >= 0 {
				crashes[car.crashAt]++
				slotsOf[car.slot] = true
			}
		}
	}
	if ready != 100 || len(crashes) != 20 || crashes[5] != 0 || crashes[6] != 4 || crashes[25] != 4 || len(slotsOf) < slots/2 {
		t.Errorf("%d crash-ready cars; by second %v; in %d slots", ready, crashes, len(slotsOf))
	}
	c.Crashes = 6
	if _, err := newBenchFleet(c, nil, "t", nil); err == nil {
		t.Error("120 of 100 crash-ready cars may crash")
	}
}

func TestCrashesAndAlertsArePaired(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(1_000_000 + ms)) }
	w := &alertWatch{all: 4, first: map[string]seenAlert{"a": {at(120), at(130)}, "b": {at(40), at(45)}, "calm": {at(1), at(2)}}}
	got := w.compare(map[string]crash{"a": {at(20), at(-500)}, "b": {at(10), at(-600)}, "lost": {at(5), at(0)}})
	if got.crashes != 3 || got.found != 2 || got.others != 1 || got.messages != 4 {
		t.Errorf("%+v", got)
	}
	for share, want := range map[float64]int{0.5: 30, 0.51: 100, 0.99: 100, 1: 100} {
		if q := quantile(got.appended, share); q != time.Duration(want)*time.Millisecond {
			t.Errorf("of 30 and 100 ms, %v are at most %s", share, q)
		}
	}
	if quantile(got.read, 1) != 110*time.Millisecond || quantile(got.happened, 1) != 645*time.Millisecond || quantile(nil, 0.5) != 0 {
		t.Errorf("%+v", got)
	}
}
