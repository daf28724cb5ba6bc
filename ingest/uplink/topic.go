package uplink

import (
	"context"
	"errors"
	"fmt"

	"github.com/segmentio/kafka-go"
)

// Topic is what a producer must know of a topic.
type Topic struct {
	Name       string
	Partitions int
	// AppendTime says that the broker stamps records when it appends them
	// (LogAppendTime), whatever the producer says.
	AppendTime bool
}

// ErrNoTopic is a topic that does not exist.
var ErrNoTopic = errors.New("there is no such topic")

// timestampType is the setting of a topic that says who stamps its records.
const timestampType = "message.timestamp.type"

// Describe asks the brokers about a topic. Its error wraps ErrNoTopic where it
// does not exist.
func Describe(ctx context.Context, c *kafka.Client, name string) (Topic, error) {
	t := Topic{Name: name}
	meta, err := c.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{name}})
	if err != nil {
		return t, fmt.Errorf("describe topic %s: %w", name, err)
	}
	for _, found := range meta.Topics {
		if errors.Is(found.Error, kafka.UnknownTopicOrPartition) {
			return t, fmt.Errorf("topic %s: %w", name, ErrNoTopic)
		}
		if found.Error != nil {
			return t, fmt.Errorf("describe topic %s: %w", name, found.Error)
		}
		t.Partitions = len(found.Partitions)
	}
	t.AppendTime, err = appendTime(ctx, c, name)
	return t, err
}

func appendTime(ctx context.Context, c *kafka.Client, name string) (bool, error) {
	got, err := c.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{
		{ResourceType: kafka.ResourceTypeTopic, ResourceName: name, ConfigNames: []string{timestampType}},
	}})
	if err != nil {
		return false, fmt.Errorf("read the settings of topic %s: %w", name, err)
	}
	for _, r := range got.Resources {
		if r.Error != nil {
			return false, fmt.Errorf("read the settings of topic %s: %w", name, r.Error)
		}
		for _, e := range r.ConfigEntries {
			if e.ConfigName == timestampType {
				return e.ConfigValue == "LogAppendTime", nil
			}
		}
	}
	return false, nil
}

// Create makes a topic with the brokers' default replication; made is false where
// it was there already. settings are pairs of names and values.
func Create(ctx context.Context, c *kafka.Client, name string, partitions int, settings ...string) (made bool, err error) {
	topic := kafka.TopicConfig{Topic: name, NumPartitions: partitions, ReplicationFactor: -1}
	for i := 0; i+1 < len(settings); i += 2 {
		topic.ConfigEntries = append(topic.ConfigEntries, kafka.ConfigEntry{ConfigName: settings[i], ConfigValue: settings[i+1]})
	}
	got, err := c.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{topic}})
	if err == nil {
		err = got.Errors[name]
	}
	if errors.Is(err, kafka.TopicAlreadyExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("create topic %s: %w", name, err)
	}
	return true, nil
}

// KeepHistory are the settings of a topic of telemetry that holds simulated or
// recorded days: stamped by the producer, and kept whatever their age.
func KeepHistory() []string { return []string{timestampType, "CreateTime", "retention.ms", "-1"} }

// Compacted are the settings of a topic that keeps the last record of each key,
// stamped by the producer: profiles of simulated days then come before those days.
func Compacted() []string { return []string{"cleanup.policy", "compact", timestampType, "CreateTime"} }
