package raw_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"milepost/ingest/raw"
)

var scenarios = []struct {
	name string
	real bool // only there
	run  func(*live)
}{
	{"every codec", false, everyCodec},
	{"append time", true, appendTime},
	{"from every offset", false, fromEveryOffset},
	{"a batch above MaxBytes", false, aboveMaxBytes},
	{"compaction", true, compaction},
	{"retention ahead", false, retentionAhead},
	{"transactions", false, transactional},
	{"unknown topic", false, unknownTopic},
	{"kafka-go's Fetch", false, othersFetch},
}

func everyCodec(l *live) {
	l.create("message.timestamp.type", "CreateTime", "retention.ms", "-1")
	made := time.Date(2024, 2, 29, 12, 0, 0, 7e6, time.UTC)
	var want []got
	for codec := kafka.Compression(0); codec <= kafka.Zstd; codec++ {
		w := &kafka.Writer{
			Addr: l.client.Addr, Topic: l.topic, Compression: codec, RequiredAcks: kafka.RequireAll,
			BatchTimeout: time.Millisecond, Transport: l.client.Transport,
		}
		var messages []kafka.Message
		for i := range 100 {
			m := kafka.Message{
				Key: fmt.Append(nil, "k", i), Value: []byte(strings.Repeat(fmt.Sprint(codec, i), i)), Time: made.Add(time.Duration(i) * time.Second),
				Headers: []kafka.Header{{Key: "codec", Value: []byte(codec.String())}},
			}
			messages = append(messages, m)
			want = append(want, got{int64(len(want)), m.Time.UnixMicro(), false, string(m.Key), string(m.Value)})
		}
		for {
			err := w.WriteMessages(l.ctx, messages...)
			if err == nil {
				break
			}
			if !errors.Is(err, kafka.UnknownTopicOrPartition) {
				l.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			l.Fatal(err)
		}
	}
	list, end := l.read(l.fetcher(0), 0)
	if diff := cmp.Diff(want, list); diff != "" || end != int64(len(want)) {
		l.Errorf("end %d, records (-want +got):\n%s", end, diff)
	}
	x := l.fetch(l.fetcher(0), 0)
	if err := x.Each(func(r *raw.Record) error {
		if codec, _ := r.Header("codec"); string(codec) != kafka.Compression(r.Offset/100).String() {
			return fmt.Errorf("offset %d has header %q", r.Offset, codec)
		}
		return nil
	}); err != nil {
		l.Error(err)
	}
}

func appendTime(l *live) {
	l.create("message.timestamp.type", "LogAppendTime")
	before := time.Now().UnixMilli() * 1000
	l.produce(l.producer(), &kgo.Record{Value: []byte("x"), Timestamp: time.Unix(1e9, 0)}, &kgo.Record{Value: []byte("y")})
	after := time.Now().UnixMicro()
	list, _ := l.read(l.fetcher(0), 0)
	if len(list) != 2 {
		l.Fatal(list)
	}
	for _, r := range list {
		if !r.Appended || r.Arrived < before || r.Arrived > after {
			l.Errorf("%+v, appended between %d and %d", r, before, after)
		}
	}
}

func fromEveryOffset(l *live) {
	l.create()
	client := l.producer()
	const n = 30
	for i := 0; i < n; i += 5 { // six batches of five
		var records []*kgo.Record
		for j := range 5 {
			records = append(records, kgo.StringRecord(fmt.Sprint(i+j)))
		}
		l.produce(client, records...)
	}
	for _, maxBytes := range []int{1, 200, 0} {
		f := l.fetcher(maxBytes)
		for offset := range int64(n + 1) {
			list, end := l.read(f, offset)
			if len(list) != int(n-offset) || end != n {
				l.Fatalf("from %d: %d records, end %d", offset, len(list), end)
			}
			for i, r := range list {
				if want := offset + int64(i); r.Offset != want || r.Value != fmt.Sprint(want) {
					l.Fatalf("from %d: %+v at %d", offset, r, i)
				}
			}
		}
	}
	if first, last, err := raw.Offsets(l.ctx, l.client, l.topic, 0); first != 0 || last != n || err != nil {
		l.Error(first, last, err)
	}
}

func aboveMaxBytes(l *live) {
	l.create()
	big := strings.Repeat("a long drive ", 50000)
	l.produce(l.producer(kgo.ProducerBatchCompression(kgo.NoCompression())), kgo.StringRecord(big))
	list, end := l.read(l.fetcher(1000), 0)
	if len(list) != 1 || list[0].Value != big || end != 1 {
		l.Errorf("%d records, end %d", len(list), end)
	}
}

func retentionAhead(l *live) {
	l.create()
	client := l.producer()
	for range 4 {
		l.produce(client, kgo.StringRecord("a"), kgo.StringRecord("b"), kgo.StringRecord("c"))
	}
	f := l.fetcher(0)
	x := l.fetch(f, 0)
	if x.LogStart != 0 || x.HighWatermark != 12 || x.LastStable != 12 {
		l.Errorf("%+v", x)
	}
	var until kadm.Offsets
	until.Add(kadm.Offset{Topic: l.topic, Partition: 0, At: 7})
	if answer, err := l.admin.DeleteRecords(l.ctx, until); err != nil || answer.Error() != nil {
		l.Fatal(err, answer.Error())
	}
	for offset, ok := range map[int64]bool{0: false, 6: false, 7: true, 12: true, 13: false} {
		x, err := f.Fetch(l.ctx, offset)
		if ok {
			if err != nil || x.LogStart != 7 {
				l.Errorf("from %d: %v, %v", offset, x, err)
				continue
			}
			x.Release()
			continue
		}
		var out *raw.OutOfRangeError
		if !errors.As(err, &out) || *out != (raw.OutOfRangeError{Topic: l.topic, Offset: offset, LogStart: 7, LogEnd: 12}) {
			l.Errorf("from %d: %v", offset, err)
		}
	}
	if list, _ := l.read(f, 7); len(list) != 5 || list[0].Offset != 7 {
		l.Error(offsets(list))
	}
}

func transactional(l *live) {
	l.create()
	client := l.producer(kgo.TransactionalID(l.topic))
	transaction := func(commit kgo.TransactionEndTry, values ...string) {
		if err := client.BeginTransaction(); err != nil {
			l.Fatal(err)
		}
		for _, v := range values {
			l.produce(client, kgo.StringRecord(v))
		}
		if err := client.EndTransaction(l.ctx, commit); err != nil {
			l.Fatal(err)
		}
	}
	transaction(kgo.TryCommit, "a", "b")
	transaction(kgo.TryAbort, "not", "these")
	transaction(kgo.TryCommit, "c")
	transaction(kgo.TryAbort, "nor this")
	l.produce(l.producer(), kgo.StringRecord("d"))
	if err := client.BeginTransaction(); err != nil {
		l.Fatal(err)
	}
	l.produce(client, kgo.StringRecord("e, not yet"))

	f := l.fetcher(0)
	open := int64(11) // five markers or records taken back, five given, and then the one that is open
	for offset := range open {
		x := l.fetch(f, offset)
		if x.HighWatermark != open+1 || x.LastStable != open || x.Next > open {
			l.Fatalf("from %d: next %d, %+v", offset, x.Next, x)
		}
	}
	if x := l.fetch(f, open); !x.Empty() || x.Next != open {
		l.Errorf("at the open transaction: %+v", x)
	}
	if err := client.EndTransaction(l.ctx, kgo.TryCommit); err != nil {
		l.Fatal(err)
	}
	list, end := l.read(f, 0)
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e, not yet"}, values(list)); diff != "" || end != open+2 {
		l.Errorf("end %d (-want +got):\n%s", end, diff)
	}
	if list, _ := l.read(f, 4); cmp.Diff([]string{"c", "d", "e, not yet"}, values(list)) != "" {
		l.Errorf("from within what was taken back: %v", values(list))
	}
}

