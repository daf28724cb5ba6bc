package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"milepost/config"
)

type runCmd struct {
	Config    string        `type:"existingfile" placeholder:"FILE" help:"Settings; milepost config shows all there are. MILEPOST_* variables go before the file."`
	UntilIdle time.Duration `placeholder:"5s" help:"Read what there is, and end when nothing has come for so long: for trials and tests."`
}

// Validate checks the flags.
func (c *runCmd) Validate() error {
	if c.UntilIdle != 0 && c.UntilIdle < time.Second {
		return fmt.Errorf("--until-idle is %v: must be at least 1s", c.UntilIdle)
	}
	return nil
}

// Run consumes telemetry until it is told to stop; then it drains.
func (c *runCmd) Run(ctx context.Context, out *terminal) error {
	cfg, err := config.Load(c.Config, os.Environ())
	if err != nil {
		return usageError{err}
	}
	log, err := newLogger(out.Stderr, cfg.Log)
	if err != nil {
		return err
	}
	limitMemory(cfg.Limits)
	s, err := newService(ctx, cfg, log, wrappers{})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	if c.UntilIdle > 0 {
		var end context.CancelFunc
		ctx, end = context.WithCancel(ctx)
		defer end()
		s.idle, s.quiet.end = c.UntilIdle, end
	}
	return s.run(ctx)
}
