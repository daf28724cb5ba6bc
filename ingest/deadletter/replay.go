package deadletter

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/sinks/kafka"
)

// Fate is what became of a letter in a replay.
type Fate string

// The fates.
const (
	FedIn     Fate = "replayed"                    // or would be, in a dry run
	Before    Fate = "replayed before"             // and not asked for again
	Gone      Fate = "no longer in the topic"      // retention took it
	Different Fate = "another record in its place" // the topic was made anew
	Twice     Fate = "told by another letter"      // each record is fed in once
)

// Fates lists all fates, in the order in which they are shown.
var Fates = []Fate{FedIn, Before, Gone, Different, Twice}

// fetcher reads single records; a *Log.
type fetcher interface {
	Fetch(ctx context.Context, o Origin) (*Record, error)
}

// Replay feeds refused records in again: each into the partition where it was
// refused, with its key and headers and the header ReplayHeader, in the order in
// which they lie. It stands for one run.
type Replay struct {
	From fetcher
	// To gives the producer into a topic.
	To func(topic string) *kafka.Producer
	// Notes keeps what was replayed, beside the letters.
	Notes  *Writer
	Again  bool // also what was replayed before
	DryRun bool // only say what would be done
	Now    func() time.Time
}

// Run replays the letters of a mailbox and tells each one's fate. A record that is
// fed in and refused again gets a letter that names its first place, and counts as
// replayed; so nothing goes round for ever. When Run is interrupted between a record
// and its note, the next run feeds that record in once more; the pipeline drops what
// it has seen.
func (r *Replay) Run(ctx context.Context, box *Mailbox, tell func(l *Letter, fate Fate)) error {
	latest := latestOfEach(box.Letters)
	for i := range box.Letters {
		l := &box.Letters[i]
		fate, err := r.one(ctx, l, box, latest)
		if err != nil {
			return fmt.Errorf("replay record %s: %w", l.Origin, err)
		}
		tell(l, fate)
	}
	return nil
}

// latestOfEach sorts the letters by where their records lie, and gives the one to
// go by for each record: the latest, whose copy is the most likely to be there.
func latestOfEach(letters []Letter) map[Origin]Origin {
	latest := map[Origin]Origin{}
	for i := range letters { // by the time of writing
		latest[letters[i].Root()] = letters[i].Origin
	}
	slices.SortStableFunc(letters, func(x, y Letter) int {
		return cmp.Or(cmp.Compare(x.Topic, y.Topic), cmp.Compare(x.Partition, y.Partition), cmp.Compare(x.Offset, y.Offset))
	})
	return latest
}

func (r *Replay) one(ctx context.Context, l *Letter, box *Mailbox, latest map[Origin]Origin) (Fate, error) {
	root := l.Root()
	if _, before := box.Replayed[root]; before && !r.Again {
		return Before, nil
	}
	if latest[root] != l.Origin {
		return Twice, nil
	}
	// Letters that were written twice tell of the same record: once is enough.
	delete(latest, root)
	record, err := r.From.Fetch(ctx, l.Origin)
	if errors.Is(err, ErrGone) {
		return Gone, nil
	}
	if err != nil {
		return "", err
	}
	if sum := sha256.Sum256(record.Value); hex.EncodeToString(sum[:]) != l.SHA256 {
		return Different, nil
	}
	if r.DryRun {
		return FedIn, nil
	}
	return FedIn, r.feed(ctx, l, record)
}

// feed appends the record once more and then notes it.
func (r *Replay) feed(ctx context.Context, l *Letter, record *Record) error {
	again := kafka.Record{Partition: l.Partition, Key: record.Key, Value: record.Value, Headers: marked(record.Headers, l.Root())}
	in := newWriter(r.To(l.Topic), r.Notes.backoff, r.Notes.retried)
	if err := in.write(ctx, []kafka.Record{again}); err != nil {
		return err
	}
	note, err := jsonRecord(l.Key, replayKind, string(l.Class), replayed{Origin: l.Root(), At: r.Now().UTC()})
	if err != nil {
		return err
	}
	return r.Notes.write(ctx, []kafka.Record{note})
}

// marked are a record's headers with the one that says where it lay first.
func marked(headers []kafkago.Header, root Origin) []kafkago.Header {
	out := slices.DeleteFunc(slices.Clone(headers), func(h kafkago.Header) bool { return h.Key == ReplayHeader })
	return append(out, kafkago.Header{Key: ReplayHeader, Value: []byte(root.String())})
}
