package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// scored runs the command and gives what it printed.
func scored(t *testing.T, c benchScoresCmd) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Run(t.Context(), &terminal{Stdout: &out, Stderr: &out}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// peaks is a drive at 15 m/s with one peak of half a g in two seconds.
func peaks(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("drive,time_utc,gps_long,gps_lat,gps_elevation,gps_heading_raw,speed_mph,accel_x,accel_y,accel_z,gyro_z,engine_rpm,accel_event_cat\n")
	for i := range 300 {
		x, category := "0.02", ""
		if i == 100 || i == 101 {
			x, category = "-0.5", "med"
		}
		text.WriteString("1," + numeral(1558708711+i) + ",-95.99,41." + numeral(250000+15*i) + ",300,0,33.5," + x + ",0.01,1,0,1500," + category + "\n")
	}
	path := filepath.Join(t.TempDir(), "drives.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func numeral(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestBenchScoresCountsEvents(t *testing.T) {
	var f scoreFigures
	if err := json.Unmarshal([]byte(scored(t, benchScoresCmd{Omaha: peaks(t), JSON: true})), &f); err != nil {
		t.Fatal(err)
	}
	if e := f.Omaha.Events; e.Truth != 1 || e.Found != 1 || e.Matched != 1 || e.LevelsOK != 1 || e.F1 != 1 || f.UAH != nil || f.Simulated != nil {
		t.Errorf("figures %+v, want the one event found", f.Omaha)
	}
	// A table of one's own that calls half a g calm finds nothing.
	table := filepath.Join(t.TempDir(), "calm.yaml")
	if err := os.WriteFile(table, []byte("name: calm/1\npeaks: {levels_g: [0.7, 0.8, 0.9]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text := scored(t, benchScoresCmd{Omaha: peaks(t), Events: table}); !strings.Contains(text, "events by calm/1") || !strings.Contains(text, "1 true, 0 found") {
		t.Errorf("printed\n%s", text)
	}
}

func TestBenchScoresSimulates(t *testing.T) {
	if text := scored(t, benchScoresCmd{Vehicles: 1, Days: 2, Seed: 3}); !strings.Contains(text, "worst, 1 to 10 Hz") || !strings.Contains(text, "motion 10 Hz, speed 1 Hz") {
		t.Errorf("printed\n%s", text)
	}
}

func TestBenchScoresRefusesWhatItCannotMeasure(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("name: bad/1\nmerge_s: -1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]benchScoresCmd{
		"nothing":      {},
		"no drives":    {UAH: t.TempDir()},
		"not a set":    {Omaha: bad},
		"a bad table":  {Omaha: peaks(t), Events: bad},
		"empty folder": {Twizy: t.TempDir()},
	} {
		var out bytes.Buffer
		if err := c.Run(t.Context(), &terminal{Stdout: &out, Stderr: &out}); err == nil {
			t.Errorf("%s: it printed\n%s", name, out.String())
		}
	}
}
