package main

import (
	"testing"

	"github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/ingest/blob"
	"milepost/ingest/raw"
	"milepost/ingest/snapshot"
)

// committed is what a group has committed, by partition.
func (w *world) committed(t *testing.T, group string) map[int]int64 {
	t.Helper()
	var all []int
	for i := range w.partitions {
		all = append(all, i)
	}
	topic := w.topic("telemetry")
	answer, err := w.client().OffsetFetch(t.Context(), &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: all}})
	if err == nil {
		err = answer.Error
	}
	if err != nil {
		t.Fatal(err)
	}
	found := map[int]int64{}
	for _, p := range answer.Topics[topic] {
		if p.Error != nil {
			t.Fatal(p.Error)
		}
		found[p.Partition] = p.CommittedOffset
	}
	return found
}

// readUpTo is how far the newest snapshots have read, by partition; -1 where there is
// none. A run goes on from there: what it commits only reports it, and may be behind.
func (w *world) readUpTo(t *testing.T, cfg config.Config) map[int]int64 {
	t.Helper()
	store, err := blob.OpenDir(cfg.State.Dir)
	if err != nil {
		t.Fatal(err)
	}
	found, topic := map[int]int64{}, w.topic("telemetry")
	for number := range w.partitions {
		meta, err := snapshot.Newest(t.Context(), store, snapshot.Key{Topic: topic, Partition: number})
		if err != nil {
			t.Fatal(err)
		}
		found[number] = -1
		if meta != nil {
			found[number] = meta.Offsets[topic]
		}
	}
	return found
}

// readTo reports whether the newest snapshots are of all that the topic holds.
func (w *world) readTo(t *testing.T, cfg config.Config) bool {
	t.Helper()
	topic, read := w.topic("telemetry"), w.readUpTo(t, cfg)
	for number := range w.partitions {
		_, end, err := raw.Offsets(t.Context(), w.client(), topic, number)
		if raw.Retryable(err) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		if read[number] != end {
			return false
		}
	}
	return true
}
