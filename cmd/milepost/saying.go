package main

import "github.com/schollz/progressbar/v3"

// saying is one line on an interactive terminal that says what is being done, and
// nothing elsewhere.
type saying struct{ bar *progressbar.ProgressBar }

func newSaying(out *terminal) saying {
	if !out.Interactive {
		return saying{}
	}
	return saying{progressbar.NewOptions(-1, progressbar.OptionSetWriter(out.Stderr), progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))}
}

// say takes the place of what was said before.
func (s saying) say(what string) {
	if s.bar != nil {
		s.bar.Describe(clip(what, 60))
	}
}

func (s saying) finish() {
	if s.bar != nil {
		_ = s.bar.Finish() // a line that cannot be cleared stops nothing
	}
}
