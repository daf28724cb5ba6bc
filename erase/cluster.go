package erase

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"

	"github.com/segmentio/kafka-go"

	"milepost/ingest/raw"
	"milepost/ingest/snapshot"
	"milepost/sinks"
	sinkskafka "milepost/sinks/kafka"
)

// Cluster is the way to the brokers.
type Cluster struct {
	transport kafka.RoundTripper
	addr      net.Addr
	client    *kafka.Client
}

// NewCluster makes the way to the brokers at addr through a transport.
func NewCluster(transport kafka.RoundTripper, addr net.Addr) *Cluster {
	return &Cluster{transport: transport, addr: addr, client: &kafka.Client{Addr: addr, Transport: transport}}
}

// Owned reports whether a member of a consumer group has a partition, or may be about to
// get it.
func (c *Cluster) Owned(ctx context.Context, group string, k snapshot.Key) (bool, error) {
	answer, err := c.client.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{group}})
	if err != nil {
		return false, fmt.Errorf("ask for the members of group %s: %w", group, err)
	}
	for _, g := range answer.Groups {
		if passing(g.Error) {
			return true, nil // as far as anybody can tell; it is asked again
		}
		if g.Error != nil {
			return false, fmt.Errorf("ask for the members of group %s: %w", group, g.Error)
		}
		switch g.GroupState {
		case "Empty", "Dead":
			return false, nil
		case "Stable":
		default:
			return true, nil
		}
		for _, m := range g.Members {
			for _, t := range m.MemberAssignments.Topics {
				if t.Topic == k.Topic && slices.Contains(t.Partitions, k.Partition) {
					return true, nil
				}
			}
		}
	}
	return false, nil
}

// committed gives those of a topic's partitions of which a group has read anything.
func (c *Cluster) committed(ctx context.Context, group, topic string, partitions []int) (read []int, err error) {
	answer, err := c.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: partitions}})
	if err == nil {
		err = answer.Error
	}
	if errors.Is(err, kafka.GroupIdNotFound) {
		return nil, nil // newer brokers say so where it never was
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the offsets of group %s: %w", group, err)
	}
	for _, p := range answer.Topics[topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("ask for the offsets of group %s: %w", group, p.Error)
		}
		if p.CommittedOffset >= 0 {
			read = append(read, p.Partition)
		}
	}
	return read, nil
}

// errNoTopic is a topic that is not there.
var errNoTopic = errors.New("there is no such topic")

// partitions is how many a topic has.
func (c *Cluster) partitions(ctx context.Context, topic string) (int, error) {
	found, err := raw.Partitions(ctx, c.client, topic)
	if errors.Is(err, kafka.UnknownTopicOrPartition) {
		return 0, errNoTopic
	}
	return found[topic], err
}

// scan gives the records that a partition holds from an offset on and held when it
// began; from may lie before what is still there. Nothing is given where more than limit
// lie there, unless that is 0.
func (c *Cluster) scan(ctx context.Context, topic string, number int, from, limit int64, each func(*raw.Record) error) (records int64, err error) {
	first, end, err := c.offsets(ctx, topic, number)
	if err != nil {
		return 0, err
	}
	from = max(from, first)
	if records = max(0, end-from); limit > 0 && records > limit {
		return records, errTooMany
	}
	fetcher := raw.NewFetcher(c.transport, c.addr, raw.Config{Topic: topic, Partition: number, MaxBytes: 4 << 20})
	for from < end {
		x, err := fetch(ctx, fetcher, from)
		if out := (*raw.OutOfRangeError)(nil); errors.As(err, &out) && out.LogStart > from {
			from = out.LogStart // deleted by now
			continue
		}
		if err != nil {
			return records, fmt.Errorf("read topic %s, partition %d, from offset %d: %w", topic, number, from, err)
		}
		if x.Next == from && from >= x.LastStable {
			x.Release()
			return records, fmt.Errorf("read topic %s, partition %d: a transaction is open at offset %d", topic, number, from)
		}
		from = x.Next
		err = x.Each(each)
		x.Release()
		if err != nil {
			return records, err
		}
	}
	return records, nil
}

func (c *Cluster) offsets(ctx context.Context, topic string, number int) (first, end int64, err error) {
	err = insist(ctx, raw.Retryable, func() (err error) {
		first, end, err = raw.Offsets(ctx, c.client, topic, number)
		return err
	})
	return first, end, err
}

func fetch(ctx context.Context, from *raw.Fetcher, offset int64) (x *raw.Fetched, err error) {
	err = insist(ctx, raw.Retryable, func() (err error) {
		x, err = from.Fetch(ctx, offset)
		return err
	})
	return x, err
}

var errTooMany = errors.New("too many records to look through")

// write appends records to a topic, each to its partition; some twice where an answer was lost.
func (c *Cluster) write(ctx context.Context, topic string, records []sinkskafka.Record) error {
	producer := sinkskafka.NewProducer(c.transport, c.addr, sinkskafka.ProducerConfig{Topic: topic})
	return insist(ctx, sinks.Retryable, func() error {
		left, err := producer.Produce(ctx, records)
		again := make([]sinkskafka.Record, 0, len(left))
		for _, i := range left {
			again = append(again, records[i])
		}
		records = again
		return err
	})
}
