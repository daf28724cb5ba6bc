package sinks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"milepost/outcome"
)

// ErrClosed is returned to those who submit to a fan-out that is closed.
var ErrClosed = errors.New("the sinks are closed")

// FanoutConfig says how batches are queued, merged and tried again. A zero field
// means the default. Batch and Linger are those of sinks that have none of their own.
type FanoutConfig struct {
	Queue   int           // outcomes that may wait for one sink, those being written included (10,000)
	Batch   int           // most outcomes of one write (1,000), and never more than half the queue
	Linger  time.Duration // how long a write waits for more outcomes (200 ms)
	Backoff Backoff       // between tries of a write that failed
	Hooks   Hooks
}

// Hooks are told what happens, for metrics and logs. Any may be nil; calls may be
// concurrent, and a sink waits for them.
type Hooks struct {
	// Waiting tells by how much the number of outcomes changed that a sink has not
	// written yet.
	Waiting func(sink string, change int)
	// Written tells of a write that succeeded, of its outcomes, those included that a
	// failure before had left written, and of the time it took, without the failures.
	Written func(sink string, outcomes int, took time.Duration)
	// Retried tells of a failure after which the write is tried again; failures
	// counts those in a row.
	Retried func(sink string, failures int, err error)
}

func (c FanoutConfig) withDefaults() FanoutConfig {
	c.Queue = orDefault(c.Queue, 10_000)
	c.Batch = orDefault(c.Batch, 1000)
	c.Linger = orDefault(c.Linger, 200*time.Millisecond)
	if c.Hooks.Waiting == nil {
		c.Hooks.Waiting = func(string, int) {}
	}
	if c.Hooks.Written == nil {
		c.Hooks.Written = func(string, int, time.Duration) {}
	}
	if c.Hooks.Retried == nil {
		c.Hooks.Retried = func(string, int, error) {}
	}
	return c
}

func orDefault[N int | time.Duration](value, standard N) N {
	if value <= 0 {
		return standard
	}
	return value
}

// Fanout gives every batch to all sinks and says when all have it. Each sink has a
// goroutine and a bounded queue of its own: a slow one is not waited for by the
// others until its queue is full, and then by whoever submits; those that come First
// have got the batch before. Outcomes reach each sink in the order in which they were
// submitted.
type Fanout struct {
	cfg   FanoutConfig
	lines []*line

	open    context.Context //nolint:containedctx // ends, with the reason, when nothing more is taken
	shut    context.CancelCauseFunc
	writing context.Context //nolint:containedctx // ends when writing is given up
	giveUp  context.CancelCauseFunc
	ended   chan struct{} // Run has returned

	mu      sync.Mutex
	started bool
	closed  bool
}

// NewFanout makes a fan-out into the sinks; Run moves the outcomes.
func NewFanout(cfg FanoutConfig, sinks ...Named) *Fanout {
	f := &Fanout{cfg: cfg.withDefaults(), ended: make(chan struct{})}
	f.open, f.shut = context.WithCancelCause(context.Background())
	f.writing, f.giveUp = context.WithCancelCause(context.Background())
	for _, s := range sinks {
		f.lines = append(f.lines, newLine(s, &f.cfg))
	}
	return f
}

// Submit queues a batch for all sinks and returns its ticket. It blocks while any
// queue is full, so that memory stays bounded: whoever reads the input waits with
// it. The sinks that come First have it by then. A batch larger than a queue waits
// until that queue is empty. On an error nothing was queued but for these. The batch
// belongs to the fan-out afterwards.
func (f *Fanout) Submit(ctx context.Context, batch []outcome.Outcome) (*Ticket, error) {
	if err := context.Cause(f.open); err != nil {
		return nil, err
	}
	first, others := f.portions(batch)
	ticket := newTicket(len(first)+len(others), f.hurry)
	for _, to := range [][]portion{first, others} {
		if err := f.queue(ctx, to, ticket); err != nil {
			return nil, err
		}
	}
	return ticket, nil
}

