package raw

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/metadata"
)

// Defaults of a Config.
const (
	DefaultMaxBytes = 1 << 20
	DefaultMaxWait  = 500 * time.Millisecond
)

// answerLimit is how long an answer may take, beyond the wait that was asked for.
const answerLimit = 30 * time.Second

// Config says what is read and in what portions.
type Config struct {
	Topic     string
	Partition int
	// MaxBytes is about how much an answer carries, as it is sent: a larger batch comes all the same, alone. 0:
	// DefaultMaxBytes.
	MaxBytes int
	// MaxWait is how long a broker holds its answer while it has nothing new. 0: DefaultMaxWait.
	MaxWait time.Duration
	// ClientID is the Transport's: a request that reads its own answer must say it itself.
	ClientID string
}

// Fetcher reads one partition. It holds no place in it and no connection. For one goroutine; any number of Fetchers may
// share a RoundTripper.
type Fetcher struct {
	transport kafka.RoundTripper
	brokers   net.Addr
	cfg       Config
	asked     int32
}

// NewFetcher makes a Fetcher; nothing is sent yet. The RoundTripper must be a kafka.Transport, or pass to one what it is given.
func NewFetcher(transport kafka.RoundTripper, brokers net.Addr, cfg Config) *Fetcher {
	cfg.MaxBytes = min(cmp.Or(cfg.MaxBytes, DefaultMaxBytes), maxBatch)
	cfg.MaxWait = cmp.Or(cfg.MaxWait, DefaultMaxWait)
	return &Fetcher{transport: transport, brokers: brokers, cfg: cfg}
}

// Fetch asks for what stands at offset and behind it, and waits up to MaxWait for something to be there. Where there is
// nothing, Next is offset; else Next is larger. The caller releases what it gets.
//
// Errors: *OutOfRangeError, *CorruptError, *FormatError, and others, which Retryable tells apart.
func (f *Fetcher) Fetch(ctx context.Context, offset int64) (*Fetched, error) {
	maxBytes := f.cfg.MaxBytes
	for {
		a, err := f.ask(ctx, offset, maxBytes)
		if err != nil {
			return nil, fmt.Errorf("fetch %s/%d from offset %d: %w", f.cfg.Topic, f.cfg.Partition, offset, err)
		}
		fetched, err := f.take(a, offset)
		if !errors.Is(err, errCutOff) {
			return fetched, err
		}
		// Brokers send a first batch whole, however large; one that does not is asked for more.
		if maxBytes >= maxBatch {
			return nil, f.corrupt(offset, fmt.Errorf("the broker sends less than the whole, though asked for %d bytes", maxBytes))
		}
		maxBytes = min(4*maxBytes, maxBatch)
	}
}

// ask gives an answer without an error code.
func (f *Fetcher) ask(ctx context.Context, offset int64, maxBytes int) (*answer, error) {
	limited, cancel := context.WithTimeout(ctx, f.cfg.MaxWait+answerLimit)
	defer cancel()
	f.asked++
	m, err := f.transport.RoundTrip(limited, f.brokers, newExchange(&f.cfg, f.asked, offset, maxBytes))
	switch {
	case errors.Is(err, errNoCluster):
		return nil, f.whyNoCluster(limited)
	case err != nil:
		return nil, err
	}
	a, ok := m.(*answer)
	if !ok {
		return nil, fmt.Errorf("the transport answers with a %T", m)
	}
	if a.code == 0 {
		return a, nil
	}
	a.buf.release()
	if a.code == kafka.OffsetOutOfRange {
		return nil, f.outOfRange(limited, offset)
	}
	return nil, a.code
}

// whyNoCluster gives the error with which the Transport could not learn of the cluster, such as a refused password.
func (f *Fetcher) whyNoCluster(ctx context.Context) error {
	if _, err := f.transport.RoundTrip(ctx, f.brokers, &metadata.Request{TopicNames: []string{}}); err != nil {
		return err
	}
	return errNoCluster
}

// outOfRange asks for the bounds, which brokers leave out of the refusal.
func (f *Fetcher) outOfRange(ctx context.Context, offset int64) error {
	client := &kafka.Client{Addr: f.brokers, Transport: f.transport}
	first, last, err := Offsets(ctx, client, f.cfg.Topic, f.cfg.Partition)
	if err != nil {
		return fmt.Errorf("it is out of range, and the range cannot be told: %w", err)
	}
	return &OutOfRangeError{Topic: f.cfg.Topic, Partition: f.cfg.Partition, Offset: offset, LogStart: first, LogEnd: last}
}

// take makes a Fetched of the whole and sound batches that an answer begins with. Where the first one is neither, it gives
// its error, and the next Fetch gives that of a later one.
func (f *Fetcher) take(a *answer, offset int64) (*Fetched, error) {
	x := &Fetched{
		Next:          offset,
		HighWatermark: a.highWatermark,
		LastStable:    a.lastStable,
		LogStart:      a.logStart,
		topic:         f.cfg.Topic,
		partition:     f.cfg.Partition,
		offset:        offset,
		answer:        a.buf,
		aborted:       a.aborted,
	}
	n, next, err := soundBatches(a.set, offset)
	if n == 0 && err != nil {
		x.Release()
		return nil, f.corrupt(offset, err)
	}
	x.set, x.Next = a.set[:n], next
	return x, nil
}

// corrupt gives an error of bytes the place where it happened.
func (f *Fetcher) corrupt(offset int64, err error) error {
	return placed(f.cfg.Topic, f.cfg.Partition, offset, err)
}

func placed(topic string, partition int, offset int64, err error) error {
	var magic oldFormat
	switch {
	case errors.Is(err, errCutOff):
		return err
	case errors.As(err, &magic):
		return &FormatError{Topic: topic, Partition: partition, Offset: offset, Magic: int8(magic)}
	}
	return &CorruptError{Topic: topic, Partition: partition, Offset: offset, Reason: err.Error()}
}

// errBehind: a reader that asked again would get the same, for ever.
var errBehind = errors.New("the broker sends only what is before it")

// soundBatches counts the bytes of the whole batches that set begins with and gives the offset behind them: past the one
// asked for, or nothing is counted. The error is of the first that is not whole and sound.
func soundBatches(set []byte, offset int64) (n int, next int64, err error) {
	for n < len(set) {
		var b batch
		var size int
		if b, size, err = soundBatch(set[n:]); err == nil && b.base < next {
			err = fmt.Errorf("it begins at %d, before the end of the one before it", b.base)
		}
		if err != nil {
			break
		}
		n, next = n+size, b.last()+1
	}
	if n > 0 && next > offset {
		return n, next, err
	}
	if n > 0 && err == nil {
		err = errBehind
	}
	return 0, offset, err
}

func soundBatch(set []byte) (b batch, size int, err error) {
	if size, err = batchSize(set); err != nil {
		return b, 0, err
	}
	if err = verify(set[:size]); err != nil {
		return b, 0, err
	}
	return parseHeader(set[:size]), size, nil
}
