package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/fixtures"
	"milepost/ingest/uplink"
)

// benchCmd measures parts of milepost on this machine.
type benchCmd struct {
	Ingest  benchIngestCmd  `cmd:"" help:"Drain a topic of simulated telemetry into a sink that keeps nothing, and print how fast."`
	Store   benchStoreCmd   `cmd:"" help:"Write simulated trips and events to a ClickHouse server, and print how fast and how large."`
	Alerts  benchAlertsCmd  `cmd:"" help:"Let cars of a fleet under load crash, and print how soon their alerts come."`
	Restart benchRestartCmd `cmd:"" help:"Kill a run with many vehicles under way, and print how soon the next one works."`
	Scores  benchScoresCmd  `cmd:"" help:"Hold scores and events of recorded and simulated drives against what is known of them."`
	Roads   benchRoadsCmd   `cmd:"" help:"Match recorded drives whose streets are known to a map, and print how many were right and how fast."`
}

// benchIngestCmd fills a topic of its own and drains it by the whole of milepost run.
type benchIngestCmd struct {
	Kafka      string `required:"" placeholder:"BROKERS" help:"Brokers, host:port, separated by commas."`
	Vehicles   int    `default:"500" help:"Vehicles (${default})."`
	Days       int    `default:"1" help:"Days of driving (${default})."`
	MotionHz   int    `name:"motion-hz" default:"10" help:"Samples of acceleration a second: 0, 10, 50 or 100 (${default})."`
	Seconds    int    `default:"1" help:"Seconds in a record: 1 to 60 (${default})."`
	Instants   bool   `help:"One instant of speed, position and energy a record, and no motion."`
	Partitions int    `default:"2" help:"Partitions of the topic (${default})."`
}

// Run fills the topic, drains it and deletes it.
func (c *benchIngestCmd) Run(ctx context.Context, out *terminal) (err error) {
	brokers := strings.Split(c.Kafka, ",")
	client := &kafka.Client{Addr: kafka.TCP(brokers...)}
	name := fmt.Sprintf("milepost-bench-%d", time.Now().UnixNano())
	topics := []string{name, name + "-dead-letters"}
	for _, t := range topics {
		if _, err := uplink.Create(ctx, client, t, c.Partitions, uplink.KeepHistory()...); err != nil {
			return err
		}
	}
	defer func() {
		_, dropped := client.DeleteTopics(context.WithoutCancel(ctx), &kafka.DeleteTopicsRequest{Topics: topics})
		err = errors.Join(err, dropped)
	}()
	records, err := c.fill(ctx, client, name)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "milepost-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the state: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := config.Default()
	cfg.Kafka.Brokers, cfg.Kafka.Group = brokers, name
	cfg.Telemetry = []config.Input{{Topic: name, Format: "milepost-protobuf", MaxRecordBytes: 1 << 20}}
	cfg.Alerts = noAlerts(cfg.Alerts)
	cfg.Profiles.Topic, cfg.Outcomes.Topic, cfg.Factors.Topic, cfg.DeadLetters.Topic = "", "", "", topics[1]
	cfg.State.Dir, cfg.Store.SQLite, cfg.HTTP.Listen = dir, "", ""
	return c.drain(ctx, cfg, records, out)
}

// fill writes the telemetry and gives the number of records.
func (c *benchIngestCmd) fill(ctx context.Context, client *kafka.Client, topic string) (records int64, err error) {
	cfg := fixtures.Config{Seed: 1, Vehicles: c.Vehicles, Days: c.Days, MotionHz: c.MotionHz, SpeedHz: 10,
		FrameSeconds: c.Seconds, Uplinks: []fixtures.Uplink{fixtures.Stream}, Quiet: true}
	if c.Instants {
		cfg.MotionHz, cfg.SpeedHz, cfg.FrameSeconds = 0, 1, 1
	}
	simulated, err := fixtures.New(cfg)
	if err != nil {
		return 0, usageError{err}
	}
	w := uplink.NewWriter(kafka.DefaultTransport, client.Addr)
	defer func() { err = errors.Join(err, w.Close()) }()
	for f := range simulated.Frames() {
		if err := w.Frame(ctx, topic, f); err != nil {
			return 0, err
		}
	}
	err = w.Flush(ctx)
	return w.Stats().Records, err
}

// usage is the CPU time of this process so far, user and system.
func usage() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// drain runs milepost until it has read all records, and prints what that took.
func (c *benchIngestCmd) drain(ctx context.Context, cfg config.Config, records int64, out *terminal) error {
	log, err := newLogger(out.Stderr, config.Log{Level: "warn", Format: "text"})
	if err != nil {
		return err
	}
	s, err := newService(ctx, cfg, log, wrappers{})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cpu, began := usage(), time.Now()
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	bar := newProgress(out, int(records), "draining")
	read, err := s.awaitRecords(records, ended, bar)
	cpu, took := usage()-cpu, time.Since(began)
	bar.finish()
	carSeconds := counted(s.metrics.CarSeconds)
	stop()
	if err == nil {
		err = <-ended
	}
	return errors.Join(err, printDrained(out, read, carSeconds, cpu, took))
}

// awaitRecords waits until so many records were read, or the run ended.
func (s *service) awaitRecords(records int64, ended <-chan error, bar progress) (read int64, err error) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	topic := s.cfg.Telemetry[0].Topic
	for {
		now := counted(s.metrics.Records.WithLabelValues(topic))
		bar.add(int(now - read))
		if read = now; read >= records {
			return read, nil
		}
		select {
		case err := <-ended:
			return read, errors.Join(errors.New("it ended before all records were read"), err)
		case <-tick.C:
		}
	}
}

// counted reads a counter.
func counted(c prometheus.Counter) int64 {
	var m dto.Metric
	if err := c.Write(&m); err != nil {
		return 0
	}
	return int64(m.GetCounter().GetValue())
}

func printDrained(out *terminal, records, carSeconds int64, cpu, took time.Duration) error {
	t := newTable("Drained", "", "a second", "a second of one core's CPU time", "CPU each")
	row := func(what string, n int64) {
		t.AppendRow(table.Row{what, humanize.Comma(n), humanize.Comma(int64(float64(n) / took.Seconds())),
			humanize.Comma(int64(float64(n) / cpu.Seconds())), (cpu / time.Duration(max(n, 1))).String()})
	}
	row("records", records)
	row("car-seconds", carSeconds)
	t.AppendRow(table.Row{"time", took.Round(time.Millisecond).String(), "", "CPU " + cpu.Round(time.Millisecond).String(), ""})
	return printTable(out.Stdout, t)
}
