package raw

import (
	"errors"
	"testing"

	"github.com/segmentio/kafka-go/compress"
	"github.com/segmentio/kafka-go/protocol/fetch"
)

// Whatever comes, a walk ends, stays within its bytes, and gives out ascending offsets between what was asked for and Next.
func FuzzWalk(f *testing.F) {
	set, _ := twoBatches(f)
	f.Add(set, int64(10), false)
	f.Add(set, int64(12), true)
	for codec := compress.None; codec <= compress.Zstd; codec++ {
		b := builder{base: 3, attributes: int16(codec), producer: 9, records: []record{
			{headers: []header{{"content-type", []byte("x")}}}, text(5, "k", "v"),
		}}
		f.Add(b.bytes(f), int64(0), true)
		b.attributes |= transactionalBit
		f.Add(join(b.bytes(f), marker(f, 9, 9, 0)), int64(4), true)
	}
	f.Fuzz(func(t *testing.T, set []byte, offset int64, mend bool) {
		if mend { // past the checksums, where the records are
			for rest := set; ; {
				size, err := batchSize(rest)
				if err != nil {
					break
				}
				seal(rest[:size])
				rest = rest[size:]
			}
		}
		x, err := taken(set, offset, abortedTransaction{producer: 9, first: 6})
		if err != nil {
			if !errors.Is(err, errCutOff) && !isOf[*CorruptError](err) && !isOf[*FormatError](err) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		defer x.Release()
		if x.Next < offset || x.Next == offset && !x.Empty() {
			t.Fatalf("next is %d after %d, with %d bytes", x.Next, offset, x.Size())
		}
		last := offset - 1
		err = x.Each(func(r *Record) error {
			if r.Offset <= last || r.Offset >= x.Next {
				t.Fatalf("offset %d behind %d, next is %d", r.Offset, last, x.Next)
			}
			last = r.Offset
			r.Header("content-type")
			return nil
		})
		if err != nil && !isOf[*CorruptError](err) {
			t.Fatalf("%T: %v", err, err)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	set, _ := twoBatches(f)
	for version := int16(oldestFetch); version <= 11; version++ {
		f.Add(response(version, 1, part{topic: "cars", partition: 3, highWatermark: 20, aborted: []abortedTransaction{{1, 2}}, set: set}), version)
	}
	f.Fuzz(func(t *testing.T, response []byte, version int16) {
		if len(response) < 4 {
			return
		}
		x := exchange{id: 1, version: version}
		x.request.Topics = []fetch.RequestTopic{{Topic: "cars", Partitions: []fetch.RequestPartition{{Partition: 3}}}}
		a := &answer{buf: &buffer{b: response[4:]}}
		if err := a.parse(&x); err == nil && len(a.set)+16*len(a.aborted) > len(response) {
			t.Fatalf("%d bytes of records and %d transactions from %d bytes", len(a.set), len(a.aborted), len(response))
		}
	})
}