func unknownTopic(l *live) {
	_, err := l.fetcher(0).Fetch(l.ctx, 0)
	if err == nil || !raw.Retryable(err) {
		l.Errorf("%v, retryable: %t", err, raw.Retryable(err))
	}
	if _, err := raw.Partitions(l.ctx, l.client, l.topic); !errors.Is(err, kafka.UnknownTopicOrPartition) || !strings.Contains(err.Error(), l.topic) {
		l.Error(err)
	}
	l.create()
	l.produce(l.producer(), kgo.StringRecord("here"))
	if list, _ := l.read(l.fetcher(0), 0); len(list) != 1 {
		l.Error(list)
	}
	if counts, err := raw.Partitions(l.ctx, l.client, l.topic); err != nil || counts[l.topic] != 1 {
		l.Error(counts, err)
	}
	if _, _, err := raw.Offsets(l.ctx, l.client, l.topic, 5); err == nil || !raw.Retryable(err) {
		l.Error(err)
	}
}

// Reading raw must not take kafka-go's own Fetch away from others in the process.
func othersFetch(l *live) {
	l.create()
	l.produce(l.producer(), kgo.StringRecord("x"))
	l.read(l.fetcher(0), 0)
	answer, err := l.client.Fetch(l.ctx, &kafka.FetchRequest{Topic: l.topic, MaxBytes: 1 << 20, MaxWait: time.Second})
	if err != nil || answer.Error != nil {
		l.Fatal(err, answer.Error)
	}
	if r, err := answer.Records.ReadRecord(); err != nil || r.Offset != 0 {
		l.Error(r, err)
	}
}
