package raw

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/compress"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// portion is about what a Fetch brings: batches of 50 records of a car-second's 300 bytes.
func portion(t testing.TB, codec compress.Compression, batches int) (set []byte, records int) {
	const each = 50
	value := make([]byte, 300)
	for i := range value {
		value[i] = byte(i * i / 7)
	}
	for i := range batches {
		b := builder{base: int64(i * each), attributes: int16(codec), firstTime: 1, records: make([]record, each)}
		for j := range b.records {
			b.records[j] = record{delta: int64(j), time: int64(j), key: []byte("vehicle-00000001"), value: value,
				headers: []header{{"content-type", []byte("application/x-milepost-frame")}}}
		}
		set = append(set, b.bytes(t)...)
	}
	return set, batches * each
}

func walkPortion(t testing.TB, set []byte, records int) {
	x, err := taken(set, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	if err := x.Each(func(r *Record) error {
		if _, found := r.Header("content-type"); found {
			got++
		}
		return nil
	}); err != nil || got != records {
		t.Fatal(got, err)
	}
	x.Release()
}

func TestAllocatesNothingPerRecord(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes pools forget")
	}
	const batches = 20
	for codec := compress.None; codec <= compress.Zstd; codec++ {
		t.Run(codec.String(), func(t *testing.T) {
			set, records := portion(t, codec, batches)
			most := 2.0 // of the Fetched, whatever it holds
			if codec != compress.None && codec != compress.Snappy {
				most += batches // kafka-go's reader of a batch
			}
			if got := testing.AllocsPerRun(50, func() { walkPortion(t, set, records) }); got > most {
				t.Errorf("%.1f allocations for %d batches of %d records, want at most %.0f", got, batches, records/batches, most)
			}
		})
	}
}

func BenchmarkWalk(b *testing.B) {
	for codec := compress.None; codec <= compress.Zstd; codec++ {
		b.Run(codec.String(), func(b *testing.B) {
			set, records := portion(b, codec, 20)
			b.ReportAllocs()
			for b.Loop() {
				walkPortion(b, set, records)
			}
			perRecord(b, records*b.N)
		})
	}
}

// BenchmarkFetch is of client and broker (kfake, in process) together, on the same processors. The others read the same
// records by kafka-go's own means: docs/decisions/0005-raw-batches.md compares them.
func BenchmarkFetch(b *testing.B) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "bench"))
	if err != nil {
		b.Fatal(err)
	}
	defer cluster.Close()
	const records = 20000
	produceMany(b, cluster.ListenAddrs(), records)
	transport := &kafka.Transport{}
	defer transport.CloseIdleConnections()
	address := kafka.TCP(cluster.ListenAddrs()...)
	client := &kafka.Client{Addr: address, Transport: transport}
	for _, way := range []struct {
		name string
		read func(*testing.B, int)
	}{
		{"raw", func(b *testing.B, n int) { readRaw(b, NewFetcher(transport, address, Config{Topic: "bench"}), n) }},
		{"kafka-go.Client", func(b *testing.B, n int) { readByClient(b, client, n) }},
		{"kafka-go.Reader", func(b *testing.B, n int) { readByReader(b, cluster.ListenAddrs(), n) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for b.Loop() {
				way.read(b, records)
			}
			runtime.ReadMemStats(&after)
			perRecord(b, records*b.N)
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(records*b.N), "allocs/record")
		})
	}
}

func readRaw(b *testing.B, f *Fetcher, records int) {
	for next := int64(0); next < int64(records); {
		x, err := f.Fetch(b.Context(), next)
		if err != nil {
			b.Fatal(err)
		}
		if err := x.Each(func(*Record) error { return nil }); err != nil {
			b.Fatal(err)
		}
		next = x.Next
		x.Release()
	}
}

func readByClient(b *testing.B, client *kafka.Client, records int) {
	for next := int64(0); next < int64(records); {
		x, err := client.Fetch(b.Context(), &kafka.FetchRequest{
			Topic: "bench", Offset: next, MinBytes: 1, MaxBytes: DefaultMaxBytes, MaxWait: DefaultMaxWait,
		})
		if err != nil {
			b.Fatal(err)
		}
		for {
			r, err := x.Records.ReadRecord()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r.Value); err != nil {
				b.Fatal(err)
			}
			next = r.Offset + 1
		}
	}
}

func readByReader(b *testing.B, brokers []string, records int) {
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: brokers, Topic: "bench", MaxBytes: DefaultMaxBytes, MaxWait: DefaultMaxWait})
	for range records {
		if _, err := r.ReadMessage(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer() // closing waits
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
	b.StartTimer()
}

func produceMany(b *testing.B, brokers []string, n int) {
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.DefaultProduceTopic("bench"), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	records := make([]*kgo.Record, n)
	for i := range records {
		records[i] = &kgo.Record{Key: fmt.Appendf(nil, "vehicle-%08d", i), Value: make([]byte, 300)}
	}
	if err := client.ProduceSync(b.Context(), records...).FirstErr(); err != nil {
		b.Fatal(err)
	}
}

func perRecord(b *testing.B, records int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
}
