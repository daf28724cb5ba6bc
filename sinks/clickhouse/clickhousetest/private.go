package clickhousetest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Instance is a server that belongs to one test, which may kill it.
type Instance struct {
	Engine
	env []string
	dir string
}

// Private starts a server for the test alone, with dev/clickhouse, and stops it after the
// test; it ends with the test's process in any case. The environment of dev/clickhouse
// may be extended (NAME=value): CLICKHOUSE_DATA puts its data elsewhere, and so does that
// of the test's own environment. Where no server is to be had the test is skipped; with MILEPOST_REQUIRE_SERVICES=1 it fails.
func Private(t testing.TB, env ...string) *Instance {
	t.Helper()
	needs(t, "MILEPOST_CLICKHOUSE", "dev/clickhouse")
	dir := filepath.Join(t.TempDir(), "clickhouse")
	p := &Instance{dir: dir, env: slices.Concat([]string{"CLICKHOUSE_RUN=" + dir, owner()}, data(t), env)}
	t.Cleanup(func() { p.Kill(t) })
	p.Engine = server(t, "private", script(t, p.env, "up"))
	p.private = true
	return p
}

// Kill ends the server at once, as kill -9 and a power cut do.
func (p *Instance) Kill(t testing.TB) {
	t.Helper()
	script(t, p.env, "kill")
}

// Stop ends the server in order.
func (p *Instance) Stop(t testing.TB) {
	t.Helper()
	script(t, p.env, "down")
}

// Restart brings the server back on the same port and data, after stopping it in order
// if it runs, and returns when it serves.
func (p *Instance) Restart(t testing.TB) {
	t.Helper()
	script(t, p.env, "restart")
}

// Dir is the folder of the server: its configuration, its log (server.log), and its
// data where CLICKHOUSE_DATA names no other place.
func (p *Instance) Dir() string { return p.dir }

// data puts a server's data into a folder of the test alone where CLICKHOUSE_DATA is set, as
// dev/with-services sets it to one in memory. A cleanup that ends the server must be
// registered later, to run before.
func data(t testing.TB) []string {
	t.Helper()
	parent := os.Getenv("CLICKHOUSE_DATA")
	if parent == "" {
		return nil
	}
	dir, err := os.MkdirTemp(parent, "test.") //nolint:usetesting // t.TempDir is not there
	if err != nil {
		t.Fatalf("making a folder for a server's data: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // what is left goes with the parent
	return []string{"CLICKHOUSE_DATA=" + dir}
}

// owner lets a server end with this process.
func owner() string { return fmt.Sprintf("CLICKHOUSE_OWNER=%d", os.Getpid()) }

// script runs dev/clickhouse and gives the variables that it printed.
func script(t testing.TB, env []string, args ...string) variables {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(root, "dev", "clickhouse"), args...)
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = slices.Concat(os.Environ(), env), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("dev/clickhouse %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return parse(stdout.String())
}

func parse(lines string) variables {
	values := map[string]string{}
	for s := bufio.NewScanner(strings.NewReader(lines)); s.Scan(); {
		if name, value, ok := strings.Cut(s.Text(), "="); ok {
			values[name] = value
		}
	}
	return func(name string) string { return values[name] }
}

// moduleRoot is the folder of go.mod: tests run in the folders of their packages.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("looking for the module's folder: %w", err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir || !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("looking for the module's folder: %w", err)
		}
		dir = up
	}
}
