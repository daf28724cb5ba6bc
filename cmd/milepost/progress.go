package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress is a bar on an interactive terminal, and nothing elsewhere. It is safe
// for concurrent use.
type progress struct {
	bar *progressbar.ProgressBar
}

func newProgress(out *terminal, total int, what string) progress {
	if !out.Interactive {
		return progress{}
	}
	return progress{progressbar.NewOptions(total,
		progressbar.OptionSetWriter(out.Stderr),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
}

// add moves the bar on by n. A bar that cannot be drawn must not stop the work.
func (p progress) add(n int) {
	if p.bar != nil && n != 0 {
		_ = p.bar.Add(n)
	}
}

// finish removes the bar.
func (p progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