// portion is what a sink takes of a batch.
type portion struct {
	to    *line
	batch []outcome.Outcome
}

// portions gives the sinks that take something, those that come first apart.
func (f *Fanout) portions(batch []outcome.Outcome) (first, others []portion) {
	for _, l := range f.lines {
		p := portion{l, l.taken(batch)}
		switch {
		case len(p.batch) == 0:
		case l.First:
			first = append(first, p)
		default:
			others = append(others, p)
		}
	}
	return first, others
}

// queue puts portions into their queues, when there is room in each.
func (f *Fanout) queue(ctx context.Context, to []portion, ticket *Ticket) error {
	if err := f.reserve(ctx, to); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := context.Cause(f.open); err != nil || f.closed {
		release(to)
		return cmp.Or(err, ErrClosed)
	}
	for _, p := range to {
		p.to.push(entry{p.batch, ticket})
	}
	return nil
}

// reserve waits for room in every queue.
func (f *Fanout) reserve(ctx context.Context, to []portion) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(f.open, func() { cancel(context.Cause(f.open)) })()
	for i, p := range to {
		if err := p.to.reserve(ctx, len(p.batch)); err != nil {
			release(to[:i])
			return context.Cause(ctx)
		}
	}
	return nil
}

func release(to []portion) {
	for _, p := range to {
		p.to.release(len(p.batch))
	}
}

// hurry ends the lingering of those who hold what somebody waits for.
func (f *Fanout) hurry() {
	for _, l := range f.lines {
		select {
		case l.hurry <- struct{}{}:
		default: // it will look in any case
		}
	}
}

// Run writes what is submitted until the fan-out is closed and everything is
// written: then it returns nil. It returns a *SinkError when a sink refuses for
// good, and the cause of ctx when that ends. After an error nothing more is
// written, tickets that are not done stay so, and Submit returns that error. Run
// is called once.
func (f *Fanout) Run(ctx context.Context) error {
	defer close(f.ended)
	f.mu.Lock()
	f.started = true
	f.mu.Unlock()
	defer context.AfterFunc(ctx, func() { f.giveUp(context.Cause(ctx)) })()
	running, writing := errgroup.WithContext(f.writing)
	for _, l := range f.lines {
		running.Go(func() error {
			err := l.run(writing)
			if err != nil {
				f.shut(err) // at once: others may be a while in their last write
			}
			return err
		})
	}
	running.Go(func() error { return untilShut(writing, f.open) })
	err := running.Wait()
	if err != nil {
		f.shut(err)
	}
	return err
}

// untilShut keeps Run alive where there is no sink to wait for.
func untilShut(writing, open context.Context) error {
	select {
	case <-open.Done():
		return nil
	case <-writing.Done():
		return context.Cause(writing)
	}
}

// Close takes nothing more, waits until every sink has what was submitted, and
// with that ends Run. When ctx ends first, writing is given up, and the error says
// what each sink has not got: it was not acknowledged and comes again from the
// input. After the first call Close does nothing new.
func (f *Fanout) Close(ctx context.Context) error {
	f.refuseMore()
	if f.toWait() {
		select {
		case <-f.ended:
		case <-ctx.Done():
			f.giveUp(ErrClosed)
		}
	}
	var left []string
	for _, l := range f.lines {
		if n := l.waiting.Load(); n > 0 {
			left = append(left, fmt.Sprintf("%s %d", l.Name, n))
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("close the sinks: outcomes not delivered: %s", strings.Join(left, ", "))
	}
	return nil
}

// toWait reports whether Run runs, or has to.
func (f *Fanout) toWait() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.started || slices.ContainsFunc(f.lines, func(l *line) bool { return l.waiting.Load() > 0 })
}

// refuseMore closes the queues; what is in them is still written.
func (f *Fanout) refuseMore() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.closed = true
	f.shut(ErrClosed)
	for _, l := range f.lines {
		close(l.queue)
	}
}
