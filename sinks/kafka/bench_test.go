package kafka_test

import (
	"fmt"
	"testing"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/outcome"
	"milepost/sinks/kafka"
)

// BenchmarkWrite writes trips in batches of a thousand to eight partitions of a
// broker in this process, which takes its part of the time.
func BenchmarkWrite(b *testing.B) {
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(8, topic))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	addr := kafkago.TCP(c.ListenAddrs()...)
	rt := &kafkago.Transport{}
	defer rt.CloseIdleConnections()
	w := kafka.NewWriter(rt, addr, kafka.Config{Topic: topic, Compression: kafkago.Lz4})
	const size = 1000
	var batch []outcome.Outcome
	for i := range size {
		batch = append(batch, trip(fmt.Sprint("car-", i%200), i%60, uint32(i)))
	}
	for b.Loop() {
		if err := w.Write(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "outcomes/s")
}
