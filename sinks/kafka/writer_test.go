package kafka_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/sinks"
	"milepost/sinks/kafka"
	"milepost/sinks/read/readtest"
)

func trip(vehicle string, number int, revision uint32) *outcome.Trip {
	at := outcome.Time(time.Date(2026, 9, 1, 8, number, 0, 0, time.UTC).UnixMicro())
	return &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at, Revision: revision},
		State:  outcome.Final, StartedAt: at, EndedAt: at, Zone: "UTC", LocalDate: "2026-09-01", DistanceSource: "speed",
		Route: &outcome.Route{Polyline: "_p~iF~ps|U_ulLnnqC", Parts: []outcome.RoutePart{{To: 1, Source: "raw"}}},
		Receipt: outcome.Receipt{Method: "performance/1", Inputs: map[string]float64{}, Thresholds: map[string]float64{},
			Tracks: []outcome.TrackSpan{}, Distances: map[string]float64{}},
	}
}

func TestAnOutcomeIsACloudEvent(t *testing.T) {
	_, addr := cluster(t, 1)
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic, Source: "/fleet/7"})
	want := trip("car-1", 0, 2)
	if err := w.Write(t.Context(), []outcome.Outcome{want}); err != nil {
		t.Fatal(err)
	}
	r := read(t, addr, topic)[0][0]
	var headers strings.Builder
	for _, h := range r.Headers {
		fmt.Fprintf(&headers, "%s: %s\n", h.Key, h.Value)
	}
	wantHeaders := `ce_specversion: 1.0
ce_id: ` + want.ID + `/2
ce_source: /fleet/7
ce_type: milepost.trip.v1
ce_time: 2026-09-01T08:00:00.000Z
ce_subject: ` + want.ID + `
ce_revision: 2
content-type: application/json
`
	if diff := cmp.Diff(wantHeaders, headers.String()); diff != "" || string(r.Key) != "car-1" {
		t.Errorf("key %q, headers (-want +got):\n%s", r.Key, diff)
	}
	got, err := outcome.Decode(r.Value)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(outcome.Outcome(want), got); diff != "" {
		t.Errorf("outcome (-sent +read):\n%s", diff)
	}
}

func TestWhatIsWithdrawnCarriesNoPlace(t *testing.T) {
	_, addr := cluster(t, 1)
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic})
	gone := trip("car-1", 0, 2)
	gone.State = outcome.Withdrawn
	lat, lon := 40.41, -3.7
	event := &outcome.Event{
		Header: outcome.Header{Type: outcome.TypeEvent, ID: gone.ID, VehicleID: "car-1", At: gone.At, Revision: 2},
		State:  outcome.Withdrawn, Kind: outcome.HarshBraking, Level: 1, StartedAt: gone.At, Estimator: "speed", Lat: &lat, Lon: &lon, TripID: gone.ID, Method: "performance/1",
	}
	hit := readtest.NewCollision("car-1", "account-7", gone.At)
	hit.State = outcome.Withdrawn
	if err := w.Write(t.Context(), []outcome.Outcome{gone, event, hit}); err != nil {
		t.Fatal(err)
	}
	valid, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range read(t, addr, topic)[0] {
		for _, place := range []string{"40.41", "p~iF", "route", "\"pulse\":", "\"position\":", "direction", "impacts", "account-7", "driver_id"} {
			if strings.Contains(string(r.Value), place) {
				t.Errorf("%s says %q", r.Value, place)
			}
		}
		if err := valid.ValidateJSON(r.Value); err != nil {
			t.Error(err)
		}
	}
	if gone.Route == nil || event.Lat == nil || hit.Pulse == nil || hit.Position == nil {
		t.Error("the batch was changed")
	}
}

func TestPartitionsAreThoseOfJavasProducer(t *testing.T) {
	const partitions = 7
	_, addr := cluster(t, partitions)
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic})
	var batch []outcome.Outcome
	for i := range 200 {
		batch = append(batch, trip(fmt.Sprint("vehicle-", i), 0, 1))
	}
	if err := w.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	java := kgo.StickyKeyPartitioner(nil).ForTopic(topic)
	for partition, records := range read(t, addr, topic) {
		for _, r := range records {
			if want := java.Partition(r, partitions); int(partition) != want {
				t.Errorf("key %s is in partition %d, want %d", r.Key, partition, want)
			}
		}
	}
}

