package deadletter

import (
	"context"
	"encoding/json"
	"fmt"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/sinks"
	"milepost/sinks/kafka"
)

// The kinds of record in the topic, as their header says.
const (
	kindHeader  = "kind"
	classHeader = "class"
	letterKind  = "dead-letter"
	replayKind  = "replayed"
)

// producer appends records; a *kafka.Producer.
type producer interface {
	Produce(ctx context.Context, records []kafka.Record) (left []int, err error)
}

// Writer writes letters to their topic. It is safe for concurrent use.
type Writer struct {
	to      producer
	backoff sinks.Backoff
	retried func(failures int, err error)
}

// NewWriter makes a writer into the producer's topic; retried is told of failures
// that are tried again, and may be nil.
func NewWriter(to *kafka.Producer, backoff sinks.Backoff, retried func(failures int, err error)) *Writer {
	return newWriter(to, backoff, retried)
}

func newWriter(to producer, backoff sinks.Backoff, retried func(int, error)) *Writer {
	if retried == nil {
		retried = func(int, error) {}
	}
	return &Writer{to: to, backoff: backoff, retried: retried}
}

// Submit returns nil when the letters are durable, and not before: while the topic
// cannot be written it blocks and tries again, so that no record is passed over
// whose letter is not safe. It returns the cause of ctx when that ends, and an error
// when the topic refuses for good.
func (w *Writer) Submit(ctx context.Context, letters ...Letter) error {
	records := make([]kafka.Record, 0, len(letters))
	for i := range letters {
		r, err := letters[i].record()
		if err != nil {
			return err
		}
		records = append(records, r)
	}
	return w.write(ctx, records)
}

func (w *Writer) write(ctx context.Context, records []kafka.Record) error {
	for failures := 1; len(records) > 0; failures++ {
		left, err := w.to.Produce(ctx, records)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !sinks.Retryable(err):
			return fmt.Errorf("write %d dead letters: %w", len(records), err)
		}
		records = picked(records, left)
		w.retried(failures, err)
		if err := w.backoff.Wait(ctx, failures); err != nil {
			return err
		}
	}
	return nil
}

func picked(records []kafka.Record, indexes []int) []kafka.Record {
	out := make([]kafka.Record, 0, len(indexes))
	for _, i := range indexes {
		out = append(out, records[i])
	}
	return out
}

// record is the letter as it stands in the topic.
func (l *Letter) record() (kafka.Record, error) {
	if err := l.Validate(); err != nil {
		return kafka.Record{}, fmt.Errorf("write dead letter of %s: %w", l.Origin, err)
	}
	return jsonRecord(l.Key, letterKind, string(l.Class), l)
}

func jsonRecord(key, kind, class string, v any) (kafka.Record, error) {
	value, err := json.Marshal(v)
	if err != nil {
		return kafka.Record{}, fmt.Errorf("encode dead letter: %w", err)
	}
	return kafka.Record{Partition: kafka.ByKey, Key: []byte(key), Value: value, Headers: []kafkago.Header{
		{Key: kindHeader, Value: []byte(kind)},
		{Key: classHeader, Value: []byte(class)},
		{Key: "content-type", Value: []byte("application/json")},
	}}, nil
}
