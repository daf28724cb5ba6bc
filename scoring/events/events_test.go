package events_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/detectors"
	"milepost/scoring/events"
)

func TestTheDefaultTableIsTheDetectorsDefault(t *testing.T) {
	got, err := events.Parse("default.yaml", events.Default)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(detectors.DefaultThresholds(), got); diff != "" {
		t.Errorf("default.yaml (-code +file):\n%s", diff)
	}
}

func TestATableChangesWhatItNames(t *testing.T) {
	got, err := events.Parse("x.yaml", []byte("name: strict/2\nwindow_s: 0.3\nbraking: {from_kmh: 50, levels_g: [0.18, 0.3, 0.4]}\nacceleration: {levels_g: [0.2, 0.3, 0.4]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := *detectors.DefaultThresholds()
	want.Name, want.Window = "strict/2", 300_000
	want.Braking = detectors.Bounds{Levels: [3]float64{0.18, 0.3, 0.4}, Gate: 50 / 3.6}
	want.Acceleration.Levels, want.Taper.Least = [3]float64{0.2, 0.3, 0.4}, 0.2
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestABadTableIsRefusedWithItsLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no name", "window_s: 0.5\n", `read event thresholds: x.yaml:1: name: "" is no name and version: want one such as default/1`},
		{"falling levels", "name: a/1\nbraking:\n  levels_g: [0.3, 0.2, 0.4]\n",
			"read event thresholds: x.yaml:3: braking.levels_g: [0.3 0.2 0.4] are not three rising levels from 0.05 to 1.2 g"},
		{"two levels", "name: a/1\npeaks:\n  levels_g: [0.3, 0.4]\n",
			"read event thresholds: x.yaml:3: peaks.levels_g: [0.3 0.4] are not three rising levels from 0.05 to 1.2 g"},
		{"not a number", "name: a/1\n\nwindow_s: .nan\n", "read event thresholds: x.yaml:3: window_s: NaN is not within 0.2 and 0.6"},
		{"unknown key", "name: a/1\nbreaking: {}\n", `read event thresholds: x.yaml:2: unknown field "breaking"`},
		{"a taper above", "name: a/1\nacceleration:\n  taper: {from_kmh: 30, to_kmh: 90, to_g: 0.4}\n",
			"read event thresholds: x.yaml:3: acceleration.taper.to_g: 0.4 is not within 0.05 and the first level, 0.3 g"},
		{"two problems", "name: a/1\nmerge_s: -1\nrelease_share: 2\n",
			"read event thresholds: x.yaml:2: merge_s: -1 is not within 0 and 60\nx.yaml:3: release_share: 2 is not within 0.5 and 1"},
		{"no YAML", "name: a/1\n  b: [\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := events.Parse("x.yaml", []byte(c.text))
			if err == nil {
				t.Fatal("the table was accepted")
			}
			if c.want != "" && err.Error() != c.want {
				t.Errorf("error\n%s\nwant\n%s", err, c.want)
			}
		})
	}
}

// FuzzParse feeds tables of any text: what is accepted is within bounds.
func FuzzParse(f *testing.F) {
	f.Add(events.Default)
	f.Add(events.UAHLevel2)
	f.Add([]byte("name: a/1\npeaks: {levels_g: [0.3, 0.4, 0.5]}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := events.Parse("x.yaml", text)
		if err != nil {
			return
		}
		for _, b := range []detectors.Bounds{got.Braking, got.Acceleration, got.Cornering, got.Peaks} {
			if !(b.Levels[0] >= 0.05 && b.Levels[0] <= b.Levels[1] && b.Levels[1] <= b.Levels[2] && b.Levels[2] <= 1.2 && b.Gate >= 0) {
				t.Errorf("bounds %+v were accepted", b)
			}
		}
		if got.Window < detectors.ShortestWindow || got.Window > detectors.LongestWindow || got.Merge < 0 || !(got.Release >= 0.5) {
			t.Errorf("%+v was accepted", got)
		}
	})
}
