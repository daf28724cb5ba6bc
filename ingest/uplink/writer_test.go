package uplink

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"

	"milepost/fixtures"
	"milepost/ingest/decode"
	"milepost/telemetry"
)

// live is a broker, and topics of the test's own.
type live struct {
	*testing.T
	client *kafka.Client
	suffix string
}

func newLive(t *testing.T, brokers ...string) *live {
	t.Helper()
	transport := &kafka.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &live{t, &kafka.Client{Addr: kafka.TCP(brokers...), Transport: transport}, fmt.Sprintf("-%x", time.Now().UnixNano())}
}

// create makes a topic and gives its name, which no other test has.
func (t *live) create(name string, partitions int, settings ...string) string {
	t.Helper()
	name += t.suffix
	if made, err := Create(t.Context(), t.client, name, partitions, settings...); !made || err != nil {
		t.Fatalf("%s: made %v, error %v", name, made, err)
	}
	return name
}

var scenarios = map[string]func(*live){
	"frames":        framesArriveAsTheyWereSent,
	"topics":        topicsAreDescribed,
	"missing topic": missingTopicIsAnError,
	"profiles":      profilesLieBesideTelemetry,
}

// The same scenarios on a broker within the process and on Apache Kafka.

func TestOnKfake(t *testing.T) {
	for name, run := range scenarios {
		t.Run(name, func(t *testing.T) {
			c, err := kfake.NewCluster(kfake.NumBrokers(1))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.Close)
			run(newLive(t, c.ListenAddrs()...))
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
	for name, run := range scenarios {
		t.Run(name, func(t *testing.T) { run(newLive(t, address)) })
	}
}

// consume reads n records of a topic with a client of other hands.
func (t *live) consume(topic string, n int) []*kgo.Record {
	t.Helper()
	reader, err := kgo.NewClient(kgo.SeedBrokers(t.client.Addr.String()), kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var all []*kgo.Record
	for len(all) < n {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("after %d of %d records: %v", len(all), n, err)
		}
		all = append(all, fetches.Records()...)
	}
	return all
}

func framesArriveAsTheyWereSent(t *live) {
	topic := t.create("cars", 5, KeepHistory()...)
	simulated, err := fixtures.New(fixtures.Config{Seed: 3, Vehicles: 8, Days: 1, MotionHz: 10, FrameSeconds: 60, TripsPerDay: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := NewWriter(t.client.Transport, t.client.Addr)
	defer w.Close()
	sent := map[string][]*telemetry.Frame{}
	n := 0
	for f := range simulated.Frames() {
		if err := w.Frame(t.Context(), topic, f); err != nil {
			t.Fatal(err)
		}
		kept := new(telemetry.Frame)
		kept.CopyFrom(f)
		kept.Arrived -= kept.Arrived % 1000 // Kafka keeps milliseconds
		sent[f.VehicleID] = append(sent[f.VehicleID], kept)
		n++
	}
	if err := w.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.Stats(); got.Records != int64(n) || n < 100 {
		t.Errorf("%d frames are counted as %+v", n, got)
	}
	var d decode.Milepost
	got := map[string][]*telemetry.Frame{}
	places := map[string]int32{}
	arrived := map[int32]int64{}
	for _, r := range t.consume(topic, n) {
		f := &telemetry.Frame{VehicleID: string(r.Key), Arrived: r.Timestamp.UnixMicro()}
		if err := d.Decode(r.Value, f); err != nil {
			t.Fatal(err)
		}
		if first, ok := places[f.VehicleID]; ok && first != r.Partition {
			t.Fatalf("vehicle %s is in partitions %d and %d", f.VehicleID, first, r.Partition)
		}
		places[f.VehicleID] = r.Partition
		if f.Arrived < arrived[r.Partition] {
			t.Fatalf("partition %d goes back in time at offset %d", r.Partition, r.Offset)
		}
		arrived[r.Partition] = f.Arrived
		if len(r.Headers) != 1 || r.Headers[0].Key != ContentType || string(r.Headers[0].Value) != TelemetryContentType {
			t.Fatalf("headers %v", r.Headers)
		}
		got[f.VehicleID] = append(got[f.VehicleID], f)
	}
	same := cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateNaNs(), cmpopts.EquateApprox(2e-7, 1e-6)}
	for vehicle, frames := range sent {
		if diff := cmp.Diff(frames, got[vehicle], same); diff != "" {
			t.Errorf("frames of %s (-sent +read):\n%.2000s", vehicle, diff)
		}
	}
}

// The partition of a key is the one that Kafka's own client would choose: against
// values of murmur2 that the Java client is tested with, and against franz-go's.
func TestPartitionsAreThoseOfTheJavaClient(t *testing.T) {
	w := NewWriter(nil, nil)
	choose := func(key []byte, partitions int) int {
		all := make([]int, partitions)
		for i := range all {
			all[i] = i
		}
		return w.to.Balancer.Balance(kafka.Message{Key: key}, all...)
	}
	for key, hash := range map[string]int32{
		"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536, "a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971, "abc": 479470107,
	} {
		const partitions = 1009
		if got, want := choose([]byte(key), partitions), int(hash&math.MaxInt32)%partitions; got != want {
			t.Errorf("%q goes to partition %d, want %d", key, got, want)
		}
	}
	other := kgo.StickyKeyPartitioner(nil).ForTopic("any")
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "key")
		partitions := rapid.IntRange(1, 500).Draw(t, "partitions")
		if got, want := choose(key, partitions), other.Partition(&kgo.Record{Key: key}, partitions); got != want {
			t.Fatalf("%x of %d: partition %d, franz-go has %d", key, partitions, got, want)
		}
	})
}

