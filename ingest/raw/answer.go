package raw

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// answer is what a broker said of the one partition that it was asked for.
type answer struct {
	buf *buffer
	// code is the partition's error, or the whole request's.
	code          kafka.Error
	highWatermark int64
	lastStable    int64
	// logStart is -1 where the broker does not say (before v5).
	logStart int64
	aborted  []abortedTransaction
	// set is record batches, the last one perhaps cut off. It lies in buf.
	set []byte
}

// ApiKey makes it a message of kafka-go's protocol, whose name this is.
func (a *answer) ApiKey() protocol.ApiKey { return protocol.Fetch } //nolint:revive,staticcheck

// parse reads a response to Fetch v4 to v11 (https://kafka.apache.org/protocol#The_Messages_Fetch).
func (a *answer) parse(x *exchange) error {
	c := cursor{rest: a.buf.b}
	if id := c.int32(); id != x.id && !c.short {
		return fmt.Errorf("it answers request %d, and this was %d", id, x.id)
	}
	c.int32() // throttled for so long
	if x.version >= 7 {
		a.code = kafka.Error(c.int16())
		c.int32() // session
	}
	if topics := c.int32(); topics == 0 && a.code != 0 && !c.short {
		return nil
	} else if topics != 1 && !c.short {
		return fmt.Errorf("it has %d topics, and one was asked for", topics)
	}
	if topic := c.string(); topic != x.request.Topics[0].Topic && !c.short {
		return errors.New("it is of another topic")
	}
	if n, p := c.int32(), c.int32(); !c.short && (n != 1 || p != x.request.Topics[0].Partitions[0].Partition) {
		return errors.New("it is of other partitions")
	}
	a.parsePartition(&c, x.version)
	if c.short {
		return errors.New("it is cut off")
	}
	return nil
}

func (a *answer) parsePartition(c *cursor, version int16) {
	if code := kafka.Error(c.int16()); code != 0 {
		a.code = code
	}
	a.highWatermark, a.lastStable, a.logStart = c.int64(), c.int64(), -1
	if version >= 5 {
		a.logStart = c.int64()
	}
	a.aborted = c.aborted()
	if version >= 11 {
		c.int32() // a replica to prefer; none without a rack in the request
	}
	a.set = c.bytes()
}

// cursor reads Kafka's fixed-width fields. Behind the end it gives zeroes and is short.
type cursor struct {
	rest  []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.rest) {
		c.short = true
		return nil
	}
	b := c.rest[:n]
	c.rest = c.rest[n:]
	return b
}

func (c *cursor) int16() int16 {
	if b := c.take(2); b != nil {
		return int16(binary.BigEndian.Uint16(b))
	}
	return 0
}

func (c *cursor) int32() int32 {
	if b := c.take(4); b != nil {
		return int32(binary.BigEndian.Uint32(b))
	}
	return 0
}

func (c *cursor) int64() int64 {
	if b := c.take(8); b != nil {
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

func (c *cursor) string() string { return string(c.take(int(c.int16()))) }

// bytes is nil for null.
func (c *cursor) bytes() []byte {
	n := c.int32()
	if n == -1 {
		return nil
	}
	return c.take(int(n))
}

// aborted is Kafka's list of transactions to leave out, in the order in which they began.
func (c *cursor) aborted() []abortedTransaction {
	const each = 16
	n := int(c.int32())
	if n <= 0 || c.short {
		return nil
	}
	if n > len(c.rest)/each {
		c.short = true
		return nil
	}
	list := make([]abortedTransaction, n)
	for i := range list {
		list[i] = abortedTransaction{producer: c.int64(), first: c.int64()}
	}
	return list
}
