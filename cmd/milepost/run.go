package main

import (
	"context"
	"fmt"
	"os"

	"milepost/config"
)

type runCmd struct {
	Config string `type:"existingfile" placeholder:"FILE" help:"Settings; milepost config shows all there are. MILEPOST_* variables go before the file."`
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
	return s.run(ctx)
}
