package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"milepost/sinks"
)

// RecordError is the permanent failure of one record.
type RecordError struct {
	Index int // within the call
	Err   error
}

// Error implements error.
func (e *RecordError) Error() string { return fmt.Sprintf("record %d: %v", e.Index, e.Err) }

// Unwrap gives the cause.
func (e *RecordError) Unwrap() error { return e.Err }

// classify makes a failure retryable unless it is permanent or the caller's own
// end. The absence of the topic becomes permanent with time.
func (p *Producer) classify(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if !unknownTopic(err) {
		p.unknown.Store(0)
	} else if tries := int(p.unknown.Add(1)); tries >= p.cfg.UnknownTopicTries {
		return fmt.Errorf("topic %s is not there after %d tries: %w", p.cfg.Topic, tries, err)
	}
	if permanent(err) {
		return err
	}
	return &sinks.RetryableError{Err: err}
}

func unknownTopic(err error) bool {
	return errors.Is(err, kafkago.UnknownTopicOrPartition) || errors.Is(err, protocol.ErrNoTopic) ||
		errors.Is(err, protocol.ErrNoPartition)
}

func tooLarge(err error) bool {
	return errors.Is(err, kafkago.MessageSizeTooLarge) || errors.Is(err, kafkago.RecordListTooLarge)
}

// permanent reports whether the same records will be refused again: the broker
// said so with a code that Kafka's protocol does not call retriable, or its
// certificate is not to be trusted. What nobody can tell is tried again: trying
// for ever is seen in the metrics, and giving up would stop the whole service.
func permanent(err error) bool {
	var code kafkago.Error
	if errors.As(err, &code) {
		return !code.Temporary() && !passing[code]
	}
	var record *RecordError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	return errors.As(err, &record) || errors.As(err, &certificate) || errors.As(err, &authority)
}

// passing are codes that kafka-go does not call temporary, and which a broker
// gives while it starts, stops or changes its role.
var passing = map[kafkago.Error]bool{
	kafkago.Unknown:              true,
	kafkago.BrokerNotAvailable:   true,
	kafkago.ReplicaNotAvailable:  true,
	kafkago.StaleControllerEpoch: true,
	kafkago.StaleBrokerEpoch:     true,
	kafkago.LogDirNotFound:       true,
}
