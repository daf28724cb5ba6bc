package main

import (
	"strings"
	"testing"
	"time"

	"milepost/sinks/read/readtest"
)

// A factor under dispute is held with what it was made of: whatever began or ended in its
// period.
func TestHoldOfAFactor(t *testing.T) {
	k := newKeeping(t)
	t.Setenv("MILEPOST_STORE_RETENTION_TRIPS_DAYS", "30")
	t.Setenv("MILEPOST_STORE_RETENTION_FACTORS_DAYS", "400")
	year := time.Now().UTC().AddDate(0, 0, -500).Truncate(24 * time.Hour)
	factor := readtest.NewFactor("car-a", "P-1", year)
	k.write(factor, driven("car-a", 300), driven("car-a", 50), driven("car-b", 300))
	code, id, said := invoke(t.Context(), "store", "hold", "--config", k.config, "--reason", "case 12", "--factor", factor.ID[:shownDigits])
	const want = "the hold keeps 1 trip, 0 events, 0 months, 0 collisions, 0 charging sessions and 1 factor now\n"
	if code != exitOK || strings.Count(said, want) != 2 {
		t.Fatalf("exit code %d, %s", code, said)
	}
	k.wantDue("sqlite 2 due 1 held", "clickhouse 2 due 1 held")
	k.run(exitOK, "retain")
	if out := k.run(exitOK, "holds"); !strings.Contains(out, "case 12") {
		t.Errorf("holds: %s", out)
	}
	k.run(exitOK, "release", strings.TrimSpace(id))
	for _, wrong := range [][]string{
		{"--factor", strings.Repeat("0", 32)}, {"--factor", "P-1"}, {"--factor", factor.ID, "--vehicle", "car-a"}, {"--vehicle", "car-a"}, {},
	} {
		args := append([]string{"store", "hold", "--config", k.config, "--reason", "r"}, wrong...)
		if code, _, said := invoke(t.Context(), args...); code == exitOK {
			t.Errorf("%q was held: %s", wrong, said)
		}
	}
}
