package main

import (
	"strings"
	"testing"

	"milepost/outcome"
)

// Charging sessions are listed in the vehicle's own time, as its trips are, on lines of 80
// columns at most.
func TestPrintCharges(t *testing.T) {
	began := outcome.Time(1790784109_000000) // 2026-09-30 16:01:49 UTC
	kwh, peak, from, to := 115.98, 250.4, 7.0, 100.0
	whole := &outcome.Charge{Header: outcome.Header{ID: strings.Repeat("fb", 16), VehicleID: "sim-000021"},
		StartedAt: began, Zone: "Europe/Madrid", ChargingS: 8040, EnergyKwh: &kwh, PeakKw: &peak, SoCFromPct: &from, SoCToPct: &to,
		EnergySource: outcome.EnergyByCounter}
	part := &outcome.Charge{Header: outcome.Header{ID: strings.Repeat("0c", 16), VehicleID: strings.Repeat("v", 40)},
		StartedAt: began, Zone: "nowhere", ChargingS: 59, Partial: true}
	var out strings.Builder
	if err := printCharges(&out, []*outcome.Charge{whole, part}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2026-09-30 18:01   fbfbfb", "2:14  115.98  counter  7-100 %  250.4", "2026-09-30 16:01Z  0c0c0c", "0:01       -        -        -      -*", "\n* partial"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	for line := range strings.Lines(out.String()) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
