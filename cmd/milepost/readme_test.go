package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The commands of the README's shell blocks run as they stand there, in one folder,
// one after the other. Those on the UAH-DriveSet need MILEPOST_DATA.
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
	data := os.Getenv("MILEPOST_DATA")
	ran := 0
	for _, line := range shellLines(string(text)) {
		if !strings.HasPrefix(line, "bin/milepost") {
			continue // make and go build are what this test is run by
		}
		if strings.Contains(line, "drives.") && data == "" {
			t.Logf("not run, MILEPOST_DATA names no folder of recorded drives: %s", line)
			continue
		}
		line = strings.ReplaceAll(line, "UAH-DRIVESET/", filepath.Join(data, "uah"))
		args := strings.Fields(strings.SplitN(line, "#", 2)[0])
		command := exec.Command(filepath.Join(work, args[0]), args[1:]...)
		command.Dir = work
		if out, err := command.CombinedOutput(); err != nil || len(out) == 0 {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
		ran++
	}
	if ran < 3 {
		t.Errorf("only %d commands of the README were run", ran)
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
