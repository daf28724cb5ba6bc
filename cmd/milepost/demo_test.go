package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDemoMakesAnewOnlyWhatItMade(t *testing.T) {
	captures := record(t, 1)
	t.Chdir(t.TempDir())
	demo := []string{"demo", "--once", "--cars", "1", "--days", "1"}
	for range 2 {
		if code, _, stderr := invoke(t.Context(), demo...); code != exitOK {
			t.Fatalf("exit %d: %s", code, stderr)
		}
	}
	if code, _, stderr := invoke(t.Context(), "replay", "--store", defaultStore, captures[0]); code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	before := stored(t, defaultStore)
	code, _, stderr := invoke(t.Context(), demo...)
	if code != exitFailed || !strings.Contains(stderr, "--store") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if stored(t, defaultStore) != before {
		t.Error("the demo changed a store with a replay's drives")
	}
}

func TestASecondDemoInTheFolderIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders cannot be locked here")
	}
	t.Chdir(t.TempDir())
	release, err := lockFolder(".")
	if err != nil {
		t.Fatal(err)
	}
	demo := []string{"demo", "--once", "--cars", "1", "--days", "1"}
	if code, _, stderr := invoke(t.Context(), demo...); code != exitFailed || !strings.Contains(stderr, "another demo is running") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := invoke(t.Context(), demo...); code != exitOK {
		t.Errorf("after the first: exit %d: %s", code, stderr)
	}
}

func TestAnInterruptedDemoSaysWhatItLeaves(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, stderr := invoke(ctx, "demo", "--cars", "2", "--days", "1", "--store", "half.db")
	if code != exitInterrupted {
		t.Errorf("exit %d: %s", code, stderr)
	}
	ctx, cancel = context.WithCancel(t.Context())
	out := &interrupting{stop: cancel}
	if code := run(ctx, []string{"demo", "--cars", "2", "--days", "1"}, &terminal{Stdout: out, Stderr: out}); code != exitInterrupted {
		t.Errorf("exit %d: %s", code, out)
	}
	if !strings.Contains(out.String(), "milepost-demo.db holds a part of the fleet only") {
		t.Errorf("said: %s", out)
	}
	if code, _, stderr := invoke(t.Context(), "demo", "--once", "--cars", "1", "--days", "1"); code != exitOK {
		t.Errorf("the demo does not run again: exit %d: %s", code, stderr)
	}
}

func TestHowTheProgramIsCalledAgain(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", "")
	if got := programName("bin/milepost"); got != "bin/milepost" {
		t.Errorf("called by a path: %q", got)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "milepost")); err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", dir)
	if got := programName("/usr/bin/milepost"); got != "milepost" {
		t.Errorf("on the PATH: %q", got)
	}
	if !strings.Contains(self, "go-build") {
		return // the test was built for keeps
	}
	t.Setenv("PATH", "")
	t.Chdir("../..")
	if got := programName("/tmp/go-build1/milepost"); got != "go run ./cmd/milepost" {
		t.Errorf("run by go run: %q", got)
	}
}

// The demo's cars crash where that is asked for, and what it names can be looked at.
func TestDemoLetsCarsCrash(t *testing.T) {
	store, shown := demoStore(t, "crashes.db", "--cars", "4", "--days", "4", "--crashes", "40")
	_, id, found := strings.Cut(shown, "milepost collision ")
	if !found {
		t.Fatalf("no collision is named:\n%s", shown)
	}
	id, _, _ = strings.Cut(id, " ")
	pdf := filepath.Join(t.TempDir(), "report.pdf")
	milepost(t, "collision", id, "--store", store, "--notice", "Simulated data", "--pdf", pdf)
	if said := milepost(t, "collision", id, "--store", store); !strings.Contains(said, "Acceleration along the ground") {
		t.Errorf("no pulse:\n%s", said)
	}
	if _, shown := demoStore(t, "calm.db", "--cars", "4", "--days", "4"); strings.Contains(shown, "collision") {
		t.Errorf("a collision where none was asked for:\n%s", shown)
	}
}

// Beside a store of the caller's a file that is no map of the demo's stays.
func TestDemoLeavesFilesBesideAStore(t *testing.T) {
	other, _, _ := townWithStops(t)
	theirs, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"a text": []byte("Dear Sir"), "a map": theirs} {
		path := filepath.Join(t.TempDir(), "mine.roads")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		code, shown, stderr := invoke(t.Context(), "demo", "--once", "--store", strings.TrimSuffix(path, ".roads")+".db", "--cars", "1", "--days", "1")
		if code != exitOK {
			t.Fatal(stderr)
		}
		if after, err := os.ReadFile(path); err != nil || string(after) != string(text) || strings.Contains(shown, "--roads") {
			t.Errorf("%s: %v, it changed: %v\n%s", name, err, string(after) != string(text), shown)
		}
	}
}
