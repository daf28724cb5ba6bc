package raw_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"milepost/ingest/raw"
)

// The same scenarios on a broker within the process and on Apache Kafka.

func TestOnKfake(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			if s.real {
				t.Skip("kfake neither stamps append times nor compacts")
			}
			cluster, err := kfake.NewCluster(kfake.NumBrokers(3))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(cluster.Close)
			s.run(newLive(t, cluster.ListenAddrs()...))
		})
	}
}

func TestOnKafka(t *testing.T) {
	address := os.Getenv("MILEPOST_KAFKA")
	if address == "" {
		const missing = "MILEPOST_KAFKA names no broker (export $(dev/kafka up))"
		if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) { s.run(newLive(t, address)) })
	}
}

// live is a broker and a topic of the test's own.
type live struct {
	*testing.T
	ctx     context.Context
	brokers []string
	topic   string
	client  *kafka.Client
	admin   *kadm.Client
}

func newLive(t *testing.T, brokers ...string) *live {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	transport := &kafka.Transport{MetadataTTL: time.Second}
	t.Cleanup(transport.CloseIdleConnections)
	l := &live{
		T: t, ctx: ctx, brokers: brokers,
		topic:  fmt.Sprint(strings.NewReplacer("/", ".", "'", "").Replace(t.Name()), ".", time.Now().UnixNano()),
		client: &kafka.Client{Addr: kafka.TCP(brokers...), Transport: transport},
	}
	l.admin = kadm.NewClient(l.producer())
	return l
}

// create makes the topic, with one partition; settings are name, value, name, value.
func (l *live) create(settings ...string) {
	l.Helper()
	configs := map[string]*string{}
	for i := 0; i < len(settings); i += 2 {
		configs[settings[i]] = &settings[i+1]
	}
	if _, err := l.admin.CreateTopic(l.ctx, 1, 1, configs, l.topic); err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { l.admin.DeleteTopics(context.WithoutCancel(l.ctx), l.topic) })
}

func (l *live) producer(opts ...kgo.Opt) *kgo.Client {
	l.Helper()
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(l.brokers...), kgo.DefaultProduceTopic(l.topic))...)
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(client.Close)
	return client
}

func (l *live) produce(client *kgo.Client, records ...*kgo.Record) {
	l.Helper()
	if err := client.ProduceSync(l.ctx, records...).FirstErr(); err != nil {
		l.Fatal(err)
	}
}

func (l *live) fetcher(maxBytes int) *raw.Fetcher {
	return raw.NewFetcher(l.client.Transport, l.client.Addr, raw.Config{
		Topic: l.topic, MaxBytes: maxBytes, MaxWait: 100 * time.Millisecond, ClientID: "test",
	})
}

// fetch asks again while the cluster tells that it is not ready.
func (l *live) fetch(f *raw.Fetcher, offset int64) *raw.Fetched {
	l.Helper()
	for {
		x, err := f.Fetch(l.ctx, offset)
		if err == nil {
			l.Cleanup(x.Release)
			return x
		}
		if !raw.Retryable(err) || l.ctx.Err() != nil {
			l.Fatal(err)
		}
	}
}

type got struct {
	Offset     int64
	Arrived    int64
	Appended   bool
	Key, Value string
}

// read gives what stands from an offset to the high watermark, and where that is.
func (l *live) read(f *raw.Fetcher, offset int64) (list []got, end int64) {
	l.Helper()
	for {
		x := l.fetch(f, offset)
		if err := x.Each(func(r *raw.Record) error {
			list = append(list, got{r.Offset, r.Arrived, r.Appended, string(r.Key), string(r.Value)})
			return nil
		}); err != nil {
			l.Fatal(err)
		}
		if offset = x.Next; offset >= x.HighWatermark {
			return list, offset
		}
	}
}

func offsets(list []got) []int64 {
	var offsets []int64
	for _, r := range list {
		offsets = append(offsets, r.Offset)
	}
	return offsets
}

func values(list []got) []string {
	var values []string
	for _, r := range list {
		values = append(values, r.Value)
	}
	return values
}

func TestBrokerGone(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "cars"))
	if err != nil {
		t.Fatal(err)
	}
	transport := &kafka.Transport{}
	defer transport.CloseIdleConnections()
	f := raw.NewFetcher(transport, kafka.TCP(cluster.ListenAddrs()...), raw.Config{Topic: "cars", MaxWait: time.Millisecond})
	x, err := f.Fetch(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	x.Release()
	cluster.Close()
	for range 3 { // an idle connection that has ended, then none at all
		if _, err := f.Fetch(t.Context(), 0); err == nil || !raw.Retryable(err) {
			t.Errorf("%v, retryable: %t", err, raw.Retryable(err))
		}
	}
}
