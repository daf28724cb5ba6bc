package deadletter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/sinks"
)

// ErrGone is returned for a record that its topic no longer holds.
var ErrGone = errors.New("the topic no longer holds the record")

// Log reads topics by offset, outside any consumer group.
type Log struct {
	client kafkago.Client
}

// NewLog makes a reader that reaches the brokers at addr through rt.
func NewLog(rt kafkago.RoundTripper, addr net.Addr) *Log {
	return &Log{client: kafkago.Client{Addr: addr, Transport: rt, Timeout: 30 * time.Second}}
}

// Record is a record as it stands in its topic.
type Record struct {
	Offset     int64
	Key, Value []byte
	Headers    []kafkago.Header
}

// header is the value of the first header of that name.
func (r *Record) header(name string) []byte {
	for _, h := range r.Headers {
		if h.Key == name {
			return h.Value
		}
	}
	return nil
}

// Scan gives every record that the topic holds when it is called, partition after
// partition, in order.
func (l *Log) Scan(ctx context.Context, topic string, each func(partition int, r *Record) error) error {
	var ends []kafkago.PartitionOffsets
	err := insist(ctx, func() (err error) {
		ends, err = l.offsets(ctx, topic)
		return err
	})
	if err != nil {
		return fmt.Errorf("read topic %s: %w", topic, err)
	}
	for _, p := range ends {
		for at := p.FirstOffset; at < p.LastOffset; {
			if at, err = l.step(ctx, topic, p.Partition, at, each); err != nil {
				return fmt.Errorf("read topic %s: partition %d from offset %d: %w", topic, p.Partition, at, err)
			}
		}
	}
	return nil
}

// step reads what one answer holds from an offset on and gives the offset after it.
func (l *Log) step(ctx context.Context, topic string, partition int, at int64, each func(int, *Record) error) (next int64, err error) {
	const most = 4 << 20
	records, end, err := l.fetch(ctx, topic, partition, at, most)
	if err != nil {
		return at, err
	}
	if len(records) == 0 && end <= at {
		return at, fmt.Errorf("it ends there now: the cluster may be changing its leader: %w", io.ErrUnexpectedEOF)
	}
	// An answer without records is of markers and holes alone.
	next = at + 1
	for i := range records {
		if err := each(partition, &records[i]); err != nil {
			return at, err
		}
		next = records[i].Offset + 1
	}
	return next, nil
}

// offsets lists the topic's partitions with what they hold, in order.
func (l *Log) offsets(ctx context.Context, topic string) ([]kafkago.PartitionOffsets, error) {
	answer, err := l.client.Metadata(ctx, &kafkago.MetadataRequest{Topics: []string{topic}})
	if err != nil {
		return nil, err
	}
	var asked []kafkago.OffsetRequest
	for _, t := range answer.Topics {
		if t.Error != nil {
			return nil, t.Error
		}
		for _, p := range t.Partitions {
			asked = append(asked, kafkago.FirstOffsetOf(p.ID), kafkago.LastOffsetOf(p.ID))
		}
	}
	listed, err := l.client.ListOffsets(ctx, &kafkago.ListOffsetsRequest{Topics: map[string][]kafkago.OffsetRequest{topic: asked}})
	if err != nil {
		return nil, err
	}
	ends := listed.Topics[topic]
	for _, p := range ends {
		if p.Error != nil {
			return nil, fmt.Errorf("partition %d: %w", p.Partition, p.Error)
		}
	}
	slices.SortFunc(ends, func(a, b kafkago.PartitionOffsets) int { return a.Partition - b.Partition })
	return ends, nil
}

// Fetch reads one record; ErrGone where the topic no longer holds it.
func (l *Log) Fetch(ctx context.Context, o Origin) (*Record, error) {
	records, _, err := l.fetch(ctx, o.Topic, o.Partition, o.Offset, 1)
	switch {
	case errors.Is(err, kafkago.OffsetOutOfRange):
		return nil, ErrGone
	case err != nil:
		return nil, fmt.Errorf("fetch record %s: %w", o, err)
	case len(records) == 0 || records[0].Offset != o.Offset:
		return nil, ErrGone
	}
	return &records[0], nil
}

// fetch gives the records of one answer from an offset on, of the batch that holds
// it at least, and where the partition ends.
func (l *Log) fetch(ctx context.Context, topic string, partition int, from, most int64) (out []Record, end int64, err error) {
	var answer *kafkago.FetchResponse
	err = insist(ctx, func() (err error) {
		answer, err = l.client.Fetch(ctx, &kafkago.FetchRequest{
			Topic: topic, Partition: partition, Offset: from, MinBytes: 1, MaxBytes: most,
		})
		return cmp.Or(err, answerError(answer))
	})
	if err != nil {
		return nil, 0, err
	}
	for {
		r, err := answer.Records.ReadRecord()
		if errors.Is(err, io.EOF) {
			return out, answer.HighWatermark, nil
		}
		if err != nil {
			return nil, 0, err
		}
		record, err := copied(r)
		if err != nil {
			return nil, 0, err
		}
		if record.Offset >= from { // a batch may begin before what was asked for
			out = append(out, record)
		}
	}
}

func answerError(a *kafkago.FetchResponse) error {
	if a == nil {
		return nil
	}
	return a.Error
}

// insist tries again, for a few seconds, what a change of leader may have failed.
func insist(ctx context.Context, try func() error) error {
	const most = 7 // 6.3 s in all
	var backoff sinks.Backoff
	for failures := 1; ; failures++ {
		err := try()
		var code kafkago.Error
		if failures == most || !errors.As(err, &code) || !code.Temporary() {
			return err
		}
		if err := backoff.Wait(ctx, failures); err != nil {
			return err
		}
	}
}

// copied reads a record out of the answer's memory.
func copied(r *kafkago.Record) (Record, error) {
	key, err := kafkago.ReadAll(r.Key)
	if err != nil {
		return Record{}, err
	}
	value, err := kafkago.ReadAll(r.Value)
	if err != nil {
		return Record{}, err
	}
	headers := make([]kafkago.Header, 0, len(r.Headers))
	for _, h := range r.Headers {
		headers = append(headers, kafkago.Header{Key: h.Key, Value: slices.Clone(h.Value)})
	}
	return Record{Offset: r.Offset, Key: key, Value: value, Headers: headers}, nil
}
