package blob_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"milepost/ingest/blob"
)

func files(t *testing.T, root string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			relative, _ := filepath.Rel(root, path)
			found = append(found, relative)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func openDir(t *testing.T, root string) *blob.Dir {
	t.Helper()
	d, err := blob.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLeftoversAreRemovedAtOpen(t *testing.T) {
	root := t.TempDir()
	put(t, openDir(t, root), "t/a", "one")
	old, young := filepath.Join(root, "~tmp", "put-1"), filepath.Join(root, "~tmp", "put-2")
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	d := openDir(t, root)
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a leftover is still there: %v", err)
	}
	// It may belong to a writer at work: the directory may be shared.
	if _, err := os.Stat(young); err != nil {
		t.Error(err)
	}
	want(t, d, "t/a", "one")
	if names, err := d.List(t.Context(), ""); err != nil || len(names) != 1 {
		t.Errorf("listed %v, %v", names, err)
	}
}

func TestFoldersAreForTheirOwnerAlone(t *testing.T) {
	root := filepath.Join(t.TempDir(), "deep", "state")
	put(t, openDir(t, root), "t/0/a", "one")
	for _, path := range []string{root, filepath.Join(root, "t", "0"), filepath.Join(root, "t", "0", "a")} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestOpenExistingDirMakesNothing(t *testing.T) {
	root := filepath.Join(t.TempDir(), "none")
	if _, err := blob.OpenExistingDir(root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.OpenExistingDir(file); err == nil {
		t.Error("a file was opened as a directory")
	}
}

// A full disk: a clean error that may pass, the old content, and no half file.
func TestFullDisk(t *testing.T) {
	root := smallDisk(t, "1m")
	d := openDir(t, root)
	put(t, d, "t/0/manifest", "old")
	before := files(t, root)
	large := bytes.Repeat([]byte("x"), 2<<20)
	for _, err := range []error{d.Put(t.Context(), "t/0/manifest", large), d.Put(t.Context(), "t/1/a", large),
		d.PutNew(t.Context(), "t/0/claim", large)} {
		if !blob.Retryable(err) {
			t.Errorf("on a full disk: %v", err)
		}
	}
	want(t, d, "t/0/manifest", "old")
	if after := files(t, root); len(after) != len(before) {
		t.Errorf("left behind: %v, had %v", after, before)
	}
	put(t, d, "t/0/manifest", "new")
	want(t, d, "t/0/manifest", "new")
}

// smallDisk mounts a file system of a size, or skips.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	root := t.TempDir()
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", root).CombinedOutput()
	if err != nil {
		message := "SKIPPED: the test of a full disk needs root to mount a tmpfs: %v: %s"
		if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
			t.Fatalf(message, err, out)
		}
		t.Skipf(message, err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", root).CombinedOutput(); err != nil {
			t.Errorf("unmount %s: %v: %s", root, err, out)
		}
	})
	return root
}
