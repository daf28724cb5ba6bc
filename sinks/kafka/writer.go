package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/outcome"
	"milepost/sinks"
)

// Config says where outcomes go. A zero field but the topic means the default.
type Config struct {
	Topic string
	// Source is the CloudEvents source, a URI reference ("/milepost"): what tells
	// one installation's events from another's.
	Source      string
	Compression kafkago.Compression
	BatchBytes  int           // see ProducerConfig
	Timeout     time.Duration // of one request
}

const defaultSource = "/milepost"

// Writer writes outcomes to one topic as CloudEvents 1.0 in binary mode, keyed by
// vehicle. It is a sinks.Writer.
type Writer struct {
	producer *Producer
	topic    string
	source   string
	// eventType is the CloudEvents type of all; empty for that of each outcome's type.
	eventType string
}

// NewWriter makes a writer that reaches the brokers at addr through rt.
func NewWriter(rt kafkago.RoundTripper, addr net.Addr, cfg Config) *Writer {
	if cfg.Source == "" {
		cfg.Source = defaultSource
	}
	return &Writer{topic: cfg.Topic, source: cfg.Source, producer: NewProducer(rt, addr, ProducerConfig{
		Topic: cfg.Topic, Compression: cfg.Compression, BatchBytes: cfg.BatchBytes, Timeout: cfg.Timeout,
	})}
}

// Write returns when all replicas in sync have the batch. The outcomes of one
// vehicle stay in order; after a failure some may stand in the topic twice, with
// the same ce_id.
func (w *Writer) Write(ctx context.Context, batch []outcome.Outcome) error {
	records := make([]Record, len(batch))
	for i, o := range batch {
		record, err := event(w.source, w.eventType, o)
		if err != nil {
			return failed(w.topic, batch, &RecordError{Index: i, Err: err}, nil)
		}
		records[i] = record
	}
	left, err := w.producer.Produce(ctx, records)
	return failed(w.topic, batch, err, left)
}

// failed says which outcomes an error is about.
func failed(topic string, batch []outcome.Outcome, err error, left []int) error {
	var record *RecordError
	var again *sinks.RetryableError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &record):
		head := batch[record.Index].Head()
		err = &sinks.OutcomeError{Index: record.Index, Type: head.Type, ID: head.ID, Err: record.Err}
	case errors.As(err, &again):
		again.Left = make([]outcome.Outcome, 0, len(left))
		for _, i := range left {
			again.Left = append(again.Left, batch[i])
		}
	}
	return fmt.Errorf("write %d outcomes to topic %s: %w", len(batch), topic, err)
}

// header is one CloudEvents attribute, or the content type.
func header(name, value string) kafkago.Header {
	return kafkago.Header{Key: name, Value: []byte(value)}
}

// headers are the CloudEvents attributes of what is said of an outcome. A revision is an event of
// its own, so it is part of the id; the subject is the fact.
func headers(source, eventType string, head *outcome.Header) []kafkago.Header {
	revision := strconv.FormatUint(uint64(head.Revision), 10)
	return []kafkago.Header{
		header("ce_specversion", "1.0"),
		header("ce_id", head.ID+"/"+revision),
		header("ce_source", source),
		header("ce_type", eventType),
		header("ce_time", head.At.String()),
		header("ce_subject", head.ID),
		header("ce_revision", revision),
		header("content-type", "application/json"),
	}
}
