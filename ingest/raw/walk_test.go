package raw

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go/compress"
)

func TestWalk(t *testing.T) {
	three := []record{text(0, "a", "1"), text(1, "b", "2"), text(2, "c", "3")}
	batch := builder{base: 10, firstTime: 1000, maxTime: 5000, records: three}
	at := func(offset, ms int64, key, value string) seen { return seen{offset, ms * 1000, false, key, value} }
	tests := []struct {
		name    string
		set     []byte
		offset  int64
		aborted []abortedTransaction
		want    []seen
		next    int64
	}{
		{name: "nothing", offset: 7, next: 7},
		{
			name: "one batch", set: batch.bytes(t), offset: 10, next: 13,
			want: []seen{at(10, 1000, "a", "1"), at(11, 1001, "b", "2"), at(12, 1002, "c", "3")},
		},
		{
			name: "records below the offset are dropped", set: batch.bytes(t), offset: 12, next: 13,
			want: []seen{at(12, 1002, "c", "3")},
		},
		{
			name: "append time", offset: 10, next: 13,
			set:  builder{base: 10, attributes: appendTimeBit, firstTime: 1000, maxTime: 5000, records: three}.bytes(t),
			want: []seen{{10, 5000000, true, "a", "1"}, {11, 5000000, true, "b", "2"}, {12, 5000000, true, "c", "3"}},
		},
		{
			name: "no time", offset: 10, next: 11,
			set:  builder{base: 10, firstTime: -1, maxTime: -1, records: []record{text(0, "a", "1")}}.bytes(t),
			want: []seen{{10, NoTime, false, "a", "1"}},
		},
		{
			name: "a time beyond all clocks", offset: 10, next: 11,
			set:  builder{base: 10, firstTime: 1 << 62, records: []record{text(0, "a", "1")}}.bytes(t),
			want: []seen{{10, NoTime, false, "a", "1"}},
		},
		{
			name: "null and empty", offset: 0, next: 2,
			set:  builder{records: []record{{delta: 0, value: []byte{}}, {delta: 1, key: []byte("k")}}}.bytes(t),
			want: []seen{at(0, 0, "<nil>", ""), at(1, 0, "k", "<nil>")},
		},
		{
			name: "holes of compaction within a batch", offset: 10, next: 30,
			set:  builder{base: 10, lastDelta: 19, records: []record{text(3, "a", "1"), text(7, "b", "2")}}.bytes(t),
			want: []seen{at(13, 3, "a", "1"), at(17, 7, "b", "2")},
		},
		{
			name: "a batch of which nothing is left", offset: 10, next: 20,
			set: builder{base: 10, lastDelta: 9}.bytes(t),
		},
		{
			name: "a hole before, between and behind batches", offset: 5, next: 60,
			set: join(
				builder{base: 10, lastDelta: 9, records: three[:1]}.bytes(t),
				builder{base: 40, lastDelta: 19, records: three[:1]}.bytes(t)),
			want: []seen{at(10, 0, "a", "1"), at(40, 0, "a", "1")},
		},
		{
			name: "a committed transaction", offset: 0, next: 4,
			set: join(
				builder{attributes: transactionalBit, producer: 5, records: three}.bytes(t),
				marker(t, 3, 5, 1)),
			want: []seen{at(0, 0, "a", "1"), at(1, 1, "b", "2"), at(2, 2, "c", "3")},
		},
		{
			name: "an aborted transaction, and what its producer wrote after it", offset: 0, next: 8,
			aborted: []abortedTransaction{{producer: 5, first: 1}},
			set: join(
				builder{base: 0, attributes: transactionalBit, producer: 6, records: three[:1]}.bytes(t),
				builder{base: 1, attributes: transactionalBit, producer: 5, records: three[:2]}.bytes(t),
				marker(t, 3, 6, 1),
				marker(t, 4, 5, 0),
				builder{base: 5, attributes: transactionalBit, producer: 5, records: three[:1]}.bytes(t),
				builder{base: 6, producer: 5, records: three[:1]}.bytes(t),
				marker(t, 7, 5, 1)),
			want: []seen{at(0, 0, "a", "1"), at(5, 0, "a", "1"), at(6, 0, "a", "1")},
		},
		{
			name: "an aborted transaction that began earlier, asked for in its middle", offset: 2, next: 4,
			aborted: []abortedTransaction{{producer: 5, first: -40}},
			set: join(
				builder{base: 2, attributes: transactionalBit, producer: 5, records: three[:1]}.bytes(t),
				marker(t, 3, 5, 0)),
		},
		{
			name: "a last batch that is cut off", offset: 10, next: 13,
			set:  join(batch.bytes(t), builder{base: 13, records: three}.bytes(t)[:70]),
			want: []seen{at(10, 1000, "a", "1"), at(11, 1001, "b", "2"), at(12, 1002, "c", "3")},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x, err := taken(test.set, test.offset, test.aborted...)
			if err != nil {
				t.Fatal(err)
			}
			defer x.Release()
			for range 2 { // it may be walked again
				got, err := all(x)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("records (-want +got):\n%s", diff)
				}
			}
			if x.Next != test.next {
				t.Errorf("next is %d, want %d", x.Next, test.next)
			}
		})
	}
}

func TestEveryCodec(t *testing.T) {
	for codec := compress.None; codec <= compress.Zstd; codec++ {
		t.Run(codec.String(), func(t *testing.T) {
			var records []record
			var want []seen
			for i := range int64(500) {
				value := strings.Repeat(fmt.Sprint("value ", i), int(i%40))
				records = append(records, text(i, fmt.Sprint("key ", i), value))
				want = append(want, seen{100 + i, i * 1000, false, fmt.Sprint("key ", i), value})
			}
			one := builder{base: 100, attributes: int16(codec), records: records}.bytes(t)
			two := builder{base: 600, attributes: int16(codec), records: records[:1]}.bytes(t)
			x, err := taken(join(one, two), 100)
			if err != nil {
				t.Fatal(err)
			}
			defer x.Release()
			got, err := all(x)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append(want, seen{600, 0, false, "key 0", ""}), got); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	x, err := taken(builder{records: []record{
		{headers: []header{{"content-type", []byte("old")}, {"x", nil}, {"content-type", []byte("new")}, {"", []byte("unnamed")}}},
		{delta: 1},
	}}.bytes(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Release()
	var got []string
	err = x.Each(func(r *Record) error {
		for _, name := range []string{"content-type", "x", "", "content"} {
			value, found := r.Header(name)
			got = append(got, fmt.Sprint(name, "=", show(value), " ", found))
		}
		return nil
	})
	want := []string{
		"content-type=new true", "x=<nil> true", "=unnamed true", "content=<nil> false",
		"content-type=<nil> false", "x=<nil> false", "=<nil> false", "content=<nil> false",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, headers (-want +got):\n%s", err, diff)
	}
}

func TestVisitEndsTheWalk(t *testing.T) {
	x, err := taken(builder{records: []record{text(0, "a", ""), text(1, "b", "")}}.bytes(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Release()
	stop, calls := errors.New("stop"), 0
	if err := x.Each(func(*Record) error { calls++; return stop }); !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
