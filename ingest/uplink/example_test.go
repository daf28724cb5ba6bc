package uplink_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"milepost/ingest/decode"
	"milepost/telemetry"
	telemetryv1 "milepost/telemetry/milepost/telemetry/v1"
)

// sendOneSecond is the worked example of docs/uplink.md.
func sendOneSecond(ctx context.Context, brokers ...string) error {
	started := time.Date(2026, time.September, 1, 8, 0, 0, 0, time.UTC) // by the vehicle's clock
	// Four samples of speed, 250 ms apart: 50.00, 50.40, unknown, 50.30 km/h. The first
	// is the value, the others are differences, in 0.01 km/h.
	const unknown = -1 << 31
	frame := &telemetryv1.Telemetry{
		StartUs: started.UnixMicro(), Boot: 12, Sequence: 3456,
		Speed: &telemetryv1.Speed{
			Clock: &telemetryv1.Clock{Samples: 4, PeriodUs: 250_000},
			Speed: []int32{5000, 40, unknown, -10},
		},
		// The ignition is on (signal 1) and location is shared (signal 35).
		Body: &telemetryv1.Body{AtUs: []uint32{0, 0}, Signal: []uint32{1, 35}, Value: []int64{4, 1}},
	}
	value, err := frame.MarshalVT()
	if err != nil {
		return err
	}
	w := kafka.Writer{
		Addr: kafka.TCP(brokers...), Topic: "vehicle.telemetry",
		Balancer:     kafka.Murmur2Balancer{Consistent: true},
		RequiredAcks: kafka.RequireAll, Compression: kafka.Zstd, BatchTimeout: 10 * time.Millisecond,
	}
	err = w.WriteMessages(ctx, kafka.Message{
		Key: []byte("vehicle-7"), Value: value, Time: started.Add(1200 * time.Millisecond), // as the gateway got it
		Headers: []kafka.Header{{Key: "content-type", Value: []byte("application/vnd.milepost.telemetry.v1+protobuf")}},
	})
	if err != nil {
		return err
	}
	return w.Close()
}

// What a producer sends, and what milepost makes of it.
func Example() {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(4, "vehicle.telemetry"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cluster.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := sendOneSecond(ctx, cluster.ListenAddrs()...); err != nil {
		fmt.Println(err)
		return
	}
	reader, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.ConsumeTopics("vehicle.telemetry"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer reader.Close()
	fetched := reader.PollFetches(ctx)
	if err := fetched.Err(); err != nil {
		fmt.Println(err)
		return
	}
	record := fetched.Records()[0]
	frame := telemetry.Frame{VehicleID: string(record.Key), Arrived: record.Timestamp.UnixMicro()}
	if err := new(decode.Milepost).Decode(record.Value, &frame); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, boot %d, sequence %d, arrived %s\n", frame.VehicleID, frame.Boot, frame.Sequence, record.Timestamp.UTC().Format(time.RFC3339Nano))
	for i, at := range frame.Speed.At {
		fmt.Printf("%7d us %6.2f km/h\n", at, frame.Speed.Speed[i]*3.6)
	}
	// Output:
	// vehicle-7, boot 12, sequence 3456, arrived 2026-09-01T08:00:01.2Z
	//       0 us  50.00 km/h
	//  250000 us  50.40 km/h
	//  500000 us    NaN km/h
	//  750000 us  50.30 km/h
}

// The page shows the example as it runs here.
func TestThePageShowsTheExample(t *testing.T) {
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/uplink.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(source), "\nfunc sendOneSecond")
	code, _, found := strings.Cut(code, "\n}\n")
	code = "func sendOneSecond" + strings.ReplaceAll(code, "\t", "    ") + "\n}\n"
	if !found || !strings.Contains(string(page), "```go\n"+code+"```\n") {
		t.Errorf("docs/uplink.md does not show:\n%s", code)
	}
}
