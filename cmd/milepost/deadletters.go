package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/ingest/deadletter"
	"milepost/sinks"
)

type deadLettersCmd struct {
	List   letterListCmd   `cmd:"" help:"List the latest dead letters and count them by class."`
	Replay letterReplayCmd `cmd:"" help:"Feed the records of dead letters in again, each into its own partition."`
}

// mailbox is what the commands about dead letters have in common.
type mailbox struct {
	clusterFlags
	Topic string `placeholder:"NAME" help:"The topic of dead letters; by default as the settings say, milepost.dead-letters."`
	Class string `placeholder:"CLASS" help:"Only letters of this class: ${classes}."`
	Since string `placeholder:"TIME" help:"Only letters written since: a duration back from now such as 36h, or 2026-09-01T12:00:00Z."`
}

// Validate checks the flags.
func (m *mailbox) Validate() error {
	if m.Class != "" && !slices.Contains(deadletter.Classes, deadletter.Class(m.Class)) {
		return fmt.Errorf("--class is %q: must be one of %s", m.Class, joined(deadletter.Classes))
	}
	_, err := m.since(time.Now())
	return err
}

func joined[T ~string](names []T) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = string(n)
	}
	return strings.Join(out, ", ")
}

// since reads --since; the zero time where it is not given.
func (m *mailbox) since(now time.Time) (time.Time, error) {
	if m.Since == "" {
		return time.Time{}, nil
	}
	if back, err := time.ParseDuration(m.Since); err == nil && back > 0 {
		return now.Add(-back), nil
	}
	at, err := time.Parse(time.RFC3339, m.Since)
	if err != nil {
		return time.Time{}, fmt.Errorf("--since is %q: must be a duration such as 36h, or a time such as 2026-09-01T12:00:00Z", m.Since)
	}
	return at, nil
}

// open connects, and settles which topic the letters are in.
func (m *mailbox) open() (*cluster, error) {
	c, err := m.connect("milepost-dead-letters")
	if err != nil {
		return nil, err
	}
	m.Topic = cmp.Or(m.Topic, c.settings.DeadLetters.Topic)
	return c, nil
}

// read gives the letters that the flags ask for.
func (m *mailbox) read(ctx context.Context, c *cluster, limit int) (*deadletter.Mailbox, error) {
	since, err := m.since(time.Now())
	if err != nil {
		return nil, err
	}
	box, err := deadletter.Read(ctx, c.log(), m.Topic, deadletter.Filter{Class: deadletter.Class(m.Class), Since: since}, limit)
	if errors.Is(err, kafkago.UnknownTopicOrPartition) {
		return nil, fmt.Errorf("there is no topic %s at %s: name another with --topic", m.Topic, c)
	}
	return box, err
}

type letterListCmd struct {
	mailbox
	Limit int  `default:"20" help:"How many of the latest letters (${default}); the counts are of all."`
	JSON  bool `name:"json" help:"Print the letters as JSON lines instead."`
}

// Validate checks the flags.
func (c *letterListCmd) Validate() error {
	if c.Limit < 1 {
		return fmt.Errorf("--limit is %d: must be at least 1", c.Limit)
	}
	return c.mailbox.Validate()
}

// Run lists the letters.
func (c *letterListCmd) Run(ctx context.Context, out *terminal) error {
	to, err := c.open()
	if err != nil {
		return err
	}
	defer to.close()
	box, err := c.read(ctx, to, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeLines(out.Stdout, box.Letters)
	}
	return printLetters(out.Stdout, box)
}

type letterReplayCmd struct {
	mailbox
	DryRun bool `help:"Say what would be done, and do nothing."`
	Again  bool `help:"Also records that were replayed before."`
}

// Run replays the letters.
func (c *letterReplayCmd) Run(ctx context.Context, out *terminal) error {
	to, err := c.open()
	if err != nil {
		return err
	}
	defer to.close()
	box, err := c.read(ctx, to, 0)
	if err != nil {
		return err
	}
	failed := func(failures int, err error) {
		if failures == 1 {
			fmt.Fprintf(out.Stderr, "milepost: trying again: %v\n", err)
		}
	}
	fates := map[deadletter.Fate]int{}
	run := deadletter.Replay{
		From: to.log(), To: to.producer, Again: c.Again, DryRun: c.DryRun, Now: time.Now,
		Notes: deadletter.NewWriter(to.producer(c.Topic), sinks.Backoff{Jitter: rand.Float64}, failed),
	}
	err = run.Run(ctx, box, func(l *deadletter.Letter, fate deadletter.Fate) {
		fates[fate]++
		if fate != deadletter.FedIn || c.DryRun {
			fmt.Fprintf(out.Stderr, "%s: %s\n", l.Origin, told(fate, c.DryRun))
		}
	})
	return errors.Join(err, printFates(out.Stdout, fates, len(box.Letters), c.DryRun))
}
