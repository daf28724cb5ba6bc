package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/fixtures"
	"milepost/ingest/uplink"
	"milepost/telemetry"
)

// benchRestartCmd kills a milepost run that has many vehicles under way, and measures
// how soon the next one works.
type benchRestartCmd struct {
	Kafka      string `required:"" placeholder:"BROKERS" help:"Brokers, host:port, separated by commas."`
	Vehicles   int    `default:"100000" help:"Vehicles, all in the middle of a trip (${default})."`
	Minutes    int    `default:"5" help:"Minutes that each has driven (${default})."`
	Partitions int    `default:"8" help:"Partitions of the topic (${default})."`
}

// Run fills a topic, lets a child process read it, kills that after a checkpoint, and
// starts another.
func (c *benchRestartCmd) Run(ctx context.Context, out *terminal) (err error) {
	b, err := c.prepare(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.clear(context.WithoutCancel(ctx))) }()
	fill := time.Now()
	last, err := b.fill(ctx, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(out.Stderr, "%s vehicles, filled in %s\n", humanize.Comma(int64(c.Vehicles)), time.Since(fill).Round(time.Millisecond))
	t := newTable("", "until", "time", "resident MB")
	first, err := b.start(ctx, out)
	if err != nil {
		return err
	}
	err = first.until(ctx, t, "all records read", func(m sample) bool { return m["milepost_lag_records"] == 0 && m["milepost_records_total"] > 0 })
	if err == nil {
		err = first.until(ctx, t, "checkpoint of all", func(m sample) bool { return m["milepost_checkpoint_duration_seconds_count"] >= float64(2*c.Partitions) })
	}
	if err = errors.Join(err, first.kill()); err != nil {
		return err
	}
	if err := b.write(ctx, last); err != nil {
		return err
	}
	second, err := b.start(ctx, out)
	if err != nil {
		return err
	}
	err = second.until(ctx, t, "first record after kill -9 and restart", func(m sample) bool { return m["milepost_records_total"] > 0 })
	if err == nil {
		err = second.until(ctx, t, "all records read after the restart", func(m sample) bool {
			return m["milepost_lag_records"] == 0 && m["milepost_records_total"] >= float64(c.Vehicles)
		})
	}
	return errors.Join(err, second.kill(), printTable(out.Stdout, t))
}

// restart is the world of one measurement.
type restart struct {
	client *kafka.Client
	topics []string
	dir    string
	listen string
}

func (c *benchRestartCmd) prepare(ctx context.Context) (*restart, error) {
	b := &restart{client: &kafka.Client{Addr: kafka.TCP(strings.Split(c.Kafka, ",")...)}}
	name := fmt.Sprintf("milepost-bench-%d", time.Now().UnixNano())
	b.topics = []string{name, name + "-dead-letters"}
	for _, t := range b.topics {
		if _, err := uplink.Create(ctx, b.client, t, c.Partitions, uplink.KeepHistory()...); err != nil {
			return nil, err
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find a free port: %w", err)
	}
	b.listen = free.Addr().String()
	if b.dir, err = os.MkdirTemp("", "milepost-bench-"); err != nil {
		return nil, errors.Join(fmt.Errorf("make a folder: %w", err), free.Close())
	}
	return b, errors.Join(free.Close(), b.configure(c.Kafka))
}

// configure writes the settings of the children.
func (b *restart) configure(brokers string) error {
	cfg := config.Default()
	cfg.Kafka.Brokers, cfg.Kafka.Group = strings.Split(brokers, ","), b.topics[0]
	cfg.Telemetry = []config.Input{{Topic: b.topics[0], Format: "milepost-protobuf", MaxRecordBytes: 1 << 20}}
	cfg.Alerts = noAlerts(cfg.Alerts)
	cfg.Profiles.Topic, cfg.Outcomes.Topic, cfg.DeadLetters.Topic = "", "", b.topics[1]
	cfg.State.Dir, cfg.State.Every = filepath.Join(b.dir, "state"), 10*time.Second
	cfg.Store.SQLite, cfg.HTTP.Listen, cfg.Log.Level = filepath.Join(b.dir, "store.db"), b.listen, "warn"
	text, err := cfg.Render()
	if err != nil {
		return err
	}
	return os.WriteFile(b.config(), text, 0o600)
}

func (b *restart) config() string { return filepath.Join(b.dir, "milepost.yaml") }

func (b *restart) clear(ctx context.Context) error {
	_, err := b.client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: b.topics})
	return errors.Join(err, os.RemoveAll(b.dir))
}

