package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milepost/fixtures/recordings"
	"milepost/sinks/clickhouse/clickhousetest"
)

// liveLines is how many commands stand under "With Kafka".
const liveLines = 4

// The commands of the README's shell blocks run as they stand there, in one folder,
// one after the other. Those on the UAH-DriveSet need MILEPOST_DATA. A broker in this
// process stands in for that of dev/kafka: the tests of run are those on a real one.
func TestReadmeCommands(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(work, "bin", "milepost"), ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	var simulated, recorded, live []string
	before, behind, _ := strings.Cut(string(text), "\n## With ClickHouse\n")
	onClickHouse, behind, _ := strings.Cut(behind, "\n## ")
	for _, line := range shellLines(before + "\n" + behind) {
		switch {
		case !strings.HasPrefix(line, "bin/milepost"):
			// make and go build are what this test is run by
		case strings.Contains(line, "drives."):
			recorded = append(recorded, line)
		case strings.Contains(line, "$MILEPOST_KAFKA") || len(live) > 0 && len(live) < liveLines:
			live = append(live, line)
		default:
			simulated = append(simulated, line)
		}
	}
	if len(simulated) < 3 || len(recorded) < 3 || len(live) != liveLines {
		t.Errorf("the README has %d commands on the demo, %d on recorded drives, %d with Kafka", len(simulated), len(recorded), len(live))
	}
	t.Run("with Kafka", func(t *testing.T) {
		addr := fakeBroker(t)
		t.Setenv("MILEPOST_KAFKA_BROKERS", addr)
		t.Setenv("MILEPOST_HTTP_LISTEN", "")
		for _, line := range live {
			runLine(t, work, strings.ReplaceAll(line, "$MILEPOST_KAFKA", addr))
		}
	})
	t.Run("with ClickHouse", func(t *testing.T) { runOnClickHouse(t, work, shellLines(onClickHouse)) })
	for _, line := range simulated {
		runLine(t, work, line)
	}
	t.Run("recorded drives", func(t *testing.T) {
		uah := recordings.Folder(t, "uah")
		for _, line := range recorded {
			runLine(t, work, strings.ReplaceAll(line, "UAH-DRIVESET/", uah))
		}
	})
}

// runOnClickHouse gives the lines to a shell, on a database of this test's; servers that
// they would start and stop are there.
func runOnClickHouse(t *testing.T, work string, lines []string) {
	o := clickhousetest.Server(t).Database(t)
	t.Setenv("MILEPOST_KAFKA", fakeBroker(t))
	t.Setenv("MILEPOST_CLICKHOUSE", o.Addr[0])
	t.Setenv("MILEPOST_CLICKHOUSE_PASSWORD", o.Auth.Password)
	t.Setenv("MILEPOST_STORE_CLICKHOUSE_DATABASE", o.Auth.Database)
	t.Setenv("MILEPOST_HTTP_LISTEN", "")
	settings, err := os.ReadFile("../../milepost.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "milepost.yaml"), settings, 0o600); err != nil {
		t.Fatal(err)
	}
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "make ") || strings.HasPrefix(line, "dev/") || strings.Contains(line, "$(dev/")
	})
	if len(lines) < 9 {
		t.Fatalf("the README has %d lines with ClickHouse: %q", len(lines), lines)
	}
	shell := exec.Command("sh", "-ec", strings.Join(lines, "\n"))
	shell.Dir = work
	if out, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func runLine(t *testing.T, work, line string) {
	t.Helper()
	args := strings.Fields(strings.SplitN(line, "#", 2)[0])
	command := exec.Command(filepath.Join(work, args[0]), args[1:]...)
	command.Dir = work
	if out, err := command.CombinedOutput(); err != nil || len(out) == 0 {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// shellLines gives the lines of the sh blocks of a Markdown text.
func shellLines(text string) (lines []string) {
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "```sh":
			inside = true
		case strings.HasPrefix(line, "```"):
			inside = false
		case inside && line != "":
			lines = append(lines, line)
		}
	}
	return lines
}

// What the README shows of the demo is what the demo prints.
func TestReadmeShowsTheDemo(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "milepost")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	demo := exec.Command(binary, "demo", "--once")
	demo.Dir = t.TempDir()
	printed, err := demo.Output()
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "\n```\nsim-")
	block, _, found := strings.Cut("sim-"+block, "\n```")
	if !found {
		t.Fatal("the README has no block of the demo's output")
	}
	for line := range strings.Lines(block) {
		if line = strings.TrimRight(line, "\n"); !strings.Contains(string(printed), line) {
			t.Errorf("the demo does not print %q", line)
		}
	}
}
