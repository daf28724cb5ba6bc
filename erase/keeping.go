package erase

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

// keeping is for how long a topic keeps its records.
type keeping struct {
	compacted, deleted bool
	retention          time.Duration // negative: for ever
	segment            time.Duration // a record is deleted with the segment that it lies in
	lag                time.Duration // at most until a record counts for compaction; negative: no limit
	tombstones         time.Duration // how long these stay after that
}

// noLimit is how Kafka says so of milliseconds, beside -1.
const noLimit = 1<<63 - 1

var keepingNames = []string{"cleanup.policy", "retention.ms", "segment.ms", "max.compaction.lag.ms", "delete.retention.ms"}

// keeping asks the brokers for a topic's settings.
func (c *Cluster) keeping(ctx context.Context, topic string) (k keeping, err error) {
	answer, err := c.client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{
		{ResourceType: kafka.ResourceTypeTopic, ResourceName: topic, ConfigNames: keepingNames}}})
	if err != nil {
		return k, fmt.Errorf("read the settings of topic %s: %w", topic, err)
	}
	values := map[string]string{}
	for _, r := range answer.Resources {
		if r.Error != nil {
			return k, fmt.Errorf("read the settings of topic %s: %w", topic, r.Error)
		}
		for _, e := range r.ConfigEntries {
			values[e.ConfigName] = e.ConfigValue
		}
	}
	return readKeeping(topic, values)
}

func readKeeping(topic string, values map[string]string) (k keeping, err error) {
	policy := values["cleanup.policy"]
	k.compacted, k.deleted = strings.Contains(policy, "compact"), strings.Contains(policy, "delete")
	if !k.compacted && !k.deleted {
		return k, fmt.Errorf("read the settings of topic %s: cleanup.policy is %q", topic, policy)
	}
	for name, to := range map[string]*time.Duration{"retention.ms": &k.retention, "segment.ms": &k.segment,
		"max.compaction.lag.ms": &k.lag, "delete.retention.ms": &k.tombstones} {
		if *to, err = milliseconds(values[name]); err != nil {
			return k, fmt.Errorf("read the settings of topic %s: %s: %w", topic, name, err)
		}
	}
	return k, nil
}

// milliseconds reads a time; no limit, and none told, is negative.
func milliseconds(text string) (time.Duration, error) {
	if text == "" {
		return -1, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, err
	}
	if n < 0 || n > noLimit/int64(time.Millisecond) {
		return -1, nil
	}
	return time.Duration(n) * time.Millisecond, nil
}

// goneBy is when the brokers will have deleted what a topic holds at a time. A segment
// is closed at the latest when it is segment.ms old, and is deleted when its newest
// record is past retention; a compacted one is cleaned once its records are older than
// the lag, and the tombstone goes with the next cleaning after its own time.
func (k keeping) goneBy(now time.Time) (at time.Time, ok bool) {
	const slack = 10 * time.Minute // between two looks of the brokers
	if k.deleted && k.retention >= 0 && k.segment >= 0 {
		at, ok = now.Add(k.retention+k.segment+slack), true
	}
	if k.compacted && k.lag >= 0 && k.tombstones >= 0 {
		cleaned := now.Add(2*k.lag + k.tombstones + slack)
		if !ok || cleaned.Before(at) {
			at, ok = cleaned, true
		}
	}
	return at, ok
}

// ofOne is what it is for what shares its key with what stays: compaction does not reach it.
func (k keeping) ofOne() keeping {
	k.compacted = false
	return k
}

// tell writes into a place how long what is left there stays.
func (k keeping) tell(p *Place, now time.Time) {
	if at, ok := k.goneBy(now); ok {
		at = at.UTC().Truncate(time.Second)
		p.GoneBy = &at
		return
	}
	p.Never = true
	switch {
	case !k.compacted && !k.deleted:
		p.warn("the topic is compacted by vehicle and deletes nothing by age: what it says of one collision goes with the vehicle alone")
	case k.compacted && !k.deleted:
		p.warn("older records stay until the brokers compact the topic, which max.compaction.lag.ms does not limit: set it, for instance to 86400000")
	default:
		p.warn("retention.ms of the topic is unlimited: what it holds is never deleted; set it, or delete the records")
	}
}
