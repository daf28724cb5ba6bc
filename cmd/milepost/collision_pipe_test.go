//go:build unix

package main

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Opening a pipe that nobody writes to waits for ever, and no signal ends it.
func TestPhotoIsNoPipe(t *testing.T) {
	store, id := crashedStore(t)
	pipe := filepath.Join(t.TempDir(), "photo.jpg")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/null"} {
		if code, _, errs := invoke(t.Context(), "collision", id, "--store", store, "--photo", path); code != exitFailed || !strings.Contains(errs, "it is no regular file") {
			t.Errorf("%s: %d %s", path, code, errs)
		}
	}
}
