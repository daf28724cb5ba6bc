package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"milepost/config"
	"milepost/ingest/snapshot"
)

// halfway runs a world into the middle of its work and stops in order.
func halfway(t *testing.T, w *world, cfg config.Config) {
	t.Helper()
	v := newValve()
	m := w.start(t, cfg, v.wrap())
	v.let(15)
	until(t, "a write waits", v.held)
	m.stop()
	v.open()
	m.end(t)
}

// explains reports whether a store holds what is wanted, but for what is measured by a
// trip's seconds where those were lost: such trips say so, and the run has counted it.
func (m *member) explains(t *testing.T, got, want map[string]string) bool {
	t.Helper()
	lost, of := map[string]bool{}, map[string]bool{} // trips, and their vehicles
	for id, body := range got {
		if want[id] == "" {
			return false // nothing comes that is not wanted
		}
		if body != want[id] && strings.Contains(body, `"flags":["seconds_not_kept"]`) {
			lost[id], of[parsed(t, body)["vehicle_id"].(string)] = true, true
		}
	}
	if len(lost) > 0 && m.number(t, "milepost_pieces_lost_total") == 0 {
		return false
	}
	for id, body := range want {
		if got[id] == body {
			continue
		}
		o := parsed(t, body)
		trip, _ := o["trip_id"].(string)
		switch {
		case o["kind"] == "speeding" && lost[trip] && got[id] == "":
		case (lost[id] || o["type"] == "month" && of[o["vehicle_id"].(string)]) && got[id] != "" && reflect.DeepEqual(withoutSeconds(parsed(t, got[id])), withoutSeconds(o)):
		default:
			return false
		}
	}
	return true
}

func parsed(t *testing.T, body string) (o map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// bySeconds names what is measured by the seconds of a trip, or summed from it, in trips,
// in months and in what both were computed from; flags and thresholds of receipts follow.
var bySeconds = regexp.MustCompile(`^(overspeed|limit_known|ev|charge|eco|power|modes_by|saved_by)_|^(speeding|modes|coaching|route|advice|flags|thresholds)$`)

// withoutSeconds takes from an outcome, at any depth, what bySeconds names.
func withoutSeconds(of any) any {
	switch of := of.(type) {
	case map[string]any:
		for key, inner := range of {
			if bySeconds.MatchString(key) {
				delete(of, key)
				continue
			}
			withoutSeconds(inner)
		}
	case []any:
		for _, inner := range of {
			withoutSeconds(inner)
		}
	}
	return of
}

// Files of a stopped run's state are cut short, altered or gone: what is whole is
// used, or the start is refused; nothing half is ever believed.
func TestFaultTornState(t *testing.T) {
	rounds := 40
	if testing.Short() {
		rounds = 8
	}
	w := newWorld(t, fakeBroker(t), days(60), 2)
	cfg, want := inSmallSteps(w.config()), w.oracle(t)
	halfway(t, w, cfg)
	if maps.Equal(inStore(t, cfg.Store.SQLite), want) {
		t.Fatal("the work was done before the stop")
	}
	var files []string
	err := filepath.WalkDir(cfg.State.Dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.Contains(path, "claim") {
			files = append(files, strings.TrimPrefix(path, cfg.State.Dir))
		}
		return err
	})
	if err != nil || len(files) < 6 {
		t.Fatalf("%d files of state, %v", len(files), err)
	}
	rng := rand.New(rand.NewPCG(1, 60))
	refusals := 0
	for range rounds {
		own := w.config()
		own.Kafka.Group += rng64(rng)
		own.State.Dir, own.Store.SQLite = filepath.Join(t.TempDir(), "state"), filepath.Join(t.TempDir(), "store.db")
		if err := os.CopyFS(own.State.Dir, os.DirFS(cfg.State.Dir)); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Dir(own.Store.SQLite), storeFS(t, cfg.Store.SQLite)); err != nil {
			t.Fatal(err)
		}
		damage(t, rng, filepath.Join(own.State.Dir, files[rng.IntN(len(files))]))
		m := w.start(t, own, wrappers{})
		until(t, "the outcomes are right or the start is refused", func() bool {
			return len(m.ended) > 0 || m.explains(t, inStore(t, own.Store.SQLite), want)
		})
		m.stop()
		switch err := <-m.ended; {
		case errors.Is(err, snapshot.ErrNoneWhole):
			refusals++
		case err != nil:
			t.Errorf("run ended with %v", err)
		case !m.explains(t, inStore(t, own.Store.SQLite), want):
			t.Error("the outcomes differ from an undisturbed run's")
		}
	}
	t.Logf("%d of %d starts were refused", refusals, rounds)
	if refusals == rounds {
		t.Error("the snapshot before was never used")
	}
}