// troubledRun writes a history through the fan-out and tells whether every vehicle's outcomes
// stand in the topic in order, whatever was repeated.
func troubledRun(t *testing.T, rt kafkago.RoundTripper, addr net.Addr, topic string, codec kafkago.Compression) (copies int) {
	t.Helper()
	w := kafka.NewWriter(rt, addr, kafka.Config{Topic: topic, BatchBytes: 4000, Compression: codec, Timeout: 5 * time.Second})
	rng := rand.New(rand.NewPCG(20260901, 1))
	f := sinks.NewFanout(sinks.FanoutConfig{Batch: 50, Linger: time.Millisecond, Backoff: sinks.Backoff{Min: time.Millisecond, Max: 5 * time.Millisecond}},
		sinks.Named{Name: "kafka", Writer: w})
	ended := make(chan error, 1)
	go func() { ended <- f.Run(t.Context()) }()
	want := map[string][]string{}
	for i := range 600 {
		o := trip(fmt.Sprint("car-", rng.IntN(20)), i%60, uint32(i)) //nolint:gosec // small
		want[o.VehicleID] = append(want[o.VehicleID], fmt.Sprintf("%s/%d", o.ID, o.Revision))
		if _, err := f.Submit(t.Context(), []outcome.Outcome{o}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.Close(t.Context()), <-ended); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, records := range read(t, addr, topic) {
		for _, r := range records {
			copies++
			id := string(r.Headers[1].Value)
			if seen := got[string(r.Key)]; !slices.Contains(seen, id) {
				got[string(r.Key)] = append(seen, id)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ids by vehicle, without repeats (-want +got):\n%s", diff)
	}
	return copies
}

func TestOrderUnderErrorsOfTheBroker(t *testing.T) {
	c, addr := cluster(t, 3)
	rng := rand.New(rand.NewPCG(7, 7))
	codes := []int16{kerr.NotLeaderForPartition.Code, kerr.RequestTimedOut.Code, kerr.NotEnoughReplicasAfterAppend.Code, kerr.KafkaStorageError.Code}
	refused := 0
	c.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) { //nolint:revive,staticcheck // kfake's order
		c.KeepControl()
		if rng.IntN(4) > 0 {
			return nil, nil, false
		}
		refused++
		return refusal(req.(*kmsg.ProduceRequest), codes[rng.IntN(len(codes))]), nil, true
	})
	copies := troubledRun(t, transport(t, nil), addr, topic, kafkago.Snappy)
	if refused < 10 {
		t.Errorf("only %d requests were refused", refused)
	}
	t.Logf("%d requests refused; 600 outcomes in %d copies", refused, copies)
}

// refusal answers every partition of a request with an error.
func refusal(req *kmsg.ProduceRequest, code int16) *kmsg.ProduceResponse {
	resp := req.ResponseKind().(*kmsg.ProduceResponse)
	for _, t := range req.Topics {
		rt := kmsg.NewProduceResponseTopic()
		rt.Topic = t.Topic
		for _, p := range t.Partitions {
			rp := kmsg.NewProduceResponseTopicPartition()
			rp.Partition, rp.ErrorCode = p.Partition, code
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

func TestOrderWhereRepliesAreLost(t *testing.T) {
	_, addr := cluster(t, 3)
	network := &unsteady{rng: rand.New(rand.NewPCG(3, 3))}
	copies := troubledRun(t, transport(t, network.dial), addr, topic, kafkago.Lz4)
	if network.broken < 5 || copies <= 600 {
		t.Errorf("%d connections broken, %d copies: nothing was repeated", network.broken, copies)
	}
	t.Logf("%d connections broken; 600 outcomes in %d copies", network.broken, copies)
}

func TestOrderOnARealBroker(t *testing.T) {
	addr, name := realBroker(t, 3)
	network := &unsteady{rng: rand.New(rand.NewPCG(3, 3))}
	copies := troubledRun(t, transport(t, network.dial), addr, name, kafkago.Zstd)
	t.Logf("%d connections broken; 600 outcomes in %d copies", network.broken, copies)
}

func TestARecordTooLargeIsNamed(t *testing.T) {
	_, addr := cluster(t, 1, kfake.BrokerConfigs(map[string]string{"message.max.bytes": "9000"}))
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic})
	var batch []outcome.Outcome
	for i := range 40 { // too much for one batch, each for itself small enough
		batch = append(batch, trip("car-1", i, 1))
	}
	if err := w.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, r := range read(t, addr, topic)[0] {
		order = append(order, strings.TrimSuffix(string(r.Headers[1].Value), "/1"))
	}
	for i, o := range batch {
		if order[i] != o.Head().ID {
			t.Fatalf("record %d is not outcome %d", i, i)
		}
	}
	huge := trip("car-1", 50, 1)
	huge.Route.Polyline = strings.Repeat("secretplace", 2000)
	batch[3] = huge
	err := w.Write(t.Context(), batch)
	var culprit *sinks.OutcomeError
	if !errors.As(err, &culprit) || culprit.Index != 3 || culprit.ID != huge.ID || culprit.Type != outcome.TypeTrip || sinks.Retryable(err) {
		t.Errorf("got %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "secretplace") {
		t.Errorf("the error holds the place: %v", err)
	}
}

func TestAnOutcomeThatCannotBeEncodedIsNamed(t *testing.T) {
	_, addr := cluster(t, 1)
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic})
	bad := trip("car-1", 1, 1)
	bad.DistanceM = math.NaN()
	err := w.Write(t.Context(), []outcome.Outcome{trip("car-1", 0, 1), bad})
	var culprit *sinks.OutcomeError
	if !errors.As(err, &culprit) || culprit.Index != 1 || culprit.ID != bad.ID || sinks.Retryable(err) {
		t.Errorf("got %v", err)
	}
	if all := read(t, addr, topic); len(all) != 0 {
		t.Errorf("%d partitions were written", len(all))
	}
	headless := trip("", 1, 1)
	if err := w.Write(t.Context(), []outcome.Outcome{headless}); err == nil || !strings.Contains(err.Error(), "vehicle_id is empty") {
		t.Errorf("got %v", err)
	}
}

func TestAMissingTopicIsAskedForAWhile(t *testing.T) {
	_, addr := cluster(t, 1)
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: "milepost.misspelt"})
	for try := 1; ; try++ {
		err := w.Write(t.Context(), []outcome.Outcome{trip("car-1", 0, 1)})
		if again := sinks.Retryable(err); again != (try < 10) {
			t.Fatalf("try %d: %v", try, err)
		}
		if try == 10 {
			if !strings.Contains(err.Error(), "topic milepost.misspelt is not there after 10 tries") {
				t.Error(err)
			}
			return
		}
	}
}

