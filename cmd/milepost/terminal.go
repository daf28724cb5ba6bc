package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// terminal is where commands write: results to Stdout, everything about the run
// to Stderr.
type terminal struct {
	Stdout, Stderr io.Writer
	// Interactive says that a person watches Stderr: progress is shown.
	Interactive bool
	// Program is how the user calls milepost; "milepost" where empty.
	Program string
}

func systemTerminal() *terminal {
	return &terminal{Stdout: os.Stdout, Stderr: os.Stderr, Interactive: term.IsTerminal(int(os.Stderr.Fd())),
		Program: programName(os.Args[0])}
}

// program is what to write before a command that the user may type.
func (t *terminal) program() string {
	if t.Program == "" {
		return "milepost"
	}
	return t.Program
}

// programName says how to call this program again: by its plain name where the
// shell finds it so, through the go tool where that built it for this run alone,
// and else as it was called.
func programName(called string) string {
	self, err := os.Executable()
	if err != nil {
		return called
	}
	if found, err := exec.LookPath("milepost"); err == nil && sameFile(found, self) {
		return "milepost"
	}
	const source = "./cmd/milepost"
	if strings.Contains(filepath.ToSlash(self), "/go-build") {
		if _, err := os.Stat(source); err == nil {
			return "go run " + source
		}
	}
	return called
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
