package raw

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"
	"github.com/segmentio/kafka-go/protocol/listoffsets"
	"github.com/segmentio/kafka-go/protocol/metadata"
)

// part is what a scripted broker says of a partition.
type part struct {
	topic                               string
	partition                           int32
	request, code                       int16
	highWatermark, lastStable, logStart int64
	aborted                             []abortedTransaction
	set                                 []byte
}

// response is an answer to Fetch as a broker sends it, with its length before it.
func response(version int16, id int32, p part) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(id))
	b = append(b, 0, 0, 0, 0)
	if version >= 7 {
		b = binary.BigEndian.AppendUint16(b, uint16(p.request))
		b = append(b, 0, 0, 0, 0)
	}
	b = append(b, 0, 0, 0, 1, 0, byte(len(p.topic)))
	b = append(b, p.topic...)
	b = append(b, 0, 0, 0, 1)
	b = binary.BigEndian.AppendUint32(b, uint32(p.partition))
	b = binary.BigEndian.AppendUint16(b, uint16(p.code))
	b = binary.BigEndian.AppendUint64(b, uint64(p.highWatermark))
	b = binary.BigEndian.AppendUint64(b, uint64(p.lastStable))
	if version >= 5 {
		b = binary.BigEndian.AppendUint64(b, uint64(p.logStart))
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(p.aborted)))
	for _, a := range p.aborted {
		b = binary.BigEndian.AppendUint64(b, uint64(a.producer))
		b = binary.BigEndian.AppendUint64(b, uint64(a.first))
	}
	if version >= 11 {
		b = append(b, 255, 255, 255, 255)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(p.set)))
	b = append(b, p.set...)
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
}

// script is a Transport whose broker answers by a function of the request.
type script struct {
	version int16
	answer  func(id int32, request *fetch.Request) []byte
	offsets *listoffsets.Response
	failure error
	noOne   bool
	client  string // who asked last
}

func (s *script) RoundTrip(_ context.Context, _ net.Addr, m kafka.Request) (kafka.Response, error) {
	switch m := m.(type) {
	case *metadata.Request:
		return &metadata.Response{}, s.failure
	case *listoffsets.Request:
		return s.offsets, s.failure
	case protocol.RawExchanger:
		if s.noOne {
			_, err := m.(protocol.BrokerMessage).Broker(protocol.Cluster{})
			return nil, err
		}
		m.Required(map[protocol.ApiKey]int16{protocol.Fetch: s.version})
		return m.RawExchange(&wire{s: s})
	}
	return nil, fmt.Errorf("not scripted: %T", m)
}

// wire is a connection to the scripted broker.
type wire struct {
	s        *script
	question bytes.Buffer
	reply    *bytes.Reader
}

func (w *wire) Write(b []byte) (int, error) { return w.question.Write(b) }

func (w *wire) Read(b []byte) (int, error) {
	if w.reply == nil {
		_, id, client, m, err := protocol.ReadRequest(&w.question)
		if err != nil {
			return 0, err
		}
		w.s.client = client
		w.reply = bytes.NewReader(w.s.answer(id, m.(*fetch.Request)))
	}
	return w.reply.Read(b)
}

func scripted(s *script) *Fetcher {
	return NewFetcher(s, kafka.TCP("broker:9092"), Config{Topic: "cars", Partition: 3, MaxBytes: 100, ClientID: "milepost-1"})
}

func TestFetchEveryVersion(t *testing.T) {
	set, _ := twoBatches(t)
	for version := int16(oldestFetch); version <= 11; version++ {
		var asked *fetch.Request
		s := &script{version: version, answer: func(id int32, request *fetch.Request) []byte {
			asked = request
			return response(version, id, part{topic: "cars", partition: 3, highWatermark: 20, lastStable: 19, logStart: 2, set: set})
		}}
		x, err := scripted(s).Fetch(t.Context(), 11)
		if err != nil {
			t.Fatal(version, err)
		}
		got, err := all(x)
		want := []seen{{11, 1000, false, "b", "2"}, {12, 0, false, "c", "3"}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("version %d: %v (-want +got):\n%s", version, err, diff)
		}
		start := int64(2)
		if version < 5 {
			start = -1
		}
		if x.Next != 13 || x.HighWatermark != 20 || x.LastStable != 19 || x.LogStart != start || x.Size() != len(set) {
			t.Errorf("version %d: %+v", version, x)
		}
		p := asked.Topics[0].Partitions[0]
		if asked.IsolationLevel != readCommitted || p.FetchOffset != 11 || p.PartitionMaxBytes != 100 || asked.MaxWaitTime != 500 || s.client != "milepost-1" {
			t.Errorf("version %d: %q asked for %+v", version, s.client, asked)
		}
		x.Release()
		x.Release()
	}
}