func rng64(rng *rand.Rand) string {
	return "." + string(rune('a'+rng.IntN(26))) + string(rune('a'+rng.IntN(26)))
}

// storeFS is a store's file alone, as its writer has closed it.
func storeFS(t *testing.T, path string) fs.FS {
	t.Helper()
	dir := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(path)+suffix), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return os.DirFS(dir)
}

func damage(t *testing.T, rng *rand.Rand, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch rng.IntN(3) {
	case 0:
		err = os.WriteFile(path, data[:rng.IntN(len(data))], 0o600)
	case 1:
		data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
		err = os.WriteFile(path, data, 0o600)
	default:
		err = os.Remove(path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The disk of the state is full: checkpoints are tried again, the last one stays
// whole, and all goes on when there is room.
func TestFaultDiskFull(t *testing.T) {
	disk := smallDisk(t, "8m")
	w := newWorld(t, fakeBroker(t), days(61), 2)
	cfg, want := inSmallSteps(w.config()), w.oracle(t)
	cfg.State.Dir = filepath.Join(disk, "state")
	halfway(t, w, cfg)
	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	stuck, stored := w.start(t, cfg, wrappers{}), len(inStore(t, cfg.Store.SQLite))
	until(t, "a generation began", func() bool { return stuck.number(t, "milepost_rebalances_total") > 0 })
	stuck.end(t)
	if n := len(inStore(t, cfg.Store.SQLite)); n != stored {
		t.Fatalf("%d outcomes were stored by a run that could not claim its partitions", n-stored)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	v := newValve()
	m := w.start(t, cfg, v.wrap())
	until(t, "a write waits", v.held)
	if len(inStore(t, cfg.Store.SQLite)) >= len(want) {
		t.Fatal("the work was done before the disk was full")
	}
	fullFromNowOn(t, ballast)
	before := w.committed(t, cfg.Kafka.Group)
	v.open()
	settled(t, cfg.Store.SQLite, want) // outcomes do not wait for checkpoints
	for p, next := range w.committed(t, cfg.Kafka.Group) {
		if next > before[p]+200 {
			t.Errorf("partition %d: offset %d was committed on a full disk, after %d", p, next, before[p])
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	until(t, "everything is committed", func() bool {
		var sum int64
		for _, next := range w.committed(t, cfg.Kafka.Group) {
			sum += next
		}
		return int(sum) == len(w.frames)
	})
	m.end(t)
	m = w.start(t, cfg, wrappers{})
	until(t, "the state is restored", func() bool { return m.number(t, "milepost_partition_state") > 0 })
	m.end(t)
	if n := m.number(t, "milepost_records_total"); n != 0 {
		t.Errorf("%v records were read again", n)
	}
}

// smallDisk is a file system of its own that is soon full.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("NOT RUN: only root may mount a small disk")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("NOT RUN: a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk
}

// fill writes to the end of a file until the disk takes no more, and gives the bytes.
func fill(t *testing.T, path string) (written int) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := bytes.Repeat([]byte{1}, 4096); err == nil; {
		var n int
		n, err = f.Write(block)
		written += n
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return written
}

// fullFromNowOn fills a disk until nobody has made room on it for a second: the last
// checkpoint still sweeps what went before it.
func fullFromNowOn(t *testing.T, path string) {
	t.Helper()
	since := time.Now()
	until(t, "the disk stays full", func() bool {
		if fill(t, path) > 0 {
			since = time.Now()
		}
		return time.Since(since) > time.Second
	})
}
