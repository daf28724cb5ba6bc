package kafka

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// ByKey is the partition of a record that goes where its key says.
const ByKey = -1

// Record is what goes into one topic.
type Record struct {
	Partition  int // or ByKey: by murmur2, as Java's producer chooses
	Key, Value []byte
	Headers    []kafkago.Header
}

// ProducerConfig says how records are sent. A zero field means the default.
type ProducerConfig struct {
	Topic       string
	Compression kafkago.Compression
	BatchBytes  int           // most bytes of one request's records before compression (900,000); a larger record goes alone
	Timeout     time.Duration // of one request (10 s)
	// UnknownTopicTries is after how many calls in a row the topic's absence counts
	// as permanent (10): a topic made a moment ago is not known everywhere.
	UnknownTopicTries int
}

// Producer appends records to the partitions of one topic. It has one request at a
// time under way to a partition and sends nothing after one that failed: so records
// stay in order, and one that is sent again after a lost reply stands in the log
// twice. It is safe for concurrent use; order holds among the records of one call
// and of calls that follow each other.
type Producer struct {
	client kafkago.Client
	cfg    ProducerConfig

	unknown atomic.Int32 // calls in a row that did not find the topic
}

// NewProducer makes a producer that reaches the brokers at addr through rt.
func NewProducer(rt kafkago.RoundTripper, addr net.Addr, cfg ProducerConfig) *Producer {
	if cfg.BatchBytes <= 0 {
		cfg.BatchBytes = 900_000
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 10 * time.Second
	}
	if cfg.UnknownTopicTries <= 0 {
		cfg.UnknownTopicTries = 10
	}
	return &Producer{client: kafkago.Client{Addr: addr, Transport: rt, Timeout: cfg.Timeout}, cfg: cfg}
}

// Produce sends the records and returns when all replicas in sync have them. On an
// error left lists, in order, the records (by their index) that are not
// acknowledged: sending those again in that order keeps the order of each
// partition. A *sinks.RetryableError asks for that; a *RecordError says which
// record no broker will take.
func (p *Producer) Produce(ctx context.Context, records []Record) (left []int, err error) {
	queues, err := p.assign(ctx, records)
	if err != nil {
		return indexes(len(records)), p.classify(ctx, err)
	}
	left, err = p.sendAll(ctx, records, queues)
	if err != nil {
		slices.Sort(left)
		return left, p.classify(ctx, err)
	}
	p.unknown.Store(0)
	return nil, nil
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// assign lists each partition's records, by index.
func (p *Producer) assign(ctx context.Context, records []Record) (map[int][]int, error) {
	queues := map[int][]int{}
	var partitions []int
	for i := range records {
		at := records[i].Partition
		if at == ByKey {
			if partitions == nil {
				var err error
				if partitions, err = p.partitions(ctx); err != nil {
					return nil, err
				}
			}
			at = kafkago.Murmur2Balancer{Consistent: true}.Balance(kafkago.Message{Key: records[i].Key}, partitions...)
		}
		queues[at] = append(queues[at], i)
	}
	return queues, nil
}

// partitions lists the topic's partitions; the transport remembers them a while.
func (p *Producer) partitions(ctx context.Context) ([]int, error) {
	answer, err := p.client.Metadata(ctx, &kafkago.MetadataRequest{Topics: []string{p.cfg.Topic}})
	if err != nil {
		return nil, fmt.Errorf("ask for the partitions of topic %s: %w", p.cfg.Topic, err)
	}
	for _, t := range answer.Topics {
		if t.Name != p.cfg.Topic {
			continue
		}
		if t.Error != nil {
			return nil, fmt.Errorf("ask for the partitions of topic %s: %w", p.cfg.Topic, t.Error)
		}
		ids := make([]int, 0, len(t.Partitions))
		for _, part := range t.Partitions {
			ids = append(ids, part.ID)
		}
		if len(ids) > 0 {
			slices.Sort(ids)
			return ids, nil
		}
	}
	return nil, fmt.Errorf("ask for the partitions of topic %s: %w", p.cfg.Topic, kafkago.UnknownTopicOrPartition)
}

// sendAll sends to all partitions at once, and gives what is left with the error
// that matters most: a permanent one, for the others are tried again.
func (p *Producer) sendAll(ctx context.Context, records []Record, queues map[int][]int) (left []int, failed error) {
	var mu sync.Mutex
	var sending sync.WaitGroup
	for partition, queue := range queues {
		sending.Go(func() {
			rest, err := p.send(ctx, partition, records, queue)
			mu.Lock()
			defer mu.Unlock()
			left = append(left, rest...)
			if failed == nil || err != nil && permanent(err) && !permanent(failed) {
				failed = err
			}
		})
	}
	sending.Wait()
	return left, failed
}

// send writes one partition's records, request after request.
func (p *Producer) send(ctx context.Context, partition int, records []Record, queue []int) (left []int, err error) {
	for len(queue) > 0 {
		n := p.fit(records, queue)
		if err := p.request(ctx, partition, records, queue[:n]); err != nil {
			return queue, err
		}
		queue = queue[n:]
	}
	return nil, nil
}

// fit is how many of the records one request takes.
func (p *Producer) fit(records []Record, queue []int) int {
	bytes := 0
	for n, i := range queue {
		if bytes += size(&records[i]); bytes > p.cfg.BatchBytes {
			return max(1, n)
		}
	}
	return len(queue)
}

// size is about what a record takes in a batch.
func size(r *Record) int {
	const overhead = 32 // lengths and deltas, as they may be
	bytes := overhead + len(r.Key) + len(r.Value)
	for _, h := range r.Headers {
		bytes += len(h.Key) + len(h.Value) + 4
	}
	return bytes
}

// request sends records as one batch; where the broker finds it too large, in
// halves, down to the one that is.
func (p *Producer) request(ctx context.Context, partition int, records []Record, queue []int) error {
	err := p.append(ctx, partition, records, queue)
	if !tooLarge(err) {
		return err
	}
	if len(queue) == 1 {
		return &RecordError{Index: queue[0], Err: fmt.Errorf("%d bytes before compression: %w", size(&records[queue[0]]), err)}
	}
	half := len(queue) / 2
	if err := p.request(ctx, partition, records, queue[:half]); err != nil {
		return err
	}
	return p.request(ctx, partition, records, queue[half:])
}

func (p *Producer) append(ctx context.Context, partition int, records []Record, queue []int) error {
	batch := make([]kafkago.Record, len(queue))
	for n, i := range queue {
		r := &records[i]
		batch[n] = kafkago.Record{Key: kafkago.NewBytes(r.Key), Value: kafkago.NewBytes(r.Value), Headers: r.Headers}
	}
	answer, err := p.client.Produce(ctx, &kafkago.ProduceRequest{
		Topic: p.cfg.Topic, Partition: partition, RequiredAcks: kafkago.RequireAll,
		Compression: p.cfg.Compression, Records: kafkago.NewRecordReader(batch...),
	})
	if err == nil {
		err = answer.Error
	}
	if err != nil {
		return fmt.Errorf("append %d records to %s/%d: %w", len(queue), p.cfg.Topic, partition, err)
	}
	return nil
}
