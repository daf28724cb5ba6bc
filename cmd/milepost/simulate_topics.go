package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"milepost/ingest/uplink"
)

// prepare creates the topics where that was asked for, and refuses topics to which
// the simulated records cannot go.
func (c *simulateCmd) prepare(ctx context.Context, client *kafka.Client, from time.Time, out *terminal) error {
	telemetry, err := c.topic(ctx, client, c.Topic, uplink.KeepHistory(), out)
	if err != nil {
		return err
	}
	const oldest = 7 * 24 * time.Hour
	if telemetry.AppendTime && time.Since(from) > oldest {
		return fmt.Errorf("topic %s is stamped by the broker (LogAppendTime): samples of %s would be more than 7 days old when they arrive, "+
			"and refused; take a later --from, or a topic with message.timestamp.type=CreateTime", c.Topic, from.Format(time.DateOnly))
	}
	if *c.Profiles == "" {
		return nil
	}
	profiles, err := c.topic(ctx, client, *c.Profiles, uplink.Compacted(), out)
	if err != nil {
		return err
	}
	if profiles.Partitions != telemetry.Partitions {
		return fmt.Errorf("topic %s has %d partitions and %s has %d: they must have the same number, so that a vehicle has the same one in both",
			c.Topic, telemetry.Partitions, *c.Profiles, profiles.Partitions)
	}
	if profiles.AppendTime && !telemetry.AppendTime {
		return fmt.Errorf("topic %s is stamped by the broker (LogAppendTime) and %s is not: the vehicles' profiles would arrive after the days "+
			"they are for; set message.timestamp.type=CreateTime for both", *c.Profiles, c.Topic)
	}
	return nil
}

// topic creates one topic where that was asked for, and describes it.
func (c *simulateCmd) topic(ctx context.Context, client *kafka.Client, name string, settings []string, out *terminal) (uplink.Topic, error) {
	if c.CreateTopic {
		made, err := uplink.Create(ctx, client, name, c.Partitions, settings...)
		if err != nil {
			return uplink.Topic{}, err
		}
		if made {
			fmt.Fprintf(out.Stderr, "Created topic %s: %d partitions, %s\n", name, c.Partitions, pairs(settings))
		}
	}
	t, err := uplink.Describe(ctx, client, name)
	if errors.Is(err, uplink.ErrNoTopic) {
		return t, fmt.Errorf("%w: create it with --create-topic", err)
	}
	return t, err
}

// pairs writes settings as name=value.
func pairs(settings []string) string {
	var all []string
	for i := 0; i+1 < len(settings); i += 2 {
		all = append(all, settings[i]+"="+settings[i+1])
	}
	return strings.Join(all, ", ")
}
