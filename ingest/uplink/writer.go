package uplink

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/segmentio/kafka-go"

	"milepost/ingest/decode"
	"milepost/telemetry"
)

// The header that names a record's format, and milepost's own formats.
const (
	ContentType          = "content-type"
	TelemetryContentType = "application/vnd.milepost.telemetry.v1+protobuf"
	ProfileContentType   = "application/json"
)

// batchRecords is how many records are collected before they are written, over
// all partitions.
const batchRecords = 10_000

// patience is how long brokers may take to acknowledge a batch, and to answer.
const patience = time.Minute

// Writer writes to topics in the order of its calls within each partition. A
// record's partition follows from its key as with Kafka's own clients in Java
// (murmur2), so that topics with equal counts are partitioned alike. It is not
// safe for concurrent use.
type Writer struct {
	to      kafka.Writer
	encoder decode.Milepost
	batch   []kafka.Message
	payload []byte // the batch's payloads, one after the other
	stats   Stats
}

// Stats counts what was written, or is about to be.
type Stats struct {
	Records int64
	Bytes   int64 // of values, before compression
}

// NewWriter gives a writer to the brokers at addr. Records are acknowledged by all
// replicas and compressed with zstd.
func NewWriter(rt kafka.RoundTripper, addr net.Addr) *Writer {
	return &Writer{to: kafka.Writer{
		Addr: addr, Transport: rt, RequiredAcks: kafka.RequireAll, Compression: kafka.Zstd,
		Balancer: kafka.Murmur2Balancer{Consistent: true},
		// Batches are whole when they come: nothing is worth waiting for.
		BatchSize: batchRecords, BatchTimeout: time.Millisecond,
		// A batch that is acknowledged late would be written twice.
		WriteTimeout: patience, ReadTimeout: patience,
	}}
}

// Frame adds a frame to topic as milepost protobuf: keyed by its vehicle, its
// arrival as timestamp. It writes what was collected where that is enough. The
// frame is not kept.
func (w *Writer) Frame(ctx context.Context, topic string, f *telemetry.Frame) error {
	from := len(w.payload)
	payload, err := w.encoder.Encode(w.payload, f)
	if err != nil {
		return fmt.Errorf("encode a frame of boot %d, sequence %d: %w", f.Boot, f.Sequence, err)
	}
	w.payload = payload
	return w.add(ctx, kafka.Message{
		Topic: topic, Key: []byte(f.VehicleID), Value: payload[from:len(payload):len(payload)],
		Time: time.UnixMicro(f.Arrived), Headers: telemetryHeaders,
	})
}

// Profile adds what is known of a vehicle, as JSON, to topic.
func (w *Writer) Profile(ctx context.Context, topic, vehicle string, at time.Time, value []byte) error {
	return w.add(ctx, kafka.Message{Topic: topic, Key: []byte(vehicle), Value: value, Time: at, Headers: profileHeaders})
}

var (
	telemetryHeaders = []kafka.Header{{Key: ContentType, Value: []byte(TelemetryContentType)}}
	profileHeaders   = []kafka.Header{{Key: ContentType, Value: []byte(ProfileContentType)}}
)

func (w *Writer) add(ctx context.Context, m kafka.Message) error {
	w.batch = append(w.batch, m)
	w.stats.Records++
	w.stats.Bytes += int64(len(m.Value))
	if len(w.batch) < batchRecords {
		return nil
	}
	return w.Flush(ctx)
}

// Flush writes what was collected and waits until it is acknowledged. After an
// error some of it may have been written.
func (w *Writer) Flush(ctx context.Context) error {
	if len(w.batch) == 0 {
		return nil
	}
	err := w.to.WriteMessages(ctx, w.batch...)
	if err != nil {
		return fmt.Errorf("write %d records: %w", len(w.batch), firstOf(err))
	}
	w.batch, w.payload = w.batch[:0], w.payload[:0]
	return nil
}

// firstOf is the first of the errors that a batch's records met; they are mostly
// the same.
func firstOf(err error) error {
	var all kafka.WriteErrors
	if errors.As(err, &all) {
		for _, one := range all {
			if one != nil {
				return one
			}
		}
	}
	return err
}

// Stats gives the counts so far.
func (w *Writer) Stats() Stats { return w.stats }

// Close ends the writer's connections. What was not flushed is lost.
func (w *Writer) Close() error { return w.to.Close() }
