package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"milepost/outcome"
	"milepost/sinks"
)

// outcomeStore takes what a run gave; what it returned from without an error is
// durable.
type outcomeStore interface {
	Settle(ctx context.Context, drives []sinks.Drive) error
	SettleFacts(ctx context.Context, facts []outcome.Outcome) error
	Recount(ctx context.Context, months []*outcome.Month) error
}

// storeBatch is how many outcomes are written in one transaction.
const storeBatch = 1000

// openDrives is how many drives wait for what may still amend them; the oldest goes first.
const openDrives = 5000

// outbox passes outcomes on as JSON lines, into a store, or both. What comes late
// amends also trips before a vehicle's latest: so drives are held, and the store gets
// them as the run left them. One that had to go before is passed on again, with what
// came after. Of collisions, charging sessions and factors, which are rare, the last revision
// goes. Months go last, summed up from all trips that the store then has.
type outbox struct {
	lines  *lineWriter                // nil: no lines
	store  outcomeStore               // nil: no store
	open   map[string]*sinks.Drive    // by trip
	order  []string                   // trips in open, in the order in which they came
	gone   map[string]bool            // trips passed on before
	most   int                        // in open
	months map[string]*outcome.Month  // the latest revision, by id
	rare   map[string]outcome.Outcome // the latest revision of each other fact, by id
	batch  []sinks.Drive
	held   int   // outcomes in batch
	failed error // of the store: nothing more is tried
}

func newOutbox(lines io.Writer, store outcomeStore) *outbox {
	b := &outbox{store: store, open: map[string]*sinks.Drive{}, gone: map[string]bool{}, most: openDrives, months: map[string]*outcome.Month{}, rare: map[string]outcome.Outcome{}}
	if lines != nil {
		b.lines = &lineWriter{to: lines}
	}
	return b
}

func (b *outbox) add(ctx context.Context, o outcome.Outcome) error {
	if b.lines != nil {
		if err := b.lines.write(o); err != nil {
			return err
		}
	}
	if b.store == nil {
		return nil
	}
	switch o := o.(type) {
	case *outcome.Event:
		b.addEvent(o)
	case *outcome.Trip:
		b.drive(o.ID).Trip = o
	case *outcome.Month:
		b.months[o.ID] = o
	case *outcome.Collision, *outcome.Charge, *outcome.Factor:
		if before := b.rare[o.Head().ID]; before == nil || before.Head().Revision <= o.Head().Revision {
			b.rare[o.Head().ID] = o
		}
	default:
		return fmt.Errorf("no place in a store for outcomes of Go type %T", o)
	}
	if b.held >= storeBatch {
		return b.deliver(ctx)
	}
	return nil
}

// addEvent puts an event with its trip; one that came out before may have been with
// another.
func (b *outbox) addEvent(o *outcome.Event) {
	if o.Revision > 1 {
		for _, d := range b.open {
			d.Events = slices.DeleteFunc(d.Events, func(e *outcome.Event) bool { return e.ID == o.ID })
		}
	}
	d := b.drive(o.TripID)
	d.Events = append(d.Events, o)
}

// drive gives a trip's open drive; a new one may close the oldest.
func (b *outbox) drive(trip string) *sinks.Drive {
	if d := b.open[trip]; d != nil {
		return d
	}
	if len(b.order) >= b.most {
		b.closeOldest()
	}
	d := &sinks.Drive{More: b.gone[trip]}
	b.open[trip] = d
	b.order = append(b.order, trip)
	return d
}

func (b *outbox) closeOldest() {
	trip := b.order[0]
	d := b.open[trip]
	b.batch = append(b.batch, *d)
	b.held += d.Outcomes()
	b.gone[trip] = true
	delete(b.open, trip)
	b.order = b.order[1:]
}

// finish passes on all that is still held, also after a failure elsewhere.
func (b *outbox) finish(ctx context.Context) error {
	var errs []error
	if b.lines != nil {
		errs = append(errs, b.lines.flush())
	}
	if b.store != nil && b.failed == nil {
		if err := b.deliverOpen(ctx); err != nil {
			return errors.Join(append(errs, err)...)
		}
		errs = append(errs, b.settleRare(ctx), b.recount(ctx))
	}
	return errors.Join(errs...)
}

// deliverOpen passes on all drives.
func (b *outbox) deliverOpen(ctx context.Context) error {
	for len(b.order) > 0 {
		b.closeOldest()
		if b.held < storeBatch && len(b.order) > 0 {
			continue
		}
		if err := b.deliver(ctx); err != nil {
			return err
		}
	}
	return b.deliver(ctx)
}

func (b *outbox) deliver(ctx context.Context) error {
	if b.failed != nil {
		return nil // said before
	}
	b.failed = b.store.Settle(ctx, b.batch)
	clear(b.batch)
	b.batch, b.held = b.batch[:0], 0
	return b.failed
}

// rareBatch is how many rare facts are written in one transaction: of up to 10 KB each.
const rareBatch = 200

func (b *outbox) settleRare(ctx context.Context) error {
	facts := slices.SortedFunc(maps.Values(b.rare), func(x, y outcome.Outcome) int {
		a, b := x.Head(), y.Head()
		return cmp.Or(cmp.Compare(a.VehicleID, b.VehicleID), cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	for part := range slices.Chunk(facts, rareBatch) {
		if b.failed == nil {
			b.failed = b.store.SettleFacts(ctx, part)
		}
	}
	clear(b.rare)
	return b.failed
}

// recountBatch is how many months are summed in one transaction.
const recountBatch = 200

func (b *outbox) recount(ctx context.Context) error {
	if b.failed != nil {
		return nil // said before
	}
	// A vehicle's months stand together, so that neighbours are summed once.
	months := slices.SortedFunc(maps.Values(b.months), func(x, y *outcome.Month) int {
		return cmp.Or(cmp.Compare(x.VehicleID, y.VehicleID), cmp.Compare(x.Month, y.Month), cmp.Compare(x.ID, y.ID))
	})
	for part := range slices.Chunk(months, recountBatch) {
		if b.failed == nil {
			b.failed = b.store.Recount(ctx, part)
		}
	}
	clear(b.months)
	return b.failed
}

// lineWriter writes whole lines of JSON, many at a time: whatever stops the
// program, the last line that is out has its end.
type lineWriter struct {
	to   io.Writer
	held []byte
}

const lineBuffer = 1 << 16

func (w *lineWriter) write(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %T: %w", v, err)
	}
	if len(w.held)+len(line) >= lineBuffer {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.held = append(append(w.held, line...), '\n')
	return nil
}

func (w *lineWriter) flush() error {
	held := w.held
	w.held = w.held[:0]
	if len(held) == 0 {
		return nil
	}
	if _, err := w.to.Write(held); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	return nil
}

// writeLine writes v as one line of JSON.
func writeLine(w io.Writer, v any) error {
	line := lineWriter{to: w}
	if err := line.write(v); err != nil {
		return err
	}
	return line.flush()
}