func TestAWrongPasswordIsPermanent(t *testing.T) {
	c, addr := cluster(t, 1, kfake.EnableSASL(), kfake.Superuser("PLAIN", "milepost", "right"))
	// kfake only hangs up; Kafka says why.
	c.ControlKey(int16(kmsg.SASLAuthenticate), func(req kmsg.Request) (kmsg.Response, error, bool) { //nolint:revive,staticcheck // kfake's order
		c.KeepControl()
		resp := req.ResponseKind().(*kmsg.SASLAuthenticateResponse)
		resp.ErrorCode = kerr.SaslAuthenticationFailed.Code
		return resp, nil, true
	})
	rt := transport(t, nil)
	rt.SASL = plain.Mechanism{Username: "milepost", Password: "wrong-secret"}
	w := kafka.NewWriter(rt, addr, kafka.Config{Topic: topic})
	err := w.Write(t.Context(), []outcome.Outcome{trip("car-1", 0, 1)})
	if err == nil || sinks.Retryable(err) || strings.Contains(err.Error(), "wrong-secret") {
		t.Errorf("got %v", err)
	}
}

func TestABrokerThatIsAwayIsTriedAgain(t *testing.T) {
	c, addr := cluster(t, 1)
	c.Close()
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic})
	batch := []outcome.Outcome{trip("car-1", 0, 1), trip("car-1", 1, 1)}
	err := w.Write(t.Context(), batch)
	var again *sinks.RetryableError
	if !errors.As(err, &again) || len(again.Left) != 2 {
		t.Errorf("got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Write(ended, batch); !errors.Is(err, context.Canceled) || sinks.Retryable(err) {
		t.Errorf("after the end of the context: %v", err)
	}
}

func TestOnlyTheFailedPartitionIsLeft(t *testing.T) {
	c, addr := cluster(t, 2)
	c.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) { //nolint:revive,staticcheck // kfake's order
		c.KeepControl()
		if p := req.(*kmsg.ProduceRequest); p.Topics[0].Partitions[0].Partition == 1 {
			return refusal(p, kerr.NotLeaderForPartition.Code), nil, true
		}
		return nil, nil, false
	})
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic})
	var batch []outcome.Outcome
	for i := range 50 {
		batch = append(batch, trip(fmt.Sprint("car-", i), 0, 1))
	}
	err := w.Write(t.Context(), batch)
	var again *sinks.RetryableError
	if !errors.As(err, &again) {
		t.Fatal(err)
	}
	written := len(read(t, addr, topic)[0])
	if written == 0 || written+len(again.Left) != 50 {
		t.Errorf("%d written, %d left of 50", written, len(again.Left))
	}
	java := kgo.StickyKeyPartitioner(nil).ForTopic(topic)
	for _, o := range again.Left {
		if java.Partition(&kgo.Record{Key: []byte(o.Head().VehicleID)}, 2) != 1 {
			t.Errorf("vehicle %s is left and belongs to the partition that took it", o.Head().VehicleID)
		}
	}
}

func TestEveryCompressionIsReadBack(t *testing.T) {
	for _, codec := range []kafkago.Compression{0, kafkago.Gzip, kafkago.Snappy, kafkago.Lz4, kafkago.Zstd} {
		_, addr := cluster(t, 1)
		w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic, Compression: codec})
		want := trip("car-1", 0, 1)
		if err := w.Write(t.Context(), []outcome.Outcome{want}); err != nil {
			t.Fatal(codec, err)
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, addr, topic)[0][0].Value; string(got) != string(text) {
			t.Errorf("%v: read %s", codec, got)
		}
	}
}
