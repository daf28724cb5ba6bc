package raw_test

import (
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"

	"milepost/ingest/raw"
)

// A compacted log keeps the last record of each key, with holes before it: the readers that are not used here lose their
// place there.
func compaction(l *live) {
	l.create("cleanup.policy", "compact", "segment.ms", "100", "min.cleanable.dirty.ratio", "0.01", "delete.retention.ms", "0")
	client := l.producer()
	for range 3 {
		var records []*kgo.Record
		for i := range 40 {
			records = append(records, kgo.KeyStringRecord(fmt.Sprint("vehicle ", i%4), fmt.Sprint(i)))
		}
		l.produce(client, records...)
	}
	f := l.fetcher(0)
	var list []got
	for holes := false; !holes; {
		l.produce(client, kgo.KeyStringRecord("tick", "")) // closes the segment once it is 100 ms old
		var end int64
		list, end = l.read(f, 0)
		holes = len(list) < 20
		if l.ctx.Err() != nil {
			l.Fatalf("%d records of %d are left: the broker does not compact", len(list), end)
		}
	}
	_, end := l.read(f, 0)
	want := l.franz(0, end)
	for {
		diff := l.fromEach(f, want, end)
		after := l.franz(0, end)
		if slices.Equal(want, after) {
			if diff != "" {
				l.Fatal(diff)
			}
			return
		}
		want = after // compacted on meanwhile: there was no one right answer
	}
}

// fromEach reads from every offset what should stand there and behind it, and says where it does not.
func (l *live) fromEach(f *raw.Fetcher, want []int64, end int64) string {
	for offset := range end {
		for want[0] < offset {
			want = want[1:]
		}
		list, last := l.read(f, offset)
		if diff := cmp.Diff(want, offsets(list)); diff != "" || last != end {
			return fmt.Sprintf("from %d: end %d instead of %d (-franz-go +raw)\n%s", offset, last, end, diff)
		}
	}
	return ""
}

// franz gives the offsets that another client reads.
func (l *live) franz(from, end int64) (list []int64) {
	client := l.producer(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{l.topic: {0: kgo.NewOffset().At(from)}}))
	defer client.Close()
	for {
		fetches := client.PollFetches(l.ctx)
		if err := fetches.Err(); err != nil {
			l.Fatal(err)
		}
		for _, r := range fetches.Records() {
			if list = append(list, r.Offset); r.Offset == end-1 {
				return list
			}
		}
	}
}
