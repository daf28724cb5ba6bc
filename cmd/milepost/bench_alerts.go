package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"milepost/config"
)

// benchAlertsCmd lets cars crash in a fleet that sends a second each second, and measures
// how soon milepost run tells of it.
type benchAlertsCmd struct {
	Kafka      string `required:"" placeholder:"BROKERS" help:"Brokers, host:port, separated by commas."`
	Vehicles   int    `default:"50000" help:"Cars that drive and send a second of it each second (${default})."`
	CrashReady int    `name:"crash-ready" default:"10" help:"Of 100 cars so many send motion at 100 Hz, the others at 10 Hz (${default})."`
	Crashes    int    `default:"10" help:"Cars that crash each second (${default})."`
	Seconds    int    `default:"60" help:"Seconds that are measured (${default})."`
	WarmUp     int    `name:"warm-up" default:"10" help:"Seconds of the same load before (${default})."`
	Partitions int    `default:"8" help:"Partitions of the topics (${default})."`
}

// Validate checks the flags.
func (c *benchAlertsCmd) Validate() error {
	if min(c.Vehicles, c.Crashes, c.Seconds, c.WarmUp, c.Partitions) < 1 || c.CrashReady < 1 || c.CrashReady > 100 {
		return errors.New("want positive numbers, and a share of crash-ready cars from 1 to 100")
	}
	return nil
}

// Run makes topics, starts milepost run as a process of its own, and lets the fleet drive.
func (c *benchAlertsCmd) Run(ctx context.Context, out *terminal) (err error) {
	templates, err := newTemplates(1 + c.WarmUp + c.Seconds)
	if err != nil {
		return err
	}
	b, err := newBenchRun(ctx, c.Kafka, c.Partitions, []string{"message.timestamp.type", "LogAppendTime"}, "-dead-letters", "-outcomes", "-alerts")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.clear(context.WithoutCancel(ctx))) }()
	err = b.configure(c.Kafka, func(cfg *config.Config) {
		cfg.DeadLetters.Topic, cfg.Outcomes.Topic, cfg.Alerts.Vehicle = b.topics[1], b.topics[2], b.topics[3]
		cfg.Store.SQLite = ""
	})
	if err != nil {
		return err
	}
	transport := &kafka.Transport{}
	defer transport.CloseIdleConnections()
	b.client.Transport = transport
	fleet, err := newBenchFleet(c, b.client, b.topics[0], templates)
	if err != nil {
		return err
	}
	run, err := b.start(ctx, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, run.kill()) }()
	return c.measure(ctx, out, b, fleet, run)
}

// load is what was counted from one moment to another.
type load struct {
	took     time.Duration
	own      time.Duration // CPU time of the fleet and of the reader of alerts
	from, to sample        // of milepost
	behind   time.Duration
}

// measure lets the fleet warm up and crash, while another reads the alerts.
func (c *benchAlertsCmd) measure(ctx context.Context, out *terminal, b *benchRun, fleet *benchFleet, run *child) error {
	if err := run.ready(ctx); err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	seen := &alertWatch{first: map[string]seenAlert{}}
	var reader errgroup.Group
	reader.Go(func() error {
		return seen.watch(reading, b.client, b.client.Transport, b.topics[3], c.Partitions)
	})
	l, err := c.load(ctx, out, fleet, run)
	if err == nil {
		err = sleep(ctx, grace)
	}
	stop()
	if err := errors.Join(err, reader.Wait()); err != nil {
		return err
	}
	return c.print(out, seen.compare(fleet.crashes), l)
}

// grace is how long after the last record an alert is waited for.
const grace = 5 * time.Second

// load drives the fleet: the first record of each car, a calm in which it gets its place, the warm-up,
// and what is measured.
func (c *benchAlertsCmd) load(ctx context.Context, out *terminal, fleet *benchFleet, run *child) (l load, err error) {
	bar := newProgress(out, 1+c.WarmUp+c.Seconds, "driving")
	defer bar.finish()
	one := func() { bar.add(1) }
	fleet.base = time.Now()
	if err := fleet.drive(ctx, 0, 1+c.WarmUp, one); err != nil {
		return l, err
	}
	fleet.behind = 0
	if l.from, err = run.metrics(ctx); err != nil {
		return l, fmt.Errorf("read the metrics of milepost run: %w", err)
	}
	cpu, began := usage(), time.Now()
	if err := fleet.drive(ctx, 1+c.WarmUp, 1+c.WarmUp+c.Seconds, one); err != nil {
		return l, err
	}
	l.took, l.own, l.behind = time.Since(began), usage()-cpu, fleet.behind
	if l.to, err = run.metrics(ctx); err != nil {
		return l, fmt.Errorf("read the metrics of milepost run: %w", err)
	}
	return l, nil
}

// sent is how many records the fleet has sent at the end.
func (c *benchAlertsCmd) sent() int64 { return int64(c.Vehicles) * int64(1+c.WarmUp+c.Seconds) }

// grew is by how much a metric grew.
func (l load) grew(metric string) float64 { return l.to[metric] - l.from[metric] }

func (c *benchAlertsCmd) print(out *terminal, a alerted, l load) error {
	t := newTable("Crash to alert", "p50", "p95", "p99", "max")
	for _, row := range []struct {
		what string
		all  []time.Duration
	}{{"record at the broker to alert at the broker", a.appended}, {"record at the broker to alert read", a.read},
		{"blow to alert read (records of 1 s)", a.happened}} {
		cells := table.Row{row.what}
		for _, share := range []float64{0.5, 0.95, 0.99, 1} {
			cells = append(cells, quantile(row.all, share).Round(time.Millisecond).String())
		}
		t.AppendRow(cells)
	}
	if err := printTable(out.Stdout, t); err != nil {
		return err
	}
	seconds := l.took.Seconds()
	_, err := fmt.Fprintf(out.Stdout, "%s of %s crashes were told of; %s alerts in all, of %s other cars.\n"+
		"Load: %s records of a car-second each second, %d %% crash-ready, asked for %s; %s sent and not worked on at the end.\n"+
		"CPU: milepost %.2f cores, fleet and reader %.2f. The fleet was late by %s at most.\n",
		humanize.Comma(int64(a.found)), humanize.Comma(int64(a.crashes)), humanize.Comma(int64(a.messages)), humanize.Comma(int64(a.others)),
		humanize.Comma(int64(l.grew("milepost_records_total")/seconds)), c.CrashReady, humanize.Comma(int64(c.Vehicles)),
		humanize.Comma(c.sent()-int64(l.to["milepost_records_total"])), l.grew("process_cpu_seconds_total")/seconds, l.own.Seconds()/seconds,
		l.behind.Round(time.Millisecond))
	return err
}