// A broker that cuts the first batch off is asked for more, until it comes whole or more makes no difference.
func TestFirstBatchCutOff(t *testing.T) {
	big := builder{base: 10, records: []record{{value: make([]byte, 5000)}}}.bytes(t)
	var asked []int32
	s := &script{version: 11, answer: func(id int32, request *fetch.Request) []byte {
		asked = append(asked, request.MaxBytes)
		return response(11, id, part{topic: "cars", partition: 3, set: big[:min(len(big), int(request.MaxBytes))]})
	}}
	x, err := scripted(s).Fetch(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Release()
	if diff := cmp.Diff([]int32{100, 400, 1600, 6400}, asked); diff != "" || x.Next != 11 {
		t.Errorf("next is %d; asked for (-want +got):\n%s", x.Next, diff)
	}

	s.answer = func(id int32, _ *fetch.Request) []byte {
		return response(11, id, part{topic: "cars", partition: 3, set: big[:5000]})
	}
	_, err = scripted(s).Fetch(t.Context(), 10)
	want := "cars/3: damaged batch at offset 10: the broker sends less than the whole, though asked for 134217728 bytes"
	if err == nil || err.Error() != want {
		t.Error(err)
	}
}

func TestFetchErrors(t *testing.T) {
	code := func(code kafka.Error) func(int32, *fetch.Request) []byte {
		return func(id int32, _ *fetch.Request) []byte {
			return response(11, id, part{topic: "cars", partition: 3, code: int16(code), highWatermark: -1})
		}
	}
	says := func(p part, wrongID int32, more int) func(int32, *fetch.Request) []byte {
		return func(id int32, _ *fetch.Request) []byte {
			b := response(11, id+wrongID, p)
			return b[:len(b)+more]
		}
	}
	here := part{topic: "cars", partition: 3}
	whole := func(b ...byte) func(int32, *fetch.Request) []byte {
		return func(int32, *fetch.Request) []byte { return b }
	}
	tests := []struct {
		name  string
		s     script
		want  string
		retry bool
	}{
		{"leader moved", script{answer: code(kafka.NotLeaderForPartition)}, "fetch cars/3 from offset 7: [6] Not Leader For Partition", true},
		{"unknown topic", script{answer: code(kafka.UnknownTopicOrPartition)}, "[3] Unknown Topic", true},
		{"broker away", script{answer: code(kafka.BrokerNotAvailable)}, "[8] Broker Not Available", true},
		{"not allowed", script{answer: code(kafka.TopicAuthorizationFailed)}, "[29] Topic Authorization Failed", false},
		{"refused as a whole", script{answer: says(part{topic: "cars", partition: 3, request: int16(kafka.FetchSessionIDNotFound)}, 0, 0)}, "[70] Fetch Session", true},
		{"no broker yet", script{noOne: true}, "fetch cars/3 from offset 7: no broker has answered yet", true},
		{"no broker, as the password is wrong", script{noOne: true, failure: kafka.SASLAuthenticationFailed}, "[58] SASL Authentication Failed", false},
		{"old broker", script{version: 3, answer: code(0)}, "before v4 (Kafka 0.11)", false},
		{"another answer", script{answer: says(here, 1, 0)}, "it answers request 2, and this was 1", true},
		{"another topic", script{answer: says(part{topic: "vans", partition: 3}, 0, 0)}, "another topic", true},
		{"another partition", script{answer: says(part{topic: "cars", partition: 4}, 0, 0)}, "other partitions", true},
		{"connection lost", script{answer: says(here, 0, -5)}, "reading the answer: unexpected EOF", true},
		{"closed", script{answer: whole()}, "unexpected EOF", true},
		{"cut off within", script{answer: whole(0, 0, 0, 6, 0, 0, 0, 1, 0, 0)}, "it is cut off", true},
		{"not Kafka", script{answer: whole([]byte("HTTP/1.1 400")...)}, "it claims 1213486160 bytes", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.s.version == 0 {
				test.s.version = 11
			}
			_, err := scripted(&test.s).Fetch(t.Context(), 7)
			if err == nil || !strings.Contains(err.Error(), test.want) || Retryable(err) != test.retry {
				t.Errorf("%v, retryable: %t", err, Retryable(err))
			}
		})
	}
}

func TestOutOfRange(t *testing.T) {
	bounds := func(code int16) *listoffsets.Response {
		return &listoffsets.Response{Topics: []listoffsets.ResponseTopic{{Topic: "cars", Partitions: []listoffsets.ResponsePartition{
			{Partition: 3, Timestamp: kafka.FirstOffset, Offset: 40, ErrorCode: code},
			{Partition: 3, Timestamp: kafka.LastOffset, Offset: 90},
		}}}}
	}
	s := &script{version: 11, offsets: bounds(0), answer: func(id int32, _ *fetch.Request) []byte {
		return response(11, id, part{topic: "cars", partition: 3, code: int16(kafka.OffsetOutOfRange)})
	}}
	_, err := scripted(s).Fetch(t.Context(), 7)
	var out *OutOfRangeError
	if !errors.As(err, &out) || *out != (OutOfRangeError{"cars", 3, 7, 40, 90}) || Retryable(err) {
		t.Errorf("%v", err)
	}
	if want := "fetch cars/3 from offset 7: cars/3 has no offset 7: it holds 40 to before 90"; err.Error() != want {
		t.Error(err)
	}
	s.offsets = bounds(int16(kafka.NotLeaderForPartition))
	if _, err := scripted(s).Fetch(t.Context(), 7); isOf[*OutOfRangeError](err) || !Retryable(err) {
		t.Errorf("%v: bounds that are not known must not be guessed", err)
	}
}

func TestCancelledIsNotRetryable(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := fmt.Errorf("fetch: %w", ctx.Err()); Retryable(err) {
		t.Error(err)
	}
	if !Retryable(context.DeadlineExceeded) || Retryable(nil) || !Retryable(io.ErrUnexpectedEOF) {
		t.Error("a time limit and a lost connection must be retryable, and nothing is no error")
	}
}
