package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"milepost/outcome"
)

// outcomeStore takes batches of outcomes; what it returned from without an error
// is durable.
type outcomeStore interface {
	Write(ctx context.Context, batch []outcome.Outcome) error
}

// storeBatch is how many outcomes are written in one transaction.
const storeBatch = 1000

// outbox passes outcomes on as JSON lines, into a store, or both.
type outbox struct {
	lines *bufio.Writer // nil: no lines
	store outcomeStore  // nil: no store
	batch []outcome.Outcome
}

func newOutbox(lines io.Writer, store outcomeStore) *outbox {
	b := &outbox{store: store}
	if lines != nil {
		b.lines = bufio.NewWriter(lines)
	}
	return b
}

func (b *outbox) add(ctx context.Context, o outcome.Outcome) error {
	if b.lines != nil {
		if err := writeLine(b.lines, o); err != nil {
			return err
		}
	}
	if b.store == nil {
		return nil
	}
	if b.batch = append(b.batch, o); len(b.batch) >= storeBatch {
		return b.deliver(ctx)
	}
	return nil
}

// flush passes on what is still held.
func (b *outbox) flush(ctx context.Context) error {
	if b.lines != nil {
		if err := b.lines.Flush(); err != nil {
			return fmt.Errorf("write outcomes: %w", err)
		}
	}
	return b.deliver(ctx)
}

func (b *outbox) deliver(ctx context.Context) error {
	if b.store == nil || len(b.batch) == 0 {
		return nil
	}
	err := b.store.Write(ctx, b.batch)
	clear(b.batch)
	b.batch = b.batch[:0]
	return err
}

// writeLine writes v as one line of JSON.
func writeLine(w io.Writer, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %T: %w", v, err)
	}
	if _, err := w.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	return nil
}
