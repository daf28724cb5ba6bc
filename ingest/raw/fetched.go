package raw

import (
	"bytes"
	"fmt"
)

// Fetched is what one Fetch brought: whole batches, their checksums verified, not opened yet.
type Fetched struct {
	// Next is the offset to ask for next: behind the last batch, with what compaction and control batches leave out.
	Next int64
	// HighWatermark is the offset behind the last record that all replicas have; LastStable the one before the first
	// transaction that is still open, up to which records are given out. Where Next has come to HighWatermark,
	// everything was read.
	HighWatermark, LastStable int64
	// LogStart is the first offset that the partition still has, -1 where the broker does not say.
	LogStart int64

	topic     string
	partition int
	offset    int64
	// answer holds the bytes of set, opened those of the batch being walked.
	answer, opened *buffer
	set            []byte
	aborted        []abortedTransaction
	record         Record
	source         bytes.Reader
}

// Empty says whether nothing came: not even batches without records.
func (x *Fetched) Empty() bool { return len(x.set) == 0 }

// Size is the bytes of the batches as they were sent.
func (x *Fetched) Size() int { return len(x.set) }

// Each gives every record from the offset asked for on, in order. The Record and its bytes are valid until visit returns.
// It ends with visit's first error, as it is, or with a *CorruptError where a batch cannot be opened; what was given out
// before stays given out. It may be called again.
func (x *Fetched) Each(visit func(*Record) error) error {
	aborted := transactions{ahead: x.aborted}
	for rest := x.set; len(rest) > 0; {
		size, err := batchSize(rest)
		if err != nil {
			return x.corrupt(x.offset, err)
		}
		b := parseHeader(rest[:size])
		rest = rest[size:]
		if aborted.takenBack(&b) || b.control() || b.count == 0 || b.last() < x.offset {
			continue
		}
		if err := x.walk(&b, visit); err != nil {
			return err
		}
	}
	return nil
}

func (x *Fetched) walk(b *batch, visit func(*Record) error) error {
	if x.opened == nil && b.codec() != 0 {
		x.opened = takeBuffer()
	}
	rest, err := open(b, x.opened, &x.source)
	if err != nil {
		return x.corrupt(b.base, err)
	}
	r, before := &x.record, b.base-1
	for range b.count {
		if rest, err = r.read(b, rest); err != nil {
			return x.corrupt(b.base, err)
		}
		if r.Offset <= before {
			return x.corrupt(b.base, fmt.Errorf("its records are out of order at offset %d", r.Offset))
		}
		before = r.Offset
		if r.Offset < x.offset {
			continue
		}
		if err := visit(r); err != nil {
			return err
		}
	}
	if len(rest) > 0 {
		return x.corrupt(b.base, fmt.Errorf("%d bytes are left behind its %d records", len(rest), b.count))
	}
	return nil
}

// Release gives the buffers back. Nothing of the Fetched may be used after it; it may be called twice.
func (x *Fetched) Release() {
	for _, b := range []*buffer{x.answer, x.opened} {
		if b != nil {
			b.release()
		}
	}
	x.answer, x.opened, x.set, x.record = nil, nil, nil, Record{}
	x.source.Reset(nil)
}

func (x *Fetched) corrupt(offset int64, err error) error {
	return placed(x.topic, x.partition, offset, err)
}
