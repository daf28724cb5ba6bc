package check

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"milepost/ingest/raw"
	"milepost/outcome"
	"milepost/sinks"
)

// Topic is the outcome topic, as sinks/kafka writes it.
type Topic struct {
	Name     string
	Brokers  net.Addr
	Via      kafkago.RoundTripper // a kafka.Transport
	ClientID string               // of that
}

// span is a part of a partition: offsets from first to before last.
type span struct {
	partition   int
	first, last int64
}

// ends lists the partitions with what they hold.
func (t *Topic) ends(ctx context.Context) ([]span, error) {
	client := &kafkago.Client{Addr: t.Brokers, Transport: t.Via}
	counts, err := raw.Partitions(ctx, client, t.Name)
	if err != nil {
		return nil, err
	}
	out := make([]span, counts[t.Name])
	for p := range out {
		first, last, err := raw.Offsets(ctx, client, t.Name, p)
		if err != nil {
			return nil, err
		}
		out[p] = span{p, first, last}
	}
	return out, nil
}

// between is what came after the one and before the other list of ends.
func between(before, after []span) []span {
	out := slices.Clone(after)
	for i := range out {
		if i < len(before) {
			out[i].first = max(out[i].first, before[i].last)
		}
	}
	return out
}

// Records is about how many records the topic holds.
func (t *Topic) Records(ctx context.Context) (n int64, err error) {
	spans, err := t.ends(ctx)
	for _, s := range spans {
		n += s.last - s.first
	}
	return n, err
}

// read gives every record of the spans; of several partitions at once, each in order.
func (t *Topic) read(ctx context.Context, spans []span, each func(*raw.Record) error) error {
	const atOnce = 4
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, s := range spans {
		g.Go(func() error {
			if err := t.readPartition(ctx, s, each); err != nil {
				return fmt.Errorf("read partition %d of topic %s: %w", s.partition, t.Name, err)
			}
			return nil
		})
	}
	return g.Wait()
}

func (t *Topic) readPartition(ctx context.Context, s span, each func(*raw.Record) error) error {
	f := raw.NewFetcher(t.Via, t.Brokers, raw.Config{Topic: t.Name, Partition: s.partition, MaxBytes: 4 << 20, ClientID: t.ClientID})
	backoff, failures := sinks.Backoff{Max: 5 * time.Second}, 0
	for at := s.first; at < s.last; {
		got, err := f.Fetch(ctx, at)
		if err != nil {
			const tries = 8
			if failures++; failures >= tries || !raw.Retryable(err) || ctx.Err() != nil {
				return err
			}
			if err := backoff.Wait(ctx, failures); err != nil {
				return err
			}
			continue
		}
		if got.Empty() {
			// What is left is part of a transaction that is still open.
			if failures++; failures > 1 {
				got.Release()
				return nil
			}
			continue
		}
		failures = 0
		err = got.Each(func(r *raw.Record) error {
			if r.Offset >= s.last {
				return errEnough
			}
			return each(r)
		})
		at = got.Next
		got.Release()
		if err != nil && !errors.Is(err, errEnough) {
			return err
		}
	}
	return nil
}

var errEnough = errors.New("what follows was written later")

// letter is a record's envelope: what its CloudEvents headers say.
type letter struct {
	id   identity
	kind outcome.Type
	at   outcome.Time // cut to the millisecond
}

// open reads the envelope. ours is false for what no outcome is.
func open(r *raw.Record) (l letter, ours bool, err error) {
	name, _ := r.Header("ce_type")
	kind, ok := strings.CutPrefix(string(name), "milepost.")
	if !ok {
		return l, false, nil
	}
	kind, _, _ = strings.Cut(kind, ".")
	l.kind = outcome.Type(kind)
	if !slices.Contains(kinds, l.kind) {
		return l, false, nil
	}
	subject, _ := r.Header("ce_subject")
	if len(subject) != hex.EncodedLen(len(l.id)) {
		return l, true, errors.New("its ce_subject is no id")
	}
	if _, err := hex.Decode(l.id[:], subject); err != nil {
		return l, true, fmt.Errorf("its ce_subject is no id: %w", err)
	}
	when, _ := r.Header("ce_time")
	at, err := time.Parse(time.RFC3339Nano, string(when))
	if err != nil {
		return l, true, fmt.Errorf("its ce_time: %w", err)
	}
	l.at = outcome.Time(at.UnixMicro())
	return l, true, nil
}
