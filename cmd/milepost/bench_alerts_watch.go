package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"milepost/ingest/raw"
)

// alertWatch reads a topic of alerts as a receiver does, and keeps the first of each vehicle.
type alertWatch struct {
	mu    sync.Mutex
	first map[string]seenAlert
	all   int
}

// seenAlert is when the broker had an alert, and when it was read.
type seenAlert struct{ appended, read time.Time }

// watch reads all partitions until ctx is done.
func (w *alertWatch) watch(ctx context.Context, client *kafka.Client, transport kafka.RoundTripper, topic string, partitions int) error {
	reading, ctx := errgroup.WithContext(ctx)
	for number := range partitions {
		from := raw.NewFetcher(transport, client.Addr, raw.Config{Topic: topic, Partition: number, ClientID: "milepost-bench"})
		reading.Go(func() error { return follow(ctx, from, 0, w.take) })
	}
	return reading.Wait()
}

func (w *alertWatch) take(r *raw.Record) error {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all++
	if _, again := w.first[string(r.Key)]; !again {
		w.first[string(r.Key)] = seenAlert{appended: time.UnixMicro(r.Arrived), read: now}
	}
	return nil
}

// alerted is what came of the crashes.
type alerted struct {
	crashes, found, messages, others int
	appended, read, happened         []time.Duration // sorted; from the record, from the record, from the blow
}

// compare pairs crashes with the first alerts of their vehicles.
func (w *alertWatch) compare(crashes map[string]crash) (a alerted) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a.crashes, a.messages = len(crashes), w.all
	for id, seen := range w.first {
		c, ok := crashes[id]
		if !ok {
			a.others++
			continue
		}
		a.found++
		a.appended = append(a.appended, seen.appended.Sub(c.appended))
		a.read = append(a.read, seen.read.Sub(c.appended))
		a.happened = append(a.happened, seen.read.Sub(c.happened))
	}
	for _, all := range [][]time.Duration{a.appended, a.read, a.happened} {
		slices.Sort(all)
	}
	return a
}

// quantile of what is sorted: the smallest that at least a share does not exceed.
func quantile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	n := int(share * float64(len(sorted)))
	if float64(n) == share*float64(len(sorted)) {
		n--
	}
	return sorted[max(0, n)]
}
