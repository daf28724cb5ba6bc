package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay/capture"
	"milepost/telemetry"
)

// recordParts writes one vehicle's simulated days into captures, cut at times of
// arrival.
func recordParts(t *testing.T, days int, cuts ...time.Duration) (paths []string) {
	t.Helper()
	from := time.Date(2026, time.September, 1, 0, 0, 0, 0, time.UTC)
	simulated, err := fixtures.New(fixtures.Config{Seed: 7, Vehicles: 1, Days: days, From: from, Zone: "UTC", FrameSeconds: 10,
		Uplinks: []fixtures.Uplink{fixtures.Stream}})
	if err != nil {
		t.Fatal(err)
	}
	v := simulated.Vehicle(0)
	var w *capture.Writer
	for f := range v.Frames() {
		if w == nil || len(cuts) > 0 && f.Arrived >= from.Add(cuts[0]).UnixMicro() {
			if w != nil {
				cuts = cuts[1:]
				closeWriter(t, w)
			}
			paths = append(paths, filepath.Join(t.TempDir(), fmt.Sprintf("part-%d.arrow", len(paths))))
			w = createWriter(t, paths[len(paths)-1], v.Profile())
		}
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	closeWriter(t, w)
	return paths
}

func createWriter(t *testing.T, path string, profile fleet.Profile) *capture.Writer {
	t.Helper()
	w, err := capture.Create(path, []fleet.Profile{profile})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func closeWriter(t *testing.T, w *capture.Writer) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// replayed runs milepost replay, which must succeed.
func replayed(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	code, stdout, stderr := invoke(t.Context(), append([]string{"replay"}, args...)...)
	if code != exitOK {
		t.Fatalf("replay %v: exit %d: %s", args, code, stderr)
	}
	return stdout, stderr
}

func TestReplaysOfPartsFillTheMonth(t *testing.T) {
	const day = 24 * time.Hour
	parts := recordParts(t, 6, 2*day+3*time.Hour, 4*day+3*time.Hour)
	whole, pieces := filepath.Join(t.TempDir(), "whole.db"), filepath.Join(t.TempDir(), "pieces.db")
	replayed(t, append([]string{"--store", whole}, parts...)...)
	for _, i := range []int{1, 0, 2, 1} {
		replayed(t, "--store", pieces, parts[i])
	}
	unrevised := cmp.Options{cmpopts.IgnoreFields(outcome.Header{}, "Revision"),
		// A part knows no trips before it, and compares with none.
		cmpopts.IgnoreFields(outcome.Coaching{}, "Usual", "Advice"), cmpopts.IgnoreFields(outcome.Month{}, "Advice"), cmpopts.IgnoreFields(outcome.Day{}, "Advice"),
		cmpopts.IgnoreMapEntries(func(name string, _ float64) bool {
			return strings.HasPrefix(name, "usual_") || strings.HasPrefix(name, "saved_by_") || strings.HasPrefix(name, "advice_")
		})}
	if diff := cmp.Diff(highest(t, stored(t, whole)), highest(t, stored(t, pieces)), unrevised); diff != "" {
		t.Errorf("store (-played at once +part by part):\n%s", diff)
	}
	before := stored(t, pieces)
	replayed(t, "--store", pieces, parts[0])
	if diff := cmp.Diff(before, stored(t, pieces)); diff != "" {
		t.Errorf("a part played again changes the store (-before +after):\n%s", diff)
	}
}

func TestCapturesPlayAsOneLogInAnyOrder(t *testing.T) {
	parts := recordParts(t, 3, 30*time.Hour, 55*time.Hour)
	want, _ := replayed(t, recordParts(t, 3)...)
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		var named []string
		for _, i := range order {
			named = append(named, parts[i])
		}
		got, summary := replayed(t, named...)
		if got != want {
			t.Errorf("captures in the order %v give other outcomes than one capture", order)
		}
		if strings.Contains(summary, "dropped:") {
			t.Errorf("order %v:\n%s", order, summary)
		}
	}
}

// Two vehicles' captures overlap in time: their frames interleave.
func TestCapturesThatOverlapAreMerged(t *testing.T) {
	captures := record(t, 2)
	readers, err := openCaptures(captures)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(readers)
	log, err := newMerged(readers)
	if err != nil {
		t.Fatal(err)
	}
	last, changes, vehicle := int64(0), 0, ""
	err = log.each(func(f *telemetry.Frame) error {
		if f.Arrived < last {
			return fmt.Errorf("a frame of %d after one of %d", f.Arrived, last)
		}
		if last = f.Arrived; f.VehicleID != vehicle {
			vehicle = f.VehicleID
			changes++
		}
		return nil
	})
	if err != nil || changes < 4 {
		t.Errorf("%v; the vehicle changed %d times", err, changes)
	}
}

func TestACaptureNamedTwiceCountsAsFramesThatCameAgain(t *testing.T) {
	part := recordParts(t, 2)[0]
	once, summary := replayed(t, part)
	frames := regexp.MustCompile(`frames +([0-9,]+)`).FindStringSubmatch(summary)
	twice, summary := replayed(t, part, part)
	if once != twice {
		t.Error("the second copy changes the outcomes")
	}
	again := regexp.MustCompile(`frames that came again +([0-9,]+)`).FindStringSubmatch(summary)
	if frames == nil || again == nil || frames[1] != again[1] {
		t.Errorf("%v frames, %v came again", frames, again)
	}
}

// An interrupt in the midst of a play: what is out by then is whole, and in the
// store too.
func TestAnInterruptedReplayPassesOnWhatItHas(t *testing.T) {
	parts := recordParts(t, 12)
	ctx, cancel := context.WithCancel(t.Context())
	out := &interrupting{stop: cancel}
	var errs bytes.Buffer
	path := filepath.Join(t.TempDir(), "drives.db")
	code := run(ctx, append([]string{"replay", "--out", "jsonl", "--store", path}, parts...), &terminal{Stdout: out, Stderr: &errs})
	if code != exitInterrupted || !strings.Contains(errs.String(), "Stopped before the end") {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	full, _ := replayed(t, parts...)
	lines := out.String()
	if !strings.HasSuffix(lines, "\n") || !strings.HasPrefix(full, lines) || len(lines) >= len(full) {
		t.Errorf("%d bytes of %d are out, or they are not whole lines of them", len(lines), len(full))
	}
	if diff := cmp.Diff(highest(t, lines), highest(t, stored(t, path))); diff != "" {
		t.Errorf("outcomes (-printed +stored):\n%s", diff)
	}
}

// interrupting is an output at whose first write the user interrupts.
type interrupting struct {
	bytes.Buffer
	stop func()
}

// Write implements io.Writer.
func (w *interrupting) Write(b []byte) (int, error) {
	w.stop()
	return w.Buffer.Write(b)
}

func TestAnOutputThatFailsLeavesTheStoreWhole(t *testing.T) {
	parts := recordParts(t, 2)
	path := filepath.Join(t.TempDir(), "drives.db")
	var errs bytes.Buffer
	args := append([]string{"replay", "--out", "jsonl", "--store", path}, parts...)
	code := run(t.Context(), args, &terminal{Stdout: failing{}, Stderr: &errs})
	if code != exitFailed || !strings.Contains(errs.String(), "Stopped before the end") || !strings.Contains(errs.String(), errOutput.Error()) {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	full, _ := replayed(t, parts...)
	if diff := cmp.Diff(highest(t, full), highest(t, stored(t, path))); diff != "" {
		t.Errorf("outcomes (-of a whole play +stored):\n%s", diff)
	}
}

var errOutput = errors.New("the reader went away")

type failing struct{ io.Writer }

// Write implements io.Writer.
func (failing) Write([]byte) (int, error) { return 0, errOutput }

// A map of another place is told of, and nothing of it is taken for known.
func TestReplayOnAnotherPlacesMap(t *testing.T) {
	elsewhere, _, _ := townWithStops(t)
	out, summary := replayed(t, append([]string{"--roads", elsewhere}, record(t, 1)...)...)
	if !strings.Contains(summary, "The map does not cover these drives") || !regexp.MustCompile(`km matched to roads of the map +0\.0`).MatchString(summary) {
		t.Errorf("the summary is\n%s", summary)
	}
	if !strings.Contains(out, `"map":`) || strings.Contains(out, "highway_m") {
		t.Errorf("the outcomes are\n%.2000s", out)
	}
}
