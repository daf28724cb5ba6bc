package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"milepost/config"
	"milepost/ingest/raw"
	"milepost/outcome"
	"milepost/report"
)

type alertsCmd struct {
	clusterFlags
	FromStart bool `help:"Begin with the oldest message that the topics hold, not with the next one."`
	JSON      bool `name:"json" help:"Print the messages as they are, as JSON lines, with their places and accounts."`
}

// Run prints what comes, until it is interrupted, which is its ordinary end.
func (c *alertsCmd) Run(ctx context.Context, out *terminal) error {
	to, err := c.connect("milepost-alerts")
	if err != nil {
		return err
	}
	defer to.close()
	topics := to.settings.Alerts.Topics()
	if len(topics) == 0 {
		return usageError{fmt.Errorf("%s names no topic of alerts", c.Config)}
	}
	parts, err := c.parts(ctx, to, topics)
	if err != nil {
		return err
	}
	show := &alertPrinter{to: out, json: c.JSON}
	if err := show.begin(topics); err != nil {
		return err
	}
	reading, ctx := errgroup.WithContext(ctx)
	for _, p := range parts {
		from := raw.NewFetcher(to.rt, to.brokers.Addr(), raw.Config{Topic: p.topic, Partition: p.number, ClientID: to.brokers.ClientID})
		reading.Go(func() error {
			return follow(ctx, from, p.next, func(r *raw.Record) error { return show.take(p.topic, r) })
		})
	}
	return reading.Wait()
}

// alertPart is a partition, and where reading begins.
type alertPart struct {
	topic  string
	number int
	next   int64
}

// parts are the partitions of the topics.
func (c *alertsCmd) parts(ctx context.Context, to *cluster, topics []config.Named) (all []alertPart, err error) {
	for _, t := range topics {
		counts, err := raw.Partitions(ctx, to.client(), t.Topic)
		switch {
		case errors.Is(err, kafkago.UnknownTopicOrPartition):
			return nil, fmt.Errorf("there is no topic %s at %s: milepost run makes it", t.Topic, to)
		case err != nil:
			return nil, unreachable(to.brokers, err)
		}
		for number := range counts[t.Topic] {
			first, last, err := raw.Offsets(ctx, to.client(), t.Topic, number)
			if err != nil {
				return nil, err
			}
			if c.FromStart {
				last = first
			}
			all = append(all, alertPart{t.Topic, number, last})
		}
	}
	return all, nil
}

// alertPrinter prints messages, a line each. It is safe for concurrent use.
type alertPrinter struct {
	to   *terminal
	json bool
	mu   sync.Mutex
}

// alertLine are its columns; the last is as long as it gets.
const alertLine = "%-14s  %-17s  %-14s  %-9s  %-9s  %-8s  %-14s  %s\n"

func (p *alertPrinter) begin(topics []config.Named) error {
	names := make([]string, len(topics))
	for i, t := range topics {
		names[i] = t.Topic
	}
	fmt.Fprintf(p.to.Stderr, "Waiting for %s; Ctrl-C ends it.\n", strings.Join(names, ", "))
	if p.json {
		return nil
	}
	_, err := fmt.Fprintf(p.to.Stdout, alertLine, "Told (UTC)", "Topic", "Vehicle", "State", "Sure", "Severity", "Happened", "Collision/revision")
	return err
}

// shownAlert is what a line shows of a message, whoever it is for: of a care centre's the
// collision stands within.
type shownAlert struct {
	outcome.Header
	State      string
	Confidence string
	Severity   string
	Collision  struct{ Confidence, Severity string }
}

// take prints one message. What is no message is told of, and passed over.
func (p *alertPrinter) take(topic string, r *raw.Record) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var a shownAlert
	if err := json.Unmarshal(r.Value, &a); err != nil || a.ID == "" {
		_, err := fmt.Fprintf(p.to.Stderr, "milepost: passed over a record of %s at offset %d: it is no message\n", topic, r.Offset)
		return err
	}
	if p.json {
		return p.whole(r.Value)
	}
	word := func(s string, width int) string {
		return clip(cmp.Or(strings.ReplaceAll(report.Plain(s), "\n", " "), "-"), width)
	}
	_, err := fmt.Fprintf(p.to.Stdout, alertLine, clock(time.UnixMicro(r.Arrived)), word(topic, 40), word(a.VehicleID, 14), word(a.State, 9),
		word(cmp.Or(a.Confidence, a.Collision.Confidence), 9), word(cmp.Or(a.Severity, a.Collision.Severity), 8), clock(a.At.Std()),
		fmt.Sprintf("%s/%d", word(a.ID, 32), a.Revision))
	return err
}

func (p *alertPrinter) whole(value []byte) error {
	var line bytes.Buffer
	if err := json.Compact(&line, value); err != nil {
		return fmt.Errorf("print a message: %w", err)
	}
	line.WriteByte('\n')
	_, err := p.to.Stdout.Write(line.Bytes())
	return err
}

func clock(at time.Time) string { return at.UTC().Format("01-02 15:04:05") }
