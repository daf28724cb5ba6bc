package sinks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"milepost/outcome"
)

// entry is a submitted batch in the queue of one sink.
type entry struct {
	batch  []outcome.Outcome
	ticket *Ticket
}

func (e entry) awaited() bool { return e.ticket.awaited.Load() }

// line is the way into one sink: its queue and the goroutine that empties it.
type line struct {
	Named // with its limits settled
	cfg   *FanoutConfig
	room  *semaphore.Weighted // first come, first served, so that no batch starves
	queue chan entry          // never full: each entry holds room
	held  entry               // taken from the queue, and too large for the last write
	hurry chan struct{}       // says that somebody waits for a ticket

	waiting atomic.Int64 // outcomes submitted and not written
}

func newLine(s Named, cfg *FanoutConfig) *line {
	// At most half of the queue: the next write gathers while one is under way.
	s.Batch = min(orDefault(s.Batch, cfg.Batch), max(cfg.Queue/2, 1))
	s.Linger = orDefault(s.Linger, cfg.Linger)
	return &line{Named: s, cfg: cfg, room: semaphore.NewWeighted(int64(cfg.Queue)), queue: make(chan entry, cfg.Queue),
		hurry: make(chan struct{}, 1)}
}

// taken is what the sink takes of a batch.
func (l *line) taken(batch []outcome.Outcome) []outcome.Outcome {
	if l.Takes == nil {
		return batch
	}
	var own []outcome.Outcome
	for _, o := range batch {
		if l.Takes(o) {
			own = append(own, o)
		}
	}
	return own
}

func (l *line) reserve(ctx context.Context, outcomes int) error {
	return l.room.Acquire(ctx, l.share(outcomes))
}

func (l *line) release(outcomes int) { l.room.Release(l.share(outcomes)) }

// share is the room that a batch takes: never more than there is.
func (l *line) share(outcomes int) int64 { return int64(min(outcomes, l.cfg.Queue)) }

func (l *line) push(e entry) {
	l.count(len(e.batch))
	l.queue <- e
}

func (l *line) count(change int) {
	l.waiting.Add(int64(change))
	l.cfg.Hooks.Waiting(l.Name, change)
}

// run writes until the queue is closed and empty.
func (l *line) run(ctx context.Context) error {
	for {
		entries, err := l.gather(ctx)
		if err != nil || len(entries) == 0 {
			return err
		}
		if err := l.deliver(ctx, entries); err != nil {
			return err
		}
	}
}

// gather takes the entries of one write: as many as fit, waiting a while for more,
// but not where somebody waits for one of them. None means that the queue is closed
// and empty.
func (l *line) gather(ctx context.Context) ([]entry, error) {
	first, err := l.first(ctx)
	if err != nil || first.ticket == nil {
		return nil, err
	}
	entries, outcomes := []entry{first}, len(first.batch)
	linger := time.NewTimer(l.Linger)
	defer linger.Stop()
	for outcomes < l.Batch {
		e, err := l.next(ctx, entries, linger.C)
		if err != nil || e.ticket == nil {
			return entries, err
		}
		if outcomes += len(e.batch); outcomes > l.Batch {
			l.held = e
			break
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// next gives one more entry for a write; the zero entry where it is not to wait longer.
func (l *line) next(ctx context.Context, entries []entry, lingered <-chan time.Time) (entry, error) {
	for {
		select {
		case e := <-l.queue:
			return e, nil
		default:
		}
		if slices.ContainsFunc(entries, entry.awaited) {
			return entry{}, nil
		}
		select {
		case e := <-l.queue:
			return e, nil
		case <-l.hurry:
		case <-lingered:
			return entry{}, nil
		case <-ctx.Done():
			return entry{}, context.Cause(ctx)
		}
	}
}

// first waits for an entry; the zero entry where none will come.
func (l *line) first(ctx context.Context) (entry, error) {
	if e := l.held; e.ticket != nil {
		l.held = entry{}
		return e, nil
	}
	select {
	case e := <-l.queue:
		return e, nil
	case <-ctx.Done():
		return entry{}, context.Cause(ctx)
	}
}

// deliver writes the entries and then says so.
func (l *line) deliver(ctx context.Context, entries []entry) error {
	var all []outcome.Outcome
	for _, e := range entries {
		all = append(all, e.batch...)
	}
	for part := range slices.Chunk(all, l.Batch) {
		if err := l.write(ctx, part); err != nil {
			return err
		}
	}
	for _, e := range entries {
		l.count(-len(e.batch))
		l.release(len(e.batch))
		e.ticket.deliver()
	}
	return nil
}

// write tries until the sink has the batch, refuses it, or ctx ends.
func (l *line) write(ctx context.Context, batch []outcome.Outcome) error {
	for whole, failures := len(batch), 0; ; {
		began := time.Now()
		err := l.Writer.Write(ctx, batch)
		if err == nil {
			l.cfg.Hooks.Written(l.Name, whole, time.Since(began))
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var again *RetryableError
		if !errors.As(err, &again) {
			return &SinkError{Sink: l.Name, Err: named(batch, err)}
		}
		if again.Left != nil {
			batch = again.Left
		}
		failures++
		l.cfg.Hooks.Retried(l.Name, failures, err)
		if err := l.cfg.Backoff.Wait(ctx, failures); err != nil {
			return err
		}
	}
}

// named says of an error that names no outcome itself which ones it is about.
func named(batch []outcome.Outcome, err error) error {
	var culprit *OutcomeError
	if errors.As(err, &culprit) {
		return err
	}
	head := batch[0].Head()
	return fmt.Errorf("%d outcomes, the first of them %s %s: %w", len(batch), head.Type, head.ID, err)
}