// fill writes the beginning of one simulated drive for each vehicle, in the order in
// which it happened, and gives the frame that follows for all.
func (b *restart) fill(ctx context.Context, c *benchRestartCmd) (next *uplinkBatch, err error) {
	drive, err := beginning(c.Minutes*2 + 1)
	if err != nil {
		return nil, err
	}
	for i, f := range drive {
		batch := &uplinkBatch{frame: f, vehicles: c.Vehicles}
		if i == len(drive)-1 {
			return batch, nil
		}
		if err := b.write(ctx, batch); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the drive is too short")
}

// uplinkBatch is one frame for every vehicle.
type uplinkBatch struct {
	frame    *telemetry.Frame
	vehicles int
}

func (b *restart) write(ctx context.Context, batch *uplinkBatch) (err error) {
	w := uplink.NewWriter(kafka.DefaultTransport, b.client.Addr)
	defer func() { err = errors.Join(err, w.Close()) }()
	for i := range batch.vehicles {
		batch.frame.VehicleID = fmt.Sprintf("bench-%07d", i)
		if err := w.Frame(ctx, b.topics[0], batch.frame); err != nil {
			return err
		}
	}
	return w.Flush(ctx)
}

// beginning gives the first frames, of 30 s, of a simulated drive that goes on after.
func beginning(frames int) ([]*telemetry.Frame, error) {
	simulated, err := fixtures.New(fixtures.Config{Seed: 3, Vehicles: 1, Days: 30, MotionHz: 10, SpeedHz: 10,
		FrameSeconds: 30, Uplinks: []fixtures.Uplink{fixtures.Stream}, Quiet: true})
	if err != nil {
		return nil, fmt.Errorf("simulate a drive: %w", err)
	}
	var run []*telemetry.Frame
	for f := range simulated.Vehicle(0).Frames() {
		if len(run) > 0 && f.Start-run[len(run)-1].End() > 60_000_000 {
			run = run[:0] // another drive
		}
		c := &telemetry.Frame{}
		c.CopyFrom(f)
		if run = append(run, c); len(run) == frames+2 {
			return run[:frames], nil
		}
	}
	return nil, fmt.Errorf("no simulated drive lasts %d s", frames*30)
}

// child is a milepost run as a process of its own.
type child struct {
	process *exec.Cmd
	listen  string
	began   time.Time
}

func (b *restart) start(ctx context.Context, out *terminal) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	c := &child{process: exec.CommandContext(ctx, program, "run", "--config", b.config()), listen: b.listen, began: time.Now()}
	c.process.Stderr = out.Stderr
	if err := c.process.Start(); err != nil {
		return nil, fmt.Errorf("start milepost run: %w", err)
	}
	return c, nil
}

// kill is kill -9.
func (c *child) kill() error {
	err := c.process.Process.Kill()
	_ = c.process.Wait() // it says that the process was killed
	return err
}

// sample is a reading of the metrics, summed over their labels.
type sample map[string]float64

// until polls the child's metrics until they say so, and writes how long that took.
func (c *child) until(ctx context.Context, t table.Writer, what string, done func(sample) bool) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		m, err := c.metrics(ctx)
		if err == nil && done(m) {
			t.AppendRow(table.Row{what, time.Since(c.began).Round(10 * time.Millisecond).String(),
				strconv.FormatFloat(m["process_resident_memory_bytes"]/1e6, 'f', 0, 64)})
			return nil
		}
	}
}

// metrics reads what the child serves; an error where it does not yet.
func (c *child) metrics(ctx context.Context) (sample, error) {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.listen+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	m := sample{}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		name, value, found := strings.Cut(lines.Text(), " ")
		if n, err := strconv.ParseFloat(value, 64); found && err == nil {
			name, _, _ = strings.Cut(name, "{")
			m[name] += n
		}
	}
	return m, lines.Err()
}
