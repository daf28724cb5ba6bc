//go:build unix

package csvimport_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"milepost/replay/csvimport"
)

func TestTheOutputIsNoInput(t *testing.T) {
	m, err := csvimport.Load("test.yaml", []byte(simple))
	if err != nil {
		t.Fatal(err)
	}
	const text = "t,v,lat,lon\n1600000000,1,,\n"
	dir := folder(t, map[string]string{"a.csv": text, "b.csv": text})
	if err := os.Symlink(filepath.Join(dir, "b.csv"), filepath.Join(dir, "link.arrow")); err != nil {
		t.Skip(err)
	}
	for _, out := range []string{"b.csv", "./b.csv", "link.arrow", ""} {
		_, err := csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{dir}, Out: dir + "/" + out})
		if err == nil {
			t.Errorf("%q was written over", out)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "b.csv")); err != nil || string(got) != text {
			t.Fatalf("%q: the input is now %q, %v", out, got, err)
		}
	}
}

func TestALinkToAFolderIsFollowed(t *testing.T) {
	m, err := csvimport.Load("test.yaml", []byte(strings.Replace(simple, "constant: car", "folder: '^(D.)$'", 1)))
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{"D1/a.csv": "t,v,lat,lon\n1600000000,1,,\n"})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(dir, "D1"), link); err != nil {
		t.Skip(err)
	}
	out := filepath.Join(t.TempDir(), "a.arrow")
	report, err := csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{link, dir}, Out: out})
	if err != nil || report.Files != 1 {
		t.Fatalf("%d files, %v", report.Files, err)
	}
	if got := dump(t, out); !strings.HasPrefix(got, "D1 ") {
		t.Error(got)
	}
}

func TestFilesOfAFolderAreOfOneVehicle(t *testing.T) {
	mapping := `
name: test
drive: folder
vehicle: {file: '^(.*)-'}
sources:
  - {name: a, files: '*-a.csv', time: &t {columns: [t], format: unix_s}, columns: [{from: v, to: Vehicle.Speed, unit: km/h}]}
  - {name: b, files: '*-b.csv', time: *t, columns: [{from: v, to: Vehicle.Acceleration.Lateral, unit: g}]}
`
	const text = "t,v\n1600000000,1\n"
	_, _, err := importFiles(t, mapping, map[string]string{"x/car1-a.csv": text, "x/car2-b.csv": text})
	if !errors.Is(err, csvimport.ErrInput) || !strings.Contains(err.Error(), "car1-a.csv is of vehicle car1 and") {
		t.Errorf("got %v", err)
	}
	if _, _, err = importFiles(t, mapping, map[string]string{"x/car1-a.csv": text, "x/car1-b.csv": text}); err != nil {
		t.Error(err)
	}
}

// TestManyOverlappingDrives: drives that all run at once need no more memory or
// open files than one after the other.
func TestManyOverlappingDrives(t *testing.T) {
	const drives, rows = 300, 600
	mapping := strings.Replace(simple, "constant: car", `file: '^(.*)\.csv$'`, 1)
	m, err := csvimport.Load("test.yaml", []byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for d := range drives {
		var b strings.Builder
		b.WriteString("t,v,lat,lon\n")
		for i := range rows {
			fmt.Fprintf(&b, "%d.%d,%d,48,11\n", 1600000000+i, d%10, i%100)
		}
		files[fmt.Sprintf("car%03d.csv", d)] = b.String()
	}
	dir, out := folder(t, files), filepath.Join(t.TempDir(), "a.arrow")
	limitFiles(t, 64)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	report, err := csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{dir}, Out: out})
	runtime.ReadMemStats(&after)
	if err != nil || report.Drives != drives || report.RowsKept != drives*rows {
		t.Fatalf("%+v, %v", report, err)
	}
	// What the heap holds in all; a capture for each drive would be far more.
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 256<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

// limitFiles bounds the open files of the process for the test.
func limitFiles(t *testing.T, n uint64) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Skip(err)
	}
	limit := syscall.Rlimit{Cur: n, Max: old.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old) })
}
