package raw

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"

	"github.com/segmentio/kafka-go"
)

// OutOfRangeError says that a partition does not hold the offset that was asked for: retention outran the reader
// (Offset < LogStart), or the log is not the one that was read before (Offset > LogEnd).
type OutOfRangeError struct {
	Topic     string
	Partition int
	// Offset was asked for; the partition holds those from LogStart to before LogEnd.
	Offset, LogStart, LogEnd int64
}

func (e *OutOfRangeError) Error() string {
	return fmt.Sprintf("%s/%d has no offset %d: it holds %d to before %d", e.Topic, e.Partition, e.Offset, e.LogStart, e.LogEnd)
}

// CorruptError says that bytes that came for a partition are no record batch: damaged, or not written by Kafka's rules.
// Batches before it have been given out whole. Asking again helps only where the damage happened on the way.
type CorruptError struct {
	Topic     string
	Partition int
	// Offset is where the batch begins, or the one asked for where that cannot be told.
	Offset int64
	// Reason is what was found.
	Reason string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s/%d: damaged batch at offset %d: %s", e.Topic, e.Partition, e.Offset, e.Reason)
}

// FormatError says that a batch is in a format that is not read: message sets of Kafka before 0.11 (magic 0 and 1), or
// one that is newer than this code.
type FormatError struct {
	Topic     string
	Partition int
	Offset    int64
	Magic     int8
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s/%d: batch at offset %d has message format v%d, and only v2 (Kafka 0.11 and newer) is read: copy the topic to a new one, or begin behind it",
		e.Topic, e.Partition, e.Offset, e.Magic)
}

// errOldBroker: the broker is too old to say what a read-committed reader must know.
var errOldBroker = errors.New("the broker answers Fetch in a version before v4 (Kafka 0.11)")

// Retryable says whether the same question may be answered later: the leader moved, a broker is away or overloaded, a
// connection broke, a time limit passed; also where a topic or partition is unknown, as it is for seconds after it was
// made. Not retryable are errors of this package's types, refused sign-ins and permissions, certificates that do not fit,
// requests that the cluster does not know, and the caller's own cancellation.
func Retryable(err error) bool {
	var code kafka.Error
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, errOldBroker):
		return false
	case isOf[*OutOfRangeError](err), isOf[*CorruptError](err), isOf[*FormatError](err):
		return false
	case isOf[*tls.CertificateVerificationError](err), isOf[tls.RecordHeaderError](err), refusedTLS(err),
		isOf[x509.UnknownAuthorityError](err), isOf[x509.HostnameError](err), isOf[x509.CertificateInvalidError](err):
		return false
	case errors.As(err, &code):
		return !permanent(code)
	}
	return true
}

func isOf[T error](err error) bool {
	var e T
	return errors.As(err, &e)
}

// refusedTLS: the broker ended the handshake with an alert, as it does where it wants a certificate. crypto/tls has no type
// for it but this.
func refusedTLS(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// permanent codes need a person: a permission, a password, a setting, another version.
func permanent(code kafka.Error) bool {
	switch code {
	case kafka.TopicAuthorizationFailed, kafka.GroupAuthorizationFailed, kafka.ClusterAuthorizationFailed,
		kafka.SASLAuthenticationFailed, kafka.UnsupportedSASLMechanism, kafka.IllegalSASLState, kafka.SecurityDisabled,
		kafka.UnsupportedVersion, kafka.UnsupportedForMessageFormat, kafka.UnsupportedCompressionType,
		kafka.InvalidTopic, kafka.InvalidRequest, kafka.InvalidConfiguration:
		return true
	}
	return false
}
