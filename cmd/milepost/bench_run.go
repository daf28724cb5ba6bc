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

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/ingest/uplink"
)

// benchRun is the world of a measurement in which milepost run is a process of its own.
type benchRun struct {
	client *kafka.Client
	topics []string
	dir    string
	listen string
}

// newBenchRun makes topics, the first for telemetry, with the others' names made of its
// own, a folder, and a port to listen on.
func newBenchRun(ctx context.Context, brokers string, partitions int, settings []string, others ...string) (*benchRun, error) {
	b := &benchRun{client: &kafka.Client{Addr: kafka.TCP(strings.Split(brokers, ",")...)}}
	name := fmt.Sprintf("milepost-bench-%d", time.Now().UnixNano())
	b.topics = []string{name}
	for _, other := range others {
		b.topics = append(b.topics, name+other)
	}
	for _, t := range b.topics {
		if _, err := uplink.Create(ctx, b.client, t, partitions, settings...); err != nil {
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
	return b, free.Close()
}

// configure writes the settings of the children: no profiles, no alerts, and what is set
// on top of that.
func (b *benchRun) configure(brokers string, set func(*config.Config)) error {
	cfg := config.Default()
	cfg.Kafka.Brokers, cfg.Kafka.Group = strings.Split(brokers, ","), b.topics[0]
	cfg.Telemetry = []config.Input{{Topic: b.topics[0], Format: "milepost-protobuf", MaxRecordBytes: 1 << 20}}
	cfg.Alerts, cfg.Profiles.Topic, cfg.Factors.Topic = noAlerts(cfg.Alerts), "", ""
	cfg.State.Dir, cfg.HTTP.Listen, cfg.Log.Level = filepath.Join(b.dir, "state"), b.listen, "warn"
	set(&cfg)
	text, err := cfg.Render()
	if err != nil {
		return err
	}
	return os.WriteFile(b.config(), text, 0o600)
}

func (b *benchRun) config() string { return filepath.Join(b.dir, "milepost.yaml") }

func (b *benchRun) clear(ctx context.Context) error {
	_, err := b.client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: b.topics})
	return errors.Join(err, os.RemoveAll(b.dir))
}

// child is a milepost run as a process of its own.
type child struct {
	process *exec.Cmd
	listen  string
	began   time.Time
}

func (b *benchRun) start(ctx context.Context, out *terminal) (*child, error) {
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

// ready waits until all partitions are restored.
func (c *child) ready(ctx context.Context) error {
	for {
		ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.listen+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		if answer, err := http.DefaultClient.Do(ask); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
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
