package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// storedDemo is a store with a simulated fleet, and one of its vehicles.
func storedDemo(t *testing.T) (path, vehicle string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "demo.db")
	if code, _, told := command(t, "demo", "--cars", "3", "--days", "2", "--store", path); code != exitOK {
		t.Fatal(told)
	}
	store, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	rows, err := store.Trips(t.Context(), "", read.Key{}, 1)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d trips, error %v", len(rows), err)
	}
	return path, rows[0].VehicleID
}

func TestExportWritesAWholeZipOnce(t *testing.T) {
	store, vehicle := storedDemo(t)
	out := filepath.Join(t.TempDir(), "mine.zip")
	args := []string{"export", "--store", store, "--vehicle", vehicle, "--out", out}
	code, _, told := command(t, args...)
	if code != exitOK || !strings.Contains(told, "trips") {
		t.Fatalf("exit code %d: %s", code, told)
	}
	z, err := zip.OpenReader(out)
	if err != nil || len(z.File) < 8 {
		t.Fatalf("error %v", err)
	}
	z.Close()
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"again":              {args, exitFailed, "is there already"},
		"again by force":     {append([]string{"--force"}, args...), exitOK, "written to"},
		"a vehicle unknown":  {[]string{"export", "--store", store, "--vehicle", "nobody", "--out", out + "2"}, exitFailed, "the store holds nothing of vehicle nobody"},
		"a time without any": {[]string{"export", "--store", store, "--vehicle", vehicle, "--out", out + "2", "--from", "2199-01-01"}, exitFailed, "in that time"},
		"no time":            {append([]string{"--from", "noon"}, args...), exitUsage, `--from is "noon"`},
		"no folder":          {[]string{"export", "--store", store, "--vehicle", vehicle, "--out", filepath.Join(out, "x.zip")}, exitFailed, "not a directory"},
	} {
		if name == "again by force" || name == "no time" { // the command's name comes first
			c.args = append(args[:1:1], append(c.args[:len(c.args)-len(args)], args[1:]...)...)
		}
		if code, _, told := command(t, c.args...); code != c.code || !strings.Contains(told, c.want) {
			t.Errorf("%s: exit code %d: %s", name, code, told)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(out)); len(left) != 1 || err != nil {
		t.Errorf("files beside it: %v, error %v", left, err)
	}
}

func TestEraseFromAStoreAlone(t *testing.T) {
	store, vehicle := storedDemo(t)
	proof := filepath.Join(t.TempDir(), "proof.json")
	code, shown, told := command(t, "erase", "--store", store, "--vehicle", vehicle, "--proof", proof)
	if code != exitOK || !strings.Contains(shown, "Erased, and every place read again.") {
		t.Fatalf("exit code %d\n%s%s", code, shown, told)
	}
	text, err := os.ReadFile(proof)
	if err != nil || strings.Contains(string(text), vehicle) || !strings.Contains(string(text), `"verified": true`) {
		t.Errorf("error %v, proof:\n%s", err, text)
	}
	data, err := os.ReadFile(store)
	if err != nil || strings.Contains(string(data), vehicle) {
		t.Errorf("the file holds the vehicle; error %v", err)
	}
	code, shown, _ = command(t, "erase", "--store", store, "--vehicle", vehicle)
	if code != exitOK || !strings.Contains(shown, "Nothing was found anywhere.") {
		t.Errorf("again: exit code %d\n%s", code, shown)
	}
	for _, args := range [][]string{{"erase", "--vehicle", "car"}, {"erase", "--store", store}, {"erase", "--store", store, "--vehicle", "a", "--account", "b"}} {
		if code, _, told := command(t, args...); code != exitUsage {
			t.Errorf("%v: exit code %d: %s", args, code, told)
		}
	}
}
