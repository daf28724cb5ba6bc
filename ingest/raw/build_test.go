package raw

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/segmentio/kafka-go/compress"
)

// What tests write batches from, byte by byte, so that no library's idea of a batch stands between the format and its reader.

type header struct {
	key   string
	value []byte
}

type record struct {
	delta      int64 // offset behind the batch's base
	time       int64 // ms behind the batch's first time
	key, value []byte
	headers    []header
}

type builder struct {
	base       int64
	lastDelta  int32 // taken from the records where 0
	attributes int16 // with the codec
	firstTime  int64
	maxTime    int64
	producer   int64
	records    []record
}

func text(delta int64, key, value string) record {
	return record{delta: delta, time: delta, key: []byte(key), value: []byte(value)}
}

func (b builder) bytes(t testing.TB) []byte {
	t.Helper()
	var payload []byte
	for _, r := range b.records {
		payload = r.append(payload)
		b.lastDelta = max(b.lastDelta, int32(r.delta))
	}
	return b.around(b.compressed(t, payload))
}

func (b builder) compressed(t testing.TB, payload []byte) []byte {
	t.Helper()
	codec := compress.Compression(b.attributes & codecBits).Codec()
	if codec == nil {
		return payload
	}
	var out bytes.Buffer
	w := codec.NewWriter(&out)
	if _, err := w.Write(payload); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// around puts the header before a payload.
func (b builder) around(payload []byte) []byte {
	h := binary.BigEndian.AppendUint64(nil, uint64(b.base))
	h = binary.BigEndian.AppendUint32(h, uint32(headerSize-lengthEnds+len(payload)))
	h = append(h, 0, 0, 0, 7, magicV2, 0, 0, 0, 0) // leader epoch, magic, checksum
	h = binary.BigEndian.AppendUint16(h, uint16(b.attributes))
	h = binary.BigEndian.AppendUint32(h, uint32(b.lastDelta))
	h = binary.BigEndian.AppendUint64(h, uint64(b.firstTime))
	h = binary.BigEndian.AppendUint64(h, uint64(b.maxTime))
	h = binary.BigEndian.AppendUint64(h, uint64(b.producer))
	h = append(h, 0, 0, 0, 0, 0, 0) // producer epoch, first sequence
	h = binary.BigEndian.AppendUint32(h, uint32(len(b.records)))
	return seal(append(h, payload...))
}

// seal writes the checksum of a whole batch.
func seal(whole []byte) []byte {
	binary.BigEndian.PutUint32(whole[atChecksum:], crc32.Checksum(whole[atAttributes:], castagnoli))
	return whole
}

func (r record) append(b []byte) []byte {
	body := []byte{0}
	body = binary.AppendVarint(body, r.time)
	body = binary.AppendVarint(body, r.delta)
	body = appendField(body, r.key)
	body = appendField(body, r.value)
	body = binary.AppendVarint(body, int64(len(r.headers)))
	for _, h := range r.headers {
		body = appendField(body, []byte(h.key))
		body = appendField(body, h.value)
	}
	return append(binary.AppendVarint(b, int64(len(body))), body...)
}

func appendField(b, field []byte) []byte {
	if field == nil {
		return binary.AppendVarint(b, -1)
	}
	return append(binary.AppendVarint(b, int64(len(field))), field...)
}

// marker is the control batch that ends a transaction.
func marker(t testing.TB, offset, producer int64, commit byte) []byte {
	return builder{
		base: offset, attributes: controlBit | transactionalBit, producer: producer,
		records: []record{{key: []byte{0, 0, 0, commit}, value: []byte{0, 0, 0, 0, 0, 0}}},
	}.bytes(t)
}

func join(batches ...[]byte) []byte { return bytes.Join(batches, nil) }

var testFetcher = NewFetcher(nil, nil, Config{Topic: "cars", Partition: 3})

// taken is what a Fetch from offset makes of a record set.
func taken(set []byte, offset int64, aborted ...abortedTransaction) (*Fetched, error) {
	return testFetcher.take(&answer{buf: takeBuffer(), set: set, aborted: aborted}, offset)
}

// seen is a record as tests compare it.
type seen struct {
	Offset, Arrived int64
	Appended        bool
	Key, Value      string
}

func all(x *Fetched) ([]seen, error) {
	var got []seen
	err := x.Each(func(r *Record) error {
		got = append(got, seen{r.Offset, r.Arrived, r.Appended, show(r.Key), show(r.Value)})
		return nil
	})
	return got, err
}

// show tells nil from empty.
func show(b []byte) string {
	if b == nil {
		return "<nil>"
	}
	return string(b)
}
