package raw

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"time"
)

// The header of a record batch v2 (https://kafka.apache.org/documentation/#recordbatch), by where its fields stand.
const (
	atLength     = 8
	atMagic      = 16
	atChecksum   = 17
	atAttributes = 21
	atLastDelta  = 23
	atFirstTime  = 27
	atMaxTime    = 35
	atProducer   = 43
	atCount      = 57
	headerSize   = 61
	// lengthEnds: what the length counts begins behind it.
	lengthEnds = 12

	magicV2 = 2
	// maxBatch is the most bytes that a batch may have, sent or opened. Brokers take 1 MB unless told otherwise.
	maxBatch = 128 << 20
)

// Attributes of a batch.
const (
	codecBits        = 0x07
	appendTimeBit    = 0x08
	transactionalBit = 0x10
	controlBit       = 0x20
)

// errCutOff says that a batch goes on behind the bytes that came.
var errCutOff = errors.New("the batch is cut off")

// oldFormat is the error of a batch that is not v2, by its magic byte.
type oldFormat int8

func (m oldFormat) Error() string { return fmt.Sprintf("message format v%d", int8(m)) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// batch is one record batch, its header taken apart.
type batch struct {
	base       int64
	lastDelta  int32
	attributes int16
	// firstTime and maxTime are in ms.
	firstTime, maxTime int64
	producer           int64
	count              int32
	// payload is the records, as compressed as they were sent.
	payload []byte
}

// last is the offset of the last record that the batch was written with; compaction may have removed it.
func (b *batch) last() int64 { return b.base + int64(b.lastDelta) }

func (b *batch) codec() int8         { return int8(b.attributes & codecBits) }
func (b *batch) appendTime() bool    { return b.attributes&appendTimeBit != 0 }
func (b *batch) transactional() bool { return b.attributes&transactionalBit != 0 }
func (b *batch) control() bool       { return b.attributes&controlBit != 0 }

// arrived is a record's time in µs.
func (b *batch) arrived(delta int64) int64 {
	ms := b.maxTime
	if !b.appendTime() {
		ms = b.firstTime + delta
	}
	if ms < 0 || ms > math.MaxInt64/int64(time.Millisecond/time.Microsecond) {
		return NoTime
	}
	return ms * int64(time.Millisecond/time.Microsecond)
}

// batchSize is the number of bytes of the batch that set begins with, without looking into it. errCutOff: set ends before
// it does; the size is 0 where it cannot be told yet.
func batchSize(set []byte) (int, error) {
	if len(set) <= atMagic {
		return 0, errCutOff
	}
	length := int32(binary.BigEndian.Uint32(set[atLength:]))
	if magic := int8(set[atMagic]); magic != magicV2 {
		return 0, oldFormat(magic)
	}
	if length < headerSize-lengthEnds {
		return 0, fmt.Errorf("its length is %d, less than a header's", length)
	}
	size := lengthEnds + int(length)
	if size > maxBatch {
		return 0, fmt.Errorf("it claims %d bytes, and %d at most are read", size, maxBatch)
	}
	if size > len(set) {
		return size, errCutOff
	}
	return size, nil
}

// verify checks a whole batch's checksum, which covers all but offset, length, leader epoch and magic, and what its header
// says of itself.
func verify(whole []byte) error {
	want := binary.BigEndian.Uint32(whole[atChecksum:])
	if got := crc32.Checksum(whole[atAttributes:], castagnoli); got != want {
		return fmt.Errorf("its checksum (CRC-32C) is %08x, and its bytes give %08x", want, got)
	}
	b := parseHeader(whole)
	switch {
	case b.base < 0 || b.lastDelta < 0 || b.base > math.MaxInt64-int64(b.lastDelta)-1:
		return fmt.Errorf("its offsets are impossible: %d and %d on", b.base, b.lastDelta)
	case b.count < 0 || int64(b.count) > int64(b.lastDelta)+1:
		return fmt.Errorf("it claims %d records in %d offsets", b.count, int64(b.lastDelta)+1)
	}
	return nil
}

// parseHeader takes a whole batch apart.
func parseHeader(whole []byte) batch {
	return batch{
		base:       int64(binary.BigEndian.Uint64(whole)),
		attributes: int16(binary.BigEndian.Uint16(whole[atAttributes:])),
		lastDelta:  int32(binary.BigEndian.Uint32(whole[atLastDelta:])),
		firstTime:  int64(binary.BigEndian.Uint64(whole[atFirstTime:])),
		maxTime:    int64(binary.BigEndian.Uint64(whole[atMaxTime:])),
		producer:   int64(binary.BigEndian.Uint64(whole[atProducer:])),
		count:      int32(binary.BigEndian.Uint32(whole[atCount:])),
		payload:    whole[headerSize:],
	}
}
