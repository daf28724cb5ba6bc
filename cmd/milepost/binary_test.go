package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The binary as people build it, without cgo, shows the demo in an empty folder
// and reads its store afterwards.
func TestBuiltBinary(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "milepost")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	work := t.TempDir()
	for _, c := range []struct{ args, want string }{
		{"demo --once --cars 2 --days 2", "The fleet's latest trips"},
		{"demo --once --cars 2 --days 2", "Stored in milepost-demo.db"}, // made anew
		{"trips --limit 3", "sim-00000"},
		{"month", "Score by day"},
		{"version", "milepost "},
	} {
		command := exec.Command(binary, strings.Fields(c.args)...)
		command.Dir = work
		out, err := command.Output()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Fatalf("milepost %s: %v, want %q in:\n%s", c.args, err, c.want, out)
		}
	}
}
