//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The commands that read need to write nothing: not the store, not its folder.
// Root may write everything, so there the commands run as nobody.
func TestReadingNeedsNoPermissionToWrite(t *testing.T) {
	work := t.TempDir()
	binary := filepath.Join(work, "milepost")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	path, _ := demoStore(t, "store.db", "--cars", "1", "--days", "2")
	open := func(mode os.FileMode, paths ...string) {
		for _, p := range paths {
			if err := os.Chmod(p, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	before, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	open(0o444, path)
	open(0o555, filepath.Dir(path), work)
	open(0o755, filepath.Dir(work), filepath.Dir(filepath.Dir(path)))
	defer open(0o755, filepath.Dir(path), work)
	for _, command := range []string{"trips", "month"} {
		c := exec.Command(binary, command, "--store", path)
		c.Dir = "/"
		if os.Getuid() == 0 {
			const nobody = 65534
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "sim-000000") {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != len(before) {
		t.Errorf("reading left %v beside the store, %v", entries, err)
	}
}
