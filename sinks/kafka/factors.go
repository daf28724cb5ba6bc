package kafka

import (
	"context"
	"net"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/outcome"
)

// FactorEvent is the CloudEvents type of what insurers are told.
const FactorEvent = "milepost.insurance.factor.v1"

// FactorWriter writes insurance factors to one topic as CloudEvents 1.0 in binary mode,
// keyed by vehicle: the issued ones alone, which never change, and the withdrawal of such a
// one. It is a sinks.Writer, and leaves out what is nothing for an insurer.
type FactorWriter struct{ *Writer }

// NewFactorWriter makes a writer that reaches the brokers at addr through rt.
func NewFactorWriter(rt kafkago.RoundTripper, addr net.Addr, cfg Config) *FactorWriter {
	if cfg.Source == "" {
		cfg.Source = defaultSource
	}
	cfg.Source += "/insurance"
	w := NewWriter(rt, addr, cfg)
	w.eventType = FactorEvent
	return &FactorWriter{w}
}

// Takes reports whether an outcome is something for an insurer.
func (w *FactorWriter) Takes(o outcome.Outcome) bool {
	f, ok := o.(*outcome.Factor)
	return ok && f.Stage == outcome.FactorIssued
}

// Write returns when all replicas in sync have what insurers are told of the batch. After
// a failure some factors may stand in the topic twice, with the same ce_id.
func (w *FactorWriter) Write(ctx context.Context, batch []outcome.Outcome) error {
	var told []outcome.Outcome
	for _, o := range batch {
		if w.Takes(o) {
			told = append(told, o)
		}
	}
	if len(told) == 0 {
		return nil
	}
	return w.Writer.Write(ctx, told)
}