func topicsAreDescribed(t *live) {
	ctx := t.Context()
	if _, err := Describe(ctx, t.client, "none"+t.suffix); !errors.Is(err, ErrNoTopic) {
		t.Errorf("error %v, want ErrNoTopic", err)
	}
	for _, c := range []struct {
		want     Topic
		settings []string
	}{
		{Topic{"appended", 3, true}, []string{"message.timestamp.type", "LogAppendTime"}},
		{Topic{"created", 2, false}, KeepHistory()},
		{Topic{"profiles", 2, false}, Compacted()},
	} {
		c.want.Name = t.create(c.want.Name, c.want.Partitions, c.settings...)
		if got, err := Describe(ctx, t.client, c.want.Name); err != nil || got != c.want {
			t.Errorf("%+v, error %v, want %+v", got, err, c.want)
		}
		if made, err := Create(ctx, t.client, c.want.Name, 7); err != nil || made {
			t.Errorf("%s again: made %v, error %v", c.want.Name, made, err)
		}
	}
	if _, err := Create(ctx, t.client, "hollow"+t.suffix, 0); err == nil {
		t.Error("a topic without partitions was made")
	}
}

func missingTopicIsAnError(t *live) {
	w := NewWriter(t.client.Transport, t.client.Addr)
	defer w.Close()
	if err := w.Frame(t.Context(), "nowhere"+t.suffix, &telemetry.Frame{VehicleID: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(t.Context()); !errors.Is(err, kafka.UnknownTopicOrPartition) {
		t.Errorf("to a missing topic: %v", err)
	}
}

// A profile is on the partition of its vehicle's telemetry.
func profilesLieBesideTelemetry(t *live) {
	cars, profiles := t.create("cars", 7, KeepHistory()...), t.create("profiles", 7, Compacted()...)
	w := NewWriter(t.client.Transport, t.client.Addr)
	defer w.Close()
	const n = 40
	for i := range n {
		vehicle := fmt.Sprintf("v%d", i)
		err := errors.Join(w.Frame(t.Context(), cars, &telemetry.Frame{VehicleID: vehicle, Arrived: 1}),
			w.Profile(t.Context(), profiles, vehicle, time.UnixMilli(1), []byte("{}")))
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	places := map[string]int32{}
	for _, r := range t.consume(cars, n) {
		places[string(r.Key)] = r.Partition
	}
	for _, r := range t.consume(profiles, n) {
		if places[string(r.Key)] != r.Partition {
			t.Errorf("%s: telemetry in partition %d, profile in %d", r.Key, places[string(r.Key)], r.Partition)
		}
		if string(r.Headers[0].Value) != ProfileContentType {
			t.Errorf("headers %v", r.Headers)
		}
	}
}
