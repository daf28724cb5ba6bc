package raw

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"
)

const (
	readCommitted = 1
	// oldestFetch is the first version with read-committed answers and record batches v2.
	oldestFetch = 4
)

// errNoCluster: no broker has answered yet, so that the leader is not known. The Transport knows why.
var errNoCluster = errors.New("no broker has answered yet")

// exchange is one question to a partition's leader. kafka-go's Transport routes it and gives it the connection; it writes
// kafka-go's request and reads the answer itself, which saves taking the batches apart.
type exchange struct {
	request  fetch.Request
	clientID string
	id       int32
	version  int16
}

func newExchange(cfg *Config, id int32, offset int64, maxBytes int) *exchange {
	return &exchange{
		clientID: cfg.ClientID,
		id:       id,
		request: fetch.Request{
			ReplicaID:      -1,
			MaxWaitTime:    int32(cfg.MaxWait.Milliseconds()),
			MinBytes:       1,
			MaxBytes:       int32(maxBytes),
			IsolationLevel: readCommitted,
			SessionEpoch:   -1, // no fetch session
			Topics: []fetch.RequestTopic{{
				Topic: cfg.Topic,
				Partitions: []fetch.RequestPartition{{
					Partition:          int32(cfg.Partition),
					CurrentLeaderEpoch: -1,
					FetchOffset:        offset,
					LogStartOffset:     -1,
					PartitionMaxBytes:  int32(maxBytes),
				}},
			}},
		},
	}
}

// ApiKey makes it a message of kafka-go's protocol, whose name this is.
func (x *exchange) ApiKey() protocol.ApiKey { return protocol.Fetch } //nolint:revive,staticcheck

// Broker is the partition's leader.
func (x *exchange) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	if len(cluster.Brokers) == 0 {
		return protocol.Broker{ID: -1}, errNoCluster
	}
	return x.request.Broker(cluster)
}

// Required is asked before each exchange, with the versions that the connection's broker and kafka-go share.
func (x *exchange) Required(versions map[protocol.ApiKey]int16) bool {
	x.version = versions[protocol.Fetch]
	return true
}

// RawExchange asks and reads the answer. After an error kafka-go drops the connection.
func (x *exchange) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	if x.version < oldestFetch {
		return nil, errOldBroker
	}
	if err := protocol.WriteRequest(rw, x.version, x.id, x.clientID, &x.request); err != nil {
		return nil, fmt.Errorf("asking: %w", err)
	}
	a, err := x.read(rw)
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	return a, nil
}

func (x *exchange) read(r io.Reader) (*answer, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, noEOF(err)
	}
	n := int32(binary.BigEndian.Uint32(length[:]))
	if most := int(x.request.MaxBytes) + maxBatch + 1<<16; n < 0 || int(n) > most {
		return nil, fmt.Errorf("it claims %d bytes, and %d at most were asked for", n, most)
	}
	// Not before the length has come: a broker may be silent for MaxWait, and many partitions wait at once.
	a := &answer{buf: takeBuffer()}
	err := a.buf.fill(r, int(n))
	if err == nil {
		err = a.parse(x)
	}
	if err != nil {
		a.buf.release()
		return nil, err
	}
	return a, nil
}
