package deadletter

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Filter says which letters are meant.
type Filter struct {
	Class Class     // empty: all
	Since time.Time // written at or after; zero: all
}

func (f Filter) takes(l *Letter) bool {
	return (f.Class == "" || l.Class == f.Class) && !l.At.Before(f.Since)
}

// Mailbox is what a topic of dead letters holds.
type Mailbox struct {
	Letters  []Letter      // the latest that the filter takes, by the time of writing
	Matching int           // how many the filter takes
	ByClass  map[Class]int // of these
	// Replayed are the records fed in again, by where they were refused first.
	Replayed   map[Origin]time.Time
	Unreadable int // records that are no letters
}

// scanner reads a topic; a *Log.
type scanner interface {
	Scan(ctx context.Context, topic string, each func(partition int, r *Record) error) error
}

// Read reads the letters of a topic and keeps the latest of those that the filter
// takes, at most limit; 0 is no limit.
func Read(ctx context.Context, from scanner, topic string, f Filter, limit int) (*Mailbox, error) {
	box := &Mailbox{ByClass: map[Class]int{}, Replayed: map[Origin]time.Time{}}
	err := from.Scan(ctx, topic, func(_ int, r *Record) error {
		box.take(r, f)
		if limit > 0 && len(box.Letters) >= 2*limit {
			box.keepLatest(limit)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	box.keepLatest(limit)
	return box, nil
}

func (b *Mailbox) take(r *Record, f Filter) {
	if string(r.header(kindHeader)) == replayKind {
		if m, err := decodeReplayed(r.Value); err == nil {
			b.Replayed[m.Origin] = m.At
		} else {
			b.Unreadable++
		}
		return
	}
	l, err := decodeLetter(r.Value)
	if err != nil {
		b.Unreadable++
		return
	}
	if l.ReplayOf != nil && b.Replayed[*l.ReplayOf].IsZero() {
		b.Replayed[*l.ReplayOf] = l.At // its note may have been lost
	}
	if f.takes(&l) {
		b.Matching++
		b.ByClass[l.Class]++
		b.Letters = append(b.Letters, l)
	}
}

func (b *Mailbox) keepLatest(limit int) {
	slices.SortStableFunc(b.Letters, func(x, y Letter) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Topic, y.Topic), cmp.Compare(x.Partition, y.Partition), cmp.Compare(x.Offset, y.Offset))
	})
	if limit > 0 && len(b.Letters) > limit {
		b.Letters = slices.Clone(b.Letters[len(b.Letters)-limit:])
	}
}

// replayed notes that a record was fed in again.
type replayed struct {
	Origin
	At time.Time `json:"at"`
}

func decodeReplayed(value []byte) (m replayed, err error) {
	if err := json.Unmarshal(value, &m); err != nil {
		return m, fmt.Errorf("decode note of a replay: %w", err)
	}
	if m.Topic == "" {
		return m, errors.New("decode note of a replay: topic is empty")
	}
	return m, nil
}
