package raw

import (
	"context"
	"errors"
	"fmt"

	"github.com/segmentio/kafka-go"
)

// Offsets gives the first offset that a partition holds and the one behind its last (its high watermark). Errors are as
// Retryable says.
func Offsets(ctx context.Context, client *kafka.Client, topic string, partition int) (first, last int64, err error) {
	answer, err := client.ListOffsets(ctx, &kafka.ListOffsetsRequest{
		Topics: map[string][]kafka.OffsetRequest{topic: {kafka.FirstOffsetOf(partition), kafka.LastOffsetOf(partition)}},
	})
	if err != nil {
		return 0, 0, fmt.Errorf("offsets of %s/%d: %w", topic, partition, err)
	}
	for _, p := range answer.Topics[topic] {
		if p.Partition != partition {
			continue
		}
		if p.Error != nil {
			return 0, 0, fmt.Errorf("offsets of %s/%d: %w", topic, partition, p.Error)
		}
		return p.FirstOffset, p.LastOffset, nil
	}
	return 0, 0, fmt.Errorf("offsets of %s/%d: %w", topic, partition, kafka.UnknownTopicOrPartition)
}

// Partitions gives the number of partitions of each topic, as the client's Transport knows it: for some seconds a topic
// that was just made may be missing. Topics that are not there are named in the error, which then is
// kafka.UnknownTopicOrPartition.
func Partitions(ctx context.Context, client *kafka.Client, topics ...string) (map[string]int, error) {
	answer, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: topics})
	if err != nil {
		return nil, fmt.Errorf("partitions of %q: %w", topics, err)
	}
	counts := make(map[string]int, len(topics))
	var errs []error
	for _, t := range answer.Topics {
		if t.Error != nil {
			errs = append(errs, fmt.Errorf("partitions of %s: %w", t.Name, t.Error))
			continue
		}
		counts[t.Name] = len(t.Partitions)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return counts, nil
}
