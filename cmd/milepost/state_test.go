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
	"milepost/ingest/cars"
	"milepost/ingest/snapshot"
	"milepost/state"
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
		c.Put(cars.Key(fmt.Sprint("car-", i)), entryOf([]cars.Kind{cars.Driving, cars.Parked, cars.Parked}[i%3], 1000+i))
	}
	c.Put("p/car-0", []byte("{}"))
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

// entryOf is the head of a vehicle's entry, as package cars writes it, and something
// behind it.
func entryOf(kind cars.Kind, size int) []byte {
	w := state.NewWriter(nil)
	number, due := uint8(kind), int64(0)
	w.Version(1)
	w.Uint8(&number)
	w.Int64(&due) // of the timer
	w.Int64(&due) // how far it lags
	w.Len(0, 1)   // pieces outside memory
	head, _ := w.Done()
	return append(head, bytes.Repeat([]byte{byte(size)}, size-len(head))...)
}

func inspectState(t *testing.T, c stateInspectCmd) (string, error) {
	t.Helper()
	store, err := c.open()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = c.inspect(t.Context(), &terminal{Stdout: &out, Stderr: &out}, store, stateAt)
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
	if v.Vehicles != 1000 || v.Driving != 334 || v.Parked != 666 || v.Profiles != 1 || v.Unreadable != 0 || v.Snapshot == nil || v.Snapshot.AgeS != 90 ||
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
	settings := filepath.Join(t.TempDir(), "milepost.yaml")
	if err := os.WriteFile(settings, []byte("state: {dir: "+dir+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, where := range [][]string{{"--state", dir}, {"--config", settings}} {
		code, out, complaints := command(t, append([]string{"state", "inspect", "--json"}, where...)...)
		if code != exitOK || !strings.Contains(out, `"vehicles":1000`) {
			t.Errorf("%v: exit code %d\n%s%s", where, code, out, complaints)
		}
	}
	if code, _, complaints := command(t, "state", "inspect"); code != exitUsage || !strings.Contains(complaints, "--state") {
		t.Errorf("without a place: exit code %d, %s", code, complaints)
	}
}
