package csvimport

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// readAll reads times of one drive and gives the instants.
func readAll(t testing.TB, zone, layout string, texts ...string) []string {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	c := clock{layout: layout, offset: tellsOffset(layout), zone: location}
	var rows pass
	var out []string
	for _, text := range texts {
		at, err := c.read(text, &rows)
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		out = append(out, time.UnixMicro(at).UTC().Format("15:04:05Z"))
	}
	return out
}

// On 27 October 2024 Berlin's clocks went back at 01:00 UTC, on 3 November
// Chicago's at 07:00 UTC, on 7 April Lord Howe's by half an hour at 15:00 UTC the day
// before.
func TestRepeatedHour(t *testing.T) {
	for _, c := range []struct{ name, zone, date, rows, want string }{
		{"the first reading", "Europe/Berlin", "2024-10-27", "02:30:00", "00:30:00Z"},
		{"through both passes", "Europe/Berlin", "2024-10-27", "01:59:59 02:10:00 02:24:00 02:38:00 02:52:00 02:00:00 02:14:00 02:59:59 03:00:00",
			"23:59:59Z 00:10:00Z 00:24:00Z 00:38:00Z 00:52:00Z 01:00:00Z 01:14:00Z 01:59:59Z 02:00:00Z"},
		{"west of Greenwich", "America/Chicago", "2024-11-03", "00:59:59 01:10:00 01:24:00 01:38:00 01:52:00 01:00:00 01:14:00 01:59:59 02:00:00",
			"05:59:59Z 06:10:00Z 06:24:00Z 06:38:00Z 06:52:00Z 07:00:00Z 07:14:00Z 07:59:59Z 08:00:00Z"},
		{"a shift of half an hour", "Australia/Lord_Howe", "2024-04-07", "01:29:59 01:43:00 01:57:00 01:30:00 01:59:59 02:00:00",
			"14:29:59Z 14:43:00Z 14:57:00Z 15:00:00Z 15:29:59Z 15:30:00Z"},
		{"a step back of a second", "Europe/Berlin", "2024-10-27", "02:10:00 02:09:59 02:10:01", "00:10:00Z 00:09:59Z 00:10:01Z"},
		{"a step back in the second pass", "Europe/Berlin", "2024-10-27", "02:59:59 02:00:05 02:00:04 02:00:06",
			"00:59:59Z 01:00:05Z 01:00:04Z 01:00:06Z"},
		{"a row that jumps ahead", "Europe/Berlin", "2024-10-27", "02:00:00 02:45:00 02:00:01 02:00:02", "00:00:00Z 00:45:00Z 00:00:01Z 00:00:02Z"},
		{"rows that jump ahead", "Europe/Berlin", "2024-10-27", "02:00:00 09:45:00 09:45:01 02:00:03 02:00:04",
			"00:00:00Z 08:45:00Z 08:45:01Z 00:00:03Z 00:00:04Z"},
		{"a row that jumps back", "Europe/Berlin", "2024-10-27", "02:40:00 02:05:00 02:40:02 02:40:03", "00:40:00Z 01:05:00Z 00:40:02Z 00:40:03Z"},
		{"a late row of the first pass", "Europe/Berlin", "2024-10-27", "02:59:57 02:59:59 02:00:00 02:59:58 02:00:01",
			"00:59:57Z 00:59:59Z 01:00:00Z 00:59:58Z 01:00:01Z"},
		{"a pause in the second pass", "Europe/Berlin", "2024-10-27", "02:59:59 02:00:00 02:05:00 02:40:00 02:40:01",
			"00:59:59Z 01:00:00Z 01:05:00Z 01:40:00Z 01:40:01Z"},
		{"an hour that was skipped", "Europe/Berlin", "2024-03-31", "01:59:59 02:30:00 03:00:00",
			"00:59:59Z " + strings.ReplaceAll(errNoLocalTime.Error(), " ", "_") + " 01:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var texts, got []string
			for _, r := range strings.Fields(c.rows) {
				texts = append(texts, c.date+" "+r)
			}
			for _, g := range readAll(t, c.zone, "2006-01-02 15:04:05", texts...) {
				got = append(got, strings.ReplaceAll(g, " ", "_"))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOffsetInTheTextIsNeverGuessed(t *testing.T) {
	got := readAll(t, "Europe/Berlin", time.RFC3339, "2024-10-27T02:30:00+01:00", "2024-10-27T02:30:00+02:00", "2024-10-27T01:30:00Z",
		"2024-03-31T02:30:00+01:00")
	want := []string{"01:30:00Z", "00:30:00Z", "01:30:00Z", "01:30:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for layout, want := range map[string]bool{"2006-01-02 15:04:05": false, "2006-01-02 15:04:05 -07": true, "060102 150405 -0700": true,
		"Z07:00 2006-01-02 15:04": true, "2/1/2006 3:04 PM": false} {
		if got := tellsOffset(layout); got != want {
			t.Errorf("%q tells an offset: %v", layout, got)
		}
	}
}

// TestAWholeDriveThroughAChange: whatever the zone, rate and start, a drive reads
// back as it was written.
func TestAWholeDriveThroughAChange(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Europe/Berlin", "America/Chicago", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"}).Draw(rt, "zone"))
		if err != nil {
			rt.Fatal(err)
		}
		_, change := time.Date(rapid.IntRange(2000, 2030).Draw(rt, "year"), 7, 1, 0, 0, 0, 0, time.UTC).In(zone).ZoneBounds()
		if change.IsZero() {
			return
		}
		step := time.Duration(rapid.IntRange(1, 60).Draw(rt, "step")) * time.Second
		// Begun before the hour that is repeated: else nothing tells its passes apart.
		from := change.Add(-time.Duration(rapid.IntRange(61, 120).Draw(rt, "minutes")) * time.Minute)
		c := clock{layout: time.DateTime, zone: zone}
		var rows pass
		for at := from; at.Before(change.Add(2 * time.Hour)); at = at.Add(step) {
			got, err := c.read(at.In(zone).Format(time.DateTime), &rows)
			if err != nil || got != at.UnixMicro() {
				rt.Fatalf("%s reads as %s, %v", at.In(zone), time.UnixMicro(got).In(zone), err)
			}
		}
	})
}

func TestStartInANameFollowsTheClocks(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	p, err := compilePattern(`^(\d+)`, true)
	if err != nil {
		t.Fatal(err)
	}
	s := Start{Format: "20060102150405", pattern: p}
	at, err := s.instant("/d/20241027023000-x/a.csv", zone)
	if want := time.Date(2024, 10, 27, 0, 30, 0, 0, time.UTC).UnixMicro(); err != nil || at != want {
		t.Errorf("%s, %v", time.UnixMicro(at).UTC(), err)
	}
	if _, err = s.instant("/d/20240331023000-x/a.csv", zone); err == nil || !strings.Contains(err.Error(), errNoLocalTime.Error()) {
		t.Errorf("a start that the clocks skipped: %v", err)
	}
}
