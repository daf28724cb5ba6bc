package main

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"milepost/config"
	"milepost/outcome"
	"milepost/sinks"
)

// valve lets as many writes through to the sink as the test says: with it, a run is
// held in the middle of its work.
type valve struct {
	pass    chan struct{}
	opened  chan struct{}
	waiting atomic.Int64 // writes, of all members
}

func newValve() *valve {
	return &valve{pass: make(chan struct{}, 1000), opened: make(chan struct{})}
}

func (v *valve) let(writes int) {
	for range writes {
		v.pass <- struct{}{}
	}
}

func (v *valve) open() { close(v.opened) }

// held reports whether a write waits.
func (v *valve) held() bool { return len(v.pass) == 0 && v.waiting.Load() > 0 }

// wrap puts the valve before the sink. The group notices changes soon, and writes
// are as small as they can be.
func (v *valve) wrap() wrappers {
	return wrappers{
		linger: time.Millisecond, session: 6 * time.Second,
		sink: func(n sinks.Named) sinks.Named { n.Writer = throttled{n.Writer, v}; return n },
	}
}

type throttled struct {
	sinks.Writer
	valve *valve
}

func (w throttled) Write(ctx context.Context, batch []outcome.Outcome) error {
	if err := w.valve.wait(ctx); err != nil {
		return err
	}
	return w.Writer.Write(ctx, batch)
}

func (v *valve) wait(ctx context.Context) error {
	v.waiting.Add(1)
	defer v.waiting.Add(-1)
	select {
	case <-v.pass:
	case <-v.opened:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// inSmallSteps makes a run read and hand on as little at once as there is.
func inSmallSteps(c config.Config) config.Config {
	c.Limits.FetchBytes, c.Limits.OutcomeQueue, c.State.Every = 1<<10, 1, time.Millisecond
	return c
}

// number reads a counter or the sum of its labels, as /metrics gives it.
func (m *member) number(t *testing.T, name string) float64 {
	t.Helper()
	all, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range all {
		if family.GetName() != name {
			continue
		}
		var sum float64
		for _, one := range family.GetMetric() {
			sum += one.GetCounter().GetValue() + one.GetGauge().GetValue()
		}
		return sum
	}
	return 0
}

func testLog(t *testing.T) *slog.Logger {
	if testing.Verbose() {
		return slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	return slog.New(slog.NewTextHandler(io.Discard, nil))
}
