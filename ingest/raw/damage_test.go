package raw

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/segmentio/kafka-go/compress"
)

func twoBatches(t testing.TB) (set []byte, first int) {
	one := builder{base: 10, records: []record{text(0, "a", "1"), text(1, "b", "2")}}.bytes(t)
	two := builder{base: 12, attributes: int16(compress.Gzip), records: []record{text(0, "c", "3")}}.bytes(t)
	return join(one, two), len(one)
}

func TestCutOffAtEveryByte(t *testing.T) {
	set, first := twoBatches(t)
	for n := range len(set) {
		x, err := taken(set[:n:n], 10)
		if n > 0 && n < first {
			if !errors.Is(err, errCutOff) {
				t.Fatalf("%d bytes: %v, want that more is asked for", n, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		got, err := all(x)
		if want := min(n/first, 1) * 2; err != nil || len(got) != want || x.Next != 10+int64(want) {
			t.Fatalf("%d bytes: %d records, next %d, %v", n, len(got), x.Next, err)
		}
		x.Release()
	}
}

// A bit that is wrong in what the checksum covers is always found; Kafka leaves offset, length, leader epoch and magic out.
func TestEveryBitFlipped(t *testing.T) {
	good, first := twoBatches(t)
	for bit := range first * 8 {
		set := append([]byte(nil), good...)
		set[bit/8] ^= 1 << (bit % 8)
		x, err := taken(set, 10)
		switch at := bit / 8; {
		case at >= atChecksum:
			var corrupt *CorruptError
			if !errors.As(err, &corrupt) || corrupt.Topic != "cars" || corrupt.Partition != 3 || corrupt.Offset != 10 {
				t.Fatalf("bit %d of byte %d: %v", bit%8, at, err)
			}
			if !strings.HasPrefix(err.Error(), "cars/3: damaged batch at offset 10: its checksum (CRC-32C) is ") {
				t.Fatal(err)
			}
		case at == atMagic:
			var format *FormatError
			if !errors.As(err, &format) || format.Magic != int8(set[atMagic]) {
				t.Fatalf("bit %d of the magic byte: %v", bit%8, err)
			}
		case at >= atLength && at < lengthEnds:
			if err == nil {
				t.Fatalf("bit %d of the length: no error", bit)
			}
		case err == nil:
			if _, err := all(x); err != nil {
				t.Fatal(err)
			}
			x.Release()
		}
	}
}

// Good batches before a bad one are given out; the bad one is the next Fetch's error.
func TestSoundBatchesBeforeDamage(t *testing.T) {
	set, first := twoBatches(t)
	set[len(set)-1] ^= 1
	x, err := taken(set, 10)
	if err != nil || x.Next != 12 {
		t.Fatal(x, err)
	}
	defer x.Release()
	if got, err := all(x); len(got) != 2 || err != nil {
		t.Error(got, err)
	}
	if _, err := taken(set[first:], 12); !isOf[*CorruptError](err) {
		t.Error(err)
	}
}

func TestOldMessageSetsAreRefused(t *testing.T) {
	// Offset, size, checksum, magic, attributes, then a null key and a value.
	set := append(make([]byte, 16), 1, 0)
	binary.BigEndian.PutUint32(set[8:], 20)
	set = append(set, make([]byte, 30)...)
	_, err := taken(set, 0)
	want := "cars/3: batch at offset 0 has message format v1, and only v2 (Kafka 0.11 and newer) is read: copy the topic to a new one, or begin behind it"
	if err == nil || err.Error() != want || Retryable(err) {
		t.Error(err)
	}
}

// What a sound checksum does not save from: a producer that breaks Kafka's rules.
func TestMalformedBatches(t *testing.T) {
	sound := func() builder { return builder{base: 10, records: []record{text(0, "a", "1")}} }
	good := sound().bytes(t)
	patch := func(at int, b ...byte) []byte {
		whole := append([]byte(nil), good...)
		copy(whole[at:], b)
		return seal(whole)
	}
	body := func(count int, payload ...byte) []byte {
		b := sound()
		b.records, b.lastDelta = make([]record, count), 9
		return b.around(payload)
	}
	codec := func(c compress.Compression, payload ...byte) []byte {
		b := sound()
		b.attributes = int16(c)
		return b.around(payload)
	}
	tests := []struct {
		name string
		set  []byte
		want string
	}{
		{"length below a header", patch(atLength, 0, 0, 0, 48), "its length is 48"},
		{"negative length", patch(atLength, 255, 255, 255, 255), "its length is -1"},
		{"length beyond reason", patch(atLength, 127, 0, 0, 0), "claims 2130706444 bytes"},
		{"negative base", patch(0, 255), "offsets are impossible"},
		{"base at the end", patch(0, 127, 255, 255, 255, 255, 255, 255, 255), "offsets are impossible"},
		{"negative last offset", patch(atLastDelta, 128), "offsets are impossible"},
		{"negative count", patch(atCount, 255), "claims -16777215 records"},
		{"more records than offsets", patch(atCount, 0, 0, 0, 2), "claims 2 records in 1 offsets"},
		{"only what is before", builder{base: 5, records: sound().records}.bytes(t), "only what is before it"},
		{"no record", body(1), "cut off"},
		{"record longer than the batch", body(1, 40, 0, 0, 0, 1, 1, 0), "cut off"},
		{"record without length", body(1, 0), "cut off"},
		{"varint without end", body(1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255), "cut off"},
		{"key longer than the record", body(1, 12, 0, 0, 0, 20, 1, 0), "does not end where it says"},
		{"key of length -2", body(1, 12, 0, 0, 0, 3, 1, 0), "does not end where it says"},
		{"no count of headers", body(1, 10, 0, 0, 0, 1, 1), "does not end where it says"},
		{"more headers than bytes", body(1, 12, 0, 0, 0, 1, 1, 2), "does not end where it says"},
		{"negative headers", body(1, 12, 0, 0, 0, 1, 1, 1), "does not end where it says"},
		{"header without name", body(1, 16, 0, 0, 0, 1, 1, 2, 1, 1), "a header has no name"},
		{"bytes behind the headers", body(1, 14, 0, 0, 0, 1, 1, 0, 0), "does not end where it says"},
		{"offset before the batch", body(1, 12, 0, 0, 1, 1, 1, 0), "is -1 offsets on"},
		{"offset behind the batch", body(1, 12, 0, 0, 20, 1, 1, 0), "is 10 offsets on"},
		{"offsets out of order", body(2, 12, 0, 0, 4, 1, 1, 0, 12, 0, 0, 4, 1, 1, 0), "out of order at offset 12"},
		{"bytes behind the records", body(1, 12, 0, 0, 0, 1, 1, 0, 9, 9), "2 bytes are left behind its 1 records"},
		{"unknown codec", codec(5, 1, 2, 3), "compression is unknown: 5"},
		{"not gzip", codec(compress.Gzip, 1, 2, 3), "opening gzip: "},
		{"not snappy", codec(compress.Snappy, 255, 255, 255), "opening snappy: "},
		{"snappy that claims 4 GiB", codec(compress.Snappy, 255, 255, 255, 255, 15, 0), "opens to more than"},
		{"snappy frame that claims 4 GiB", codec(compress.Snappy, append([]byte("\x82SNAPPY\x00\x00\x00\x00\x01\x00\x00\x00\x01"), 255, 255, 255, 255, 1)...), "unexpected EOF"},
		{"snappy frame cut off", codec(compress.Snappy, append([]byte("\x82SNAPPY\x00\x00\x00\x00\x01\x00\x00\x00\x01"), 0, 0)...), "unexpected EOF"},
		{"not lz4", codec(compress.Lz4, 1, 2, 3), "opening lz4: "},
		{"not zstd", codec(compress.Zstd, 1, 2, 3, 4, 5), "opening zstd: "},
		{"empty zstd", codec(compress.Zstd), "cut off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x, err := taken(test.set, 10)
			if err == nil {
				_, err = all(x)
				x.Release()
			}
			var corrupt *CorruptError
			if !errors.As(err, &corrupt) || corrupt.Offset != 10 || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a damaged batch at offset 10: %s", err, test.want)
			}
			if Retryable(err) {
				t.Error("it must not be retryable")
			}
		})
	}
}

func TestBatchesOutOfOrder(t *testing.T) {
	one := builder{base: 10, lastDelta: 5, records: []record{text(0, "a", "1")}}.bytes(t)
	two := builder{base: 15, records: []record{text(0, "b", "2")}}.bytes(t)
	x, err := taken(join(one, two), 10)
	if err != nil || x.Next != 16 {
		t.Fatal(x, err)
	}
	defer x.Release()
	if got, err := all(x); len(got) != 1 || err != nil {
		t.Errorf("%v, %v: the batch that overlaps must not be given out", got, err)
	}
}

// A few bytes that open to more than anyone sends must not take the memory of the process.
func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("opens 128 MB; not in -short")
	}
	b := builder{base: 10, attributes: int16(compress.Zstd), records: []record{text(0, "a", "1")}}
	x, err := taken(b.around(b.compressed(t, make([]byte, maxBatch+1))), 10)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Release()
	if _, err := all(x); err == nil || !strings.Contains(err.Error(), "it opens to more than 134217728 bytes") {
		t.Error(err)
	}
}
