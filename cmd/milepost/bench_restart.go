package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/dustin/go-humanize"
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
	err = first.until(ctx, t, "all records read", func(m sample) bool {
		return m["milepost_lag_records"] == 0 && m["milepost_records_total"] >= float64(2*c.Minutes*c.Vehicles)
	})
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

func (c *benchRestartCmd) prepare(ctx context.Context) (*benchRun, error) {
	b, err := newBenchRun(ctx, c.Kafka, c.Partitions, uplink.KeepHistory(), "-dead-letters")
	if err != nil {
		return nil, err
	}
	return b, b.configure(c.Kafka, func(cfg *config.Config) {
		cfg.Outcomes.Topic, cfg.DeadLetters.Topic = "", b.topics[1]
		cfg.State.Every = 10 * time.Second
		cfg.Store.SQLite = filepath.Join(b.dir, "store.db")
	})
}

// fill writes the beginning of one simulated drive for each vehicle, in the order in
// which it happened, and gives the frame that follows for all.
func (b *benchRun) fill(ctx context.Context, c *benchRestartCmd) (next *uplinkBatch, err error) {
	drive, err := beginning(c.Minutes*2+1, 30, 10)
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

func (b *benchRun) write(ctx context.Context, batch *uplinkBatch) (err error) {
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

// beginning gives the first frames, of so many seconds each, of a simulated drive that
// goes on after.
func beginning(frames, seconds, motionHz int) ([]*telemetry.Frame, error) {
	simulated, err := fixtures.New(fixtures.Config{Seed: 3, Vehicles: 1, Days: 30, MotionHz: motionHz, SpeedHz: 10,
		FrameSeconds: seconds, Uplinks: []fixtures.Uplink{fixtures.Stream}, Quiet: true})
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
	return nil, fmt.Errorf("no simulated drive lasts %d s", frames*seconds)
}
