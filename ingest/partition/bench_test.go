package partition_test

import (
	"context"
	"fmt"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/fixtures"
	"milepost/ingest/blob"
	"milepost/ingest/deadletter"
	"milepost/ingest/decode"
	"milepost/ingest/partition"
	"milepost/ingest/raw"
	"milepost/ingest/snapshot"
	"milepost/ingest/uplink"
	"milepost/metrics"
	"milepost/sinks"
)

// A partition drained from an in-process broker into no sink: fetch, decode, order,
// every detector, checkpoints. The broker's own CPU time is counted too.
func BenchmarkDrain(b *testing.B) {
	for _, c := range []struct {
		name string
		cfg  fixtures.Config
	}{
		{"a car-second a record", fixtures.Config{MotionHz: 10, SpeedHz: 10, FrameSeconds: 1}},
		{"ten car-seconds a record", fixtures.Config{MotionHz: 10, SpeedHz: 10, FrameSeconds: 10}},
		{"an instant a record", fixtures.Config{SpeedHz: 1, FrameSeconds: 1}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.cfg.Seed, c.cfg.Vehicles, c.cfg.Days, c.cfg.Quiet = 1, 60, 1, true
			c.cfg.Uplinks = []fixtures.Uplink{fixtures.Stream}
			client, records := filled(b, c.cfg)
			carSeconds, cpu := int64(0), usage(b)
			for b.Loop() {
				carSeconds += drained(b, client, records)
			}
			spent := usage(b) - cpu
			b.ReportMetric(float64(carSeconds)/spent.Seconds(), "car-seconds/CPU-s")
			b.ReportMetric(float64(records)*float64(b.N)/spent.Seconds(), "records/CPU-s")
		})
	}
}

const topic = "vehicle.telemetry"

// filled is a broker whose topic holds a simulated fleet's telemetry.
func filled(b *testing.B, cfg fixtures.Config) (*kafka.Client, int64) {
	b.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, topic))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(cluster.Close)
	simulated, err := fixtures.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	client := &kafka.Client{Addr: kafka.TCP(cluster.ListenAddrs()[0]), Transport: &kafka.Transport{}}
	w := uplink.NewWriter(client.Transport, client.Addr)
	defer w.Close()
	for f := range simulated.Frames() {
		if err := w.Frame(b.Context(), topic, f); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
	return client, w.Stats().Records
}

// drained runs a partition from its beginning to the last record.
func drained(b *testing.B, client *kafka.Client, records int64) (carSeconds int64) {
	b.Helper()
	dir, err := blob.OpenDir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	key := snapshot.Key{Topic: topic}
	state, err := snapshot.Claim(b.Context(), dir, key, "bench")
	if err != nil {
		b.Fatal(err)
	}
	decoder, err := decode.NewDecoder(decode.Config{})
	if err != nil {
		b.Fatal(err)
	}
	all, err := metrics.New(prometheus.NewRegistry(), "bench")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	fanout := sinks.NewFanout(sinks.FanoutConfig{})
	go func() { _ = fanout.Run(ctx) }()
	last := &until{left: records, stop: stop, Source: raw.NewFetcher(client.Transport, client.Addr, raw.Config{Topic: topic, MaxWait: time.Millisecond})}
	p := partition.New(partition.Config{Topic: topic, Partitions: 1, Every: time.Second, Drain: time.Minute}, partition.Ports{
		Records: last, First: func(context.Context) (int64, error) { return 0, nil },
		Format: decode.MilepostProtobuf, Decoder: decoder, State: state, Outcomes: fanout, Letters: none{b},
		Commit: func(int64) error { return nil }, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Watch: &partition.Watch{All: all, Own: all.Partition(topic, 0), Health: metrics.NewHealth(time.Minute)},
	})
	if err := p.Run(ctx); err != nil {
		b.Fatal(err)
	}
	return p.Counts().CarSeconds
}

// until stops the partition once the log is read to its end and asked for more.
type until struct {
	partition.Source
	left int64
	stop context.CancelFunc
}

func (u *until) Fetch(ctx context.Context, offset int64) (*raw.Fetched, error) {
	if offset >= u.left {
		u.stop()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return u.Source.Fetch(ctx, offset)
}

// none is where no dead letter may come.
type none struct{ b *testing.B }

func (n none) Submit(_ context.Context, letters ...deadletter.Letter) error {
	return fmt.Errorf("%d dead letters", len(letters))
}

func usage(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
