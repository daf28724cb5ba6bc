package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal is where commands write: results to Stdout, everything about the run
// to Stderr.
type terminal struct {
	Stdout, Stderr io.Writer
	// Interactive says that a person watches Stderr: progress is shown.
	Interactive bool
}

func systemTerminal() *terminal {
	return &terminal{Stdout: os.Stdout, Stderr: os.Stderr, Interactive: term.IsTerminal(int(os.Stderr.Fd()))}
}
