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
