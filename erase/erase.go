package erase

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milepost/sinks"
)

// Step is the work on places of one kind. Both methods note what goes wrong in the
// places, so that the others are worked on all the same.
type Step interface {
	// Erase deletes, or where dry only looks, and gives the places that it looked at.
	Erase(ctx context.Context, whose sinks.Subject, dry bool) []*Place
	// Verify reads the places again, when all steps are through.
	Verify(ctx context.Context, whose sinks.Subject, places []*Place)
}

// holder is a step that may keep something that must not be erased.
type holder interface {
	// Held is an error where it does.
	Held(ctx context.Context, whose sinks.Subject) error
}

// Config is what an erasure is done with.
type Config struct {
	// Steps in their order: first the state, so that whoever keeps the vehicle in memory
	// gives it up, and nothing new of it comes to the others.
	Steps   []Step
	DryRun  bool
	Version string // of milepost
	Now     func() time.Time
}

var errSubject = errors.New("erase: name a vehicle, an account or a collision")

// Run works through all steps. Its error is of the request, of something that is held,
// where nothing is erased anywhere, or of a context that ended; what could not be done or
// verified stands in the proof.
func Run(ctx context.Context, whose sinks.Subject, cfg Config) (*Proof, error) {
	named := 0
	for _, id := range []string{whose.Vehicle, whose.Account, whose.Collision} {
		if id != "" {
			named++
		}
	}
	if named != 1 {
		return nil, errSubject
	}
	if err := held(ctx, whose, cfg); err != nil {
		return nil, err
	}
	p := &Proof{Format: Format, Version: cfg.Version, Subject: subjectOf(whose), DryRun: cfg.DryRun,
		StartedAt: cfg.Now().UTC().Truncate(time.Second), Verified: !cfg.DryRun}
	places := make([][]*Place, len(cfg.Steps))
	for i, step := range cfg.Steps {
		places[i] = step.Erase(ctx, whose, cfg.DryRun)
		p.Places = append(p.Places, places[i]...)
	}
	for i, step := range cfg.Steps {
		if !cfg.DryRun {
			step.Verify(ctx, whose, places[i])
		}
	}
	p.conclude()
	p.EndedAt = cfg.Now().UTC().Truncate(time.Second)
	return p, ctx.Err()
}

// held asks all places before the first of them is changed: what is kept for a dispute in
// one must not go from the others.
func held(ctx context.Context, whose sinks.Subject, cfg Config) error {
	for _, step := range cfg.Steps {
		if h, ok := step.(holder); ok && !cfg.DryRun {
			if err := h.Held(ctx, whose); err != nil {
				return fmt.Errorf("nothing was erased: %w", err)
			}
		}
	}
	return nil
}
