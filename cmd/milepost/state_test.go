package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milepost/ingest/blob"
	"milepost/ingest/snapshot"
)

var stateAt = time.Date(2026, 9, 21, 12, 0, 0, 0, time.UTC)

// stateOf writes snapshots of partitions: car-0 is in each of them.
func stateOf(t *testing.T, partitions ...int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "state")
	store, err := blob.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range partitions {
		l, err := snapshot.Claim(t.Context(), store, snapshot.Key{Topic: "vehicle.telemetry", Partition: p}, "eu-1:4711")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := l.Restore(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		commitState(t, l, 1200, 1000)
		commitState(t, l, 1300, 10)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func commitState(t *testing.T, l *snapshot.Log, offset int64, vehicles int) {
	t.Helper()
	c := l.Begin()
	for i := range vehicles {
		c.Put(fmt.Sprint("car-", i), bytes.Repeat([]byte{byte(i)}, 1000+i))
	}
	file, _, length, err := c.Chunk(true, make([]byte, 5000))
	if err != nil {
		t.Fatal(err)
	}
	m := snapshot.Meta{Partitions: 8, Offsets: map[string]int64{"vehicle.telemetry": offset, "vehicle.profiles": 7},
		Watermark: stateAt.Add(-time.Minute).UnixMicro(), WrittenAt: stateAt.Add(-90 * time.Second)}
	if err := c.Commit(t.Context(), m, map[uint64]int64{file: int64(length) / 2}); err != nil {
		t.Fatal(err)
	}
}

// parity is a describer for the tests.
func parity(state []byte) string { return []string{"even", "odd"}[len(state)%2] }

func inspectState(t *testing.T, c stateInspectCmd) (string, error) {
	t.Helper()
	store, err := c.open()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = c.inspect(t.Context(), &terminal{Stdout: &out, Stderr: &out}, store, parity, stateAt)
	return out.String(), err
}

func TestStateInspect(t *testing.T) {
	dir := stateOf(t, 0, 3, 12)
	for _, c := range []struct {
		golden string
		cmd    stateInspectCmd
	}{
		{"state_partitions", stateInspectCmd{State: dir, Partition: -1}},
		{"state_partition", stateInspectCmd{State: dir, Topic: "vehicle.telemetry", Partition: 3}},
		{"state_vehicle", stateInspectCmd{State: dir, Partition: 12, Vehicle: "car-7"}},
	} {
		got, err := inspectState(t, c.cmd)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, c.golden, got)
		if c.cmd.Vehicle == "" && strings.Contains(got, "car-") {
			t.Errorf("%s names vehicles", c.golden)
		}
	}
}

func TestStateInspectJSON(t *testing.T) {
	got, err := inspectState(t, stateInspectCmd{State: stateOf(t, 3), Partition: -1, JSON: true})
	var v stateView
	if err != nil || json.Unmarshal([]byte(got), &v) != nil {
		t.Fatalf("%v: %s", err, got)
	}
	if v.Vehicles != 1000 || v.Kinds["odd"] != 500 || v.Snapshot == nil || v.Snapshot.AgeS != 90 ||
		v.Snapshot.Offsets["vehicle.telemetry"] != 1300 || v.KeptChunks.Files != 1 || v.Deltas != 1 {
		t.Errorf("view %+v", v)
	}
}

func TestStateInspectSaysWhatIsWrong(t *testing.T) {
	dir := stateOf(t, 0)
	for name, c := range map[string]struct {
		cmd  stateInspectCmd
		want string
	}{
		"no directory":     {stateInspectCmd{State: dir + "x", Partition: -1}, "open blob directory"},
		"another topic":    {stateInspectCmd{State: dir, Topic: "x", Partition: -1}, "but of vehicle.telemetry/0"},
		"no such vehicle":  {stateInspectCmd{State: dir, Partition: 0, Vehicle: "car-x"}, "car-x"},
		"an empty one":     {stateInspectCmd{State: t.TempDir(), Partition: -1}, "there are no snapshots"},
		"s3 without names": {stateInspectCmd{State: "s3://", Partition: -1}, "bucket must be set"},
	} {
		if _, err := inspectState(t, c.cmd); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	manifests, err := filepath.Glob(filepath.Join(dir, "vehicle.telemetry", "0", "manifest", "*"))
	if err != nil || len(manifests) != 2 {
		t.Fatal(manifests, err)
	}
	if err := os.Truncate(manifests[1], 100); err != nil {
		t.Fatal(err)
	}
	got, err := inspectState(t, stateInspectCmd{State: dir, Partition: -1})
	if err != nil || !strings.Contains(got, "Refused: vehicle.telemetry/0/manifest/0000000001-0000000002") || !strings.Contains(got, "1200") {
		t.Errorf("a torn snapshot: %v\n%s", err, got)
	}
}

// The command line reaches it, and it changes nothing.
func TestStateInspectRuns(t *testing.T) {
	dir := stateOf(t, 0)
	var out, complaints bytes.Buffer
	code := run(t.Context(), []string{"state", "inspect", "--state", dir, "--json"}, &terminal{Stdout: &out, Stderr: &complaints})
	if code != exitOK || !strings.Contains(out.String(), `"vehicles":1000`) {
		t.Errorf("exit code %d\n%s%s", code, &out, &complaints)
	}
}
