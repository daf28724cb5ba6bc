package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"milepost/ingest/blob"
)

// Log is one owner's hold on the snapshots of a partition, from its claim to its
// Close. Begin, and what a Checkpoint is given, belong to one goroutine; every
// other method may be called from any.
type Log struct {
	store Store
	key   Key
	owner string
	epoch uint64

	// background ends with Close; merging, sweeping and the writing of a checkpoint
	// that is still being filled run under it.
	background context.Context
	stop       context.CancelFunc
	running    sync.WaitGroup

	// commits lets one manifest after another be written.
	commits sync.Mutex

	mu       sync.Mutex
	restored bool
	fenced   bool
	number   uint64          // the last one given to a file
	open     *Checkpoint     // begun and not committed
	current  *manifest       // the newest; nil before the first
	previous *manifest       // what a restore falls back to
	pending  map[uint64]bool // files that no manifest names yet
	filling  map[uint64]*pieces
	tidying  bool
	again    bool // a manifest was written since tidying began
	status   Status
}

// Status is what a Log has done, for metrics.
type Status struct {
	Epoch, Sequence uint64
	BaseBytes       int64 // of files of entries, compressed
	DeltaBytes      int64
	Deltas          int
	ChunkBytes      int64 // of chunk files that the newest manifest names
	Merges          int   // of deltas into a new base
	Deleted         int   // files that nothing needed any more
	// TidyErr is why the last merging or deleting failed; nil after it went well.
	// Nothing is lost by it: it is tried again after the next commit.
	TidyErr error
}

// claim is what a claim file holds, for people to read; its name is what counts.
type claim struct {
	Owner string `json:"owner"`
	Epoch uint64 `json:"epoch"`
}

// Claim takes the partition under an epoch above all others. From then on an older
// owner's commits fail with ErrFenced. The owner's name is for people to read.
func Claim(ctx context.Context, store Store, k Key, owner string) (*Log, error) {
	for {
		found, err := list(ctx, store, k, "")
		if err != nil {
			return nil, err
		}
		epoch := found.highest() + 1
		if epoch > maxEpoch {
			return nil, fmt.Errorf("claim %s: epoch %d is used up", k, found.highest())
		}
		body, err := json.Marshal(claim{Owner: owner, Epoch: epoch})
		if err != nil {
			return nil, fmt.Errorf("claim %s: %w", k, err)
		}
		err = store.PutNew(ctx, k.claim(epoch), body)
		if errors.Is(err, blob.ErrExists) {
			continue // another was faster
		}
		if err != nil {
			return nil, fmt.Errorf("claim %s: %w", k, err)
		}
		l := newLog(store, k, owner, epoch)
		// The name may have been free because later owners had deleted it.
		if err = l.checkClaims(ctx); !errors.Is(err, ErrFenced) {
			return l, err
		}
	}
}

func newLog(store Store, k Key, owner string, epoch uint64) *Log {
	l := &Log{store: store, key: k, owner: owner, epoch: epoch,
		pending: map[uint64]bool{}, filling: map[uint64]*pieces{}}
	l.background, l.stop = context.WithCancel(context.Background())
	return l
}

// Epoch is the number of this owner's claim.
func (l *Log) Epoch() uint64 { return l.epoch }

// Status is what the log has done so far.
func (l *Log) Status() Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.status
	s.Epoch = l.epoch
	if m := l.current; m != nil {
		s.Sequence, s.BaseBytes, s.DeltaBytes, s.Deltas = m.Sequence, totalBytes(m.Base), m.deltaBytes(), len(m.Deltas)
		for _, c := range m.ChunkFiles {
			s.ChunkBytes += c.Bytes
		}
	}
	return s
}

// Abort ends what runs in the background and whatever waits for it, for good: what is
// put from then on is void, and Commit says so. Close follows.
func (l *Log) Abort() { l.stop() }

// Close ends what runs in the background and waits for it; no other call may be
// under way or come after. A checkpoint that was not committed is void; the claim
// stays, for only a higher one ends it.
func (l *Log) Close() error {
	l.stop()
	l.running.Wait()
	return nil
}

// Held fails with ErrFenced where another has claimed the partition: an owner that has
// nothing to commit would not hear of it.
func (l *Log) Held(ctx context.Context) error { return l.checkClaims(ctx) }

// checkClaims fails with ErrFenced, now and ever after, where a higher claim than
// ours is found.
func (l *Log) checkClaims(ctx context.Context) error {
	l.mu.Lock()
	fenced := l.fenced
	l.mu.Unlock()
	if !fenced {
		found, err := list(ctx, l.store, l.key, claims)
		if err != nil {
			return err
		}
		fenced = found.highest() > l.epoch
	}
	if !fenced {
		return nil
	}
	l.mu.Lock()
	l.fenced = true
	l.mu.Unlock()
	return fmt.Errorf("epoch %d of %s: %w", l.epoch, l.key, ErrFenced)
}

// newFile gives an identity to a file that is about to be written.
func (l *Log) newFile() (id uint64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.number == maxNumber {
		return 0, fmt.Errorf("epoch %d of %s has no number left for a file: claim again", l.epoch, l.key)
	}
	l.number++
	id = mark{l.epoch, l.number}.file()
	l.pending[id] = true
	return id, nil
}
