package partition

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"milepost/detectors"
	"milepost/ingest/blob"
	"milepost/ingest/cars"
	"milepost/ingest/deadletter"
	"milepost/ingest/decode"
	"milepost/ingest/raw"
	"milepost/ingest/snapshot"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/scoring/tables"
	"milepost/sinks"
	"milepost/telemetry"
)

// Source reads raw records of one partition of a topic.
type Source interface {
	// Fetch gives what follows an offset; it waits a moment where nothing does.
	Fetch(ctx context.Context, offset int64) (*raw.Fetched, error)
}

// Outcomes takes what comes out. It blocks while the sinks cannot keep up.
type Outcomes interface {
	Submit(ctx context.Context, batch []outcome.Outcome) (*sinks.Ticket, error)
}

// Letters takes dead letters; it returns when they are durable.
type Letters interface {
	Submit(ctx context.Context, letters ...deadletter.Letter) error
}

// Config says what a partition reads and how often it writes a checkpoint.
type Config struct {
	Topic      string
	Partition  int
	Partitions int           // of the topic: state written with another number is refused
	Cluster    string        // that the topic is of; state written for another is refused; empty where it is not known
	Profiles   string        // topic of profiles, empty for none
	Every      time.Duration // between checkpoints
	MaxBytes   int64         // of records after which one is written before its time; 0 for no limit
	Continue   bool          // go on where retention outran the reader, instead of stopping
	Drain      time.Duration // how long the last checkpoint may take
	Ahead      int           // fetches that may wait to be worked on; default 1
	Watchdog   time.Duration // a fetch without an answer for this long is given up and begun anew; default 1 min
	Retry      time.Duration // pause after a failed fetch; default 500 ms
	// Idle is how long nothing must have come before the wall clock stands in for
	// arrival times, and how far behind it they then stay; default 30 s.
	Idle time.Duration
}

// Ports are what a partition works with. Profiles may be nil.
type Ports struct {
	Records  Source
	Profiles Source
	First    func(ctx context.Context) (int64, error) // the partition's first offset
	Format   decode.Format
	Decoder  *decode.Decoder
	Identity decode.Identity // names the vehicles of profiles, as the decoder those of records
	State    *snapshot.Log
	Outcomes Outcomes
	Letters  Letters
	Commit   func(next int64) error // reports the next offset to the group
	Watch    *Watch
	Events   *detectors.Thresholds // from which manoeuvres are harsh; nil: the default ones
	Tables   *tables.Set           // that factors are computed by; nil: the default ones
	Roads    pipeline.Roads        // that trips are put onto, this partition's own; nil without a map
	Quiet    func()                // told when nothing has come for Config.Idle and what that lets end has ended; may be nil
	Log      *slog.Logger
	Now      func() time.Time
}

// Partition is the owner of one partition. It runs once.
type Partition struct {
	cfg  Config
	to   Ports
	cars *cars.Cars

	next        int64     // offset of the next record
	records     int64     // read so far
	newest      int64     // arrival of the newest, µs
	silentSince time.Time // nothing has come since; zero while records come
	quiet       bool      // nothing has come for Config.Idle
	profiles    pending
	fresh       bool // there was no checkpoint to begin with
	raw         decode.Record
	frame       telemetry.Frame
	letters     []deadletter.Letter

	looked   int          // so many of the outcomes not handed on yet are not urgent
	tickets  tickets      // of the outcomes since the last checkpoint
	bytes    int64        // of records since the last checkpoint
	cutAt    time.Time    // of the last checkpoint
	cutNext  int64        // next offset at the last checkpoint, -1 for none
	lookedAt time.Time    // for a newer claim, without a checkpoint
	writing  chan written // not nil while a checkpoint is being written
}

// New makes a partition; Run does the rest.
func New(cfg Config, to Ports) *Partition {
	cfg.Ahead = cmp.Or(cfg.Ahead, 1)
	cfg.Watchdog = cmp.Or(cfg.Watchdog, time.Minute)
	cfg.Retry = cmp.Or(cfg.Retry, 500*time.Millisecond)
	cfg.Idle = cmp.Or(cfg.Idle, 30*time.Second)
	p := &Partition{cfg: cfg, to: to, cars: cars.New(), cutAt: staggered(cfg, to.Now()), cutNext: -1}
	p.cars.Scratch.Roads, p.cars.Scratch.Events, p.cars.Scratch.Tables = to.Roads, to.Events, to.Tables
	return p
}

// staggered spreads the partitions' first checkpoints over the time between two, so
// that a process does not write all at once.
func staggered(cfg Config, now time.Time) time.Time {
	if cfg.Partitions == 0 {
		return now
	}
	return now.Add(-cfg.Every * time.Duration(cfg.Partition) / time.Duration(cfg.Partitions))
}

// Run restores, reads until ctx is done, drains and returns. An error says why the
// partition stopped before that; what it had not written a checkpoint of, the next
// owner does again.
func (p *Partition) Run(ctx context.Context) error {
	defer p.leave()
	// What was begun may end after ctx does, within the time for draining.
	work, cancel := lingering(ctx, p.cfg.Drain)
	defer cancel()
	// A store that hangs must not keep a cut beyond that time.
	defer context.AfterFunc(work, p.to.State.Abort)()
	return p.ended(ctx, work, p.live(ctx, work))
}

func (p *Partition) live(ctx, work context.Context) error {
	p.enter(Restoring)
	if err := p.restore(ctx, work); err != nil {
		return err
	}
	p.enter(Running)
	if err := p.read(ctx, work); err != nil {
		if errors.Is(err, snapshot.ErrFenced) {
			p.lost(work)
		}
		return err
	}
	p.enter(Draining)
	return p.drain(work)
}

// Counts gives what went by, once Run has returned.
func (p *Partition) Counts() cars.Counts { return p.cars.Counts() }

// lingering gives a context that ends a time after ctx does.
func lingering(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-work.Done():
		}
	})
	return work, func() { stop(); cancel() }
}

// leave ends what runs for the partition in the background.
func (p *Partition) leave() {
	if p.writing != nil {
		<-p.writing // its time is over, and Close must come after it
	}
	if err := p.to.State.Close(); err != nil {
		p.to.Log.Warn("closing the state failed", "error", err.Error())
	}
	p.enter(Gone)
}

func (p *Partition) enter(phase Phase) {
	if phase == Gone {
		p.to.Watch.share(0, 0)
	}
	p.to.Watch.phase(phase)
	awake, packed := p.cars.Count()
	p.to.Log.Log(context.Background(), phase.level(), "partition "+phase.String(), "offset", p.next, "vehicles", awake+packed)
}

// ended says which partition an error is of. Where the end was asked for, what could
// not be done in time is none: the next owner does it again.
func (p *Partition) ended(ctx, work context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && (errors.Is(err, ctx.Err()) || work.Err() != nil && errors.Is(err, work.Err()) || blob.Retryable(err)):
		p.to.Log.Warn("partition left without a last checkpoint: its records since the one before will be read again", "error", err.Error())
		return nil
	}
	return fmt.Errorf("partition %d of topic %s: %w", p.cfg.Partition, p.cfg.Topic, err)
}

// restore brings back the state of the last checkpoint and the offsets that go with it.
func (p *Partition) restore(ctx, work context.Context) error {
	began := p.to.Now()
	var meta *snapshot.Meta
	err := p.insist(ctx, "the state could not be read", func() error {
		// What an attempt before this one was given is void.
		p.cars = cars.New()
		p.cars.Scratch.Roads, p.cars.Scratch.Events, p.cars.Scratch.Tables = p.to.Roads, p.to.Events, p.to.Tables
		p.cars.Scratch.Chunks = &pieces{work: work, insist: p.insist, log: p.to.State}
		var refused []snapshot.Refusal
		var err error
		meta, refused, err = p.to.State.Restore(ctx, p.cars.Restore)
		for _, r := range refused {
			p.to.Log.Error("snapshot passed over", "manifest", r.Manifest, "error", r.Err.Error())
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("restore the state: %w", err)
	}
	if meta == nil {
		p.fresh = true
		p.next, err = p.to.First(ctx)
		return err
	}
	if meta.Partitions != p.cfg.Partitions {
		return &PartitionsChangedError{Written: meta.Partitions, Now: p.cfg.Partitions}
	}
	if meta.Cluster != "" && p.cfg.Cluster != "" && meta.Cluster != p.cfg.Cluster {
		return &ClusterChangedError{Written: meta.Cluster, Now: p.cfg.Cluster}
	}
	next, ok := meta.Offsets[p.cfg.Topic]
	if !ok {
		return fmt.Errorf("restore the state: its manifest has no offset of topic %s", p.cfg.Topic)
	}
	p.next, p.cutNext, p.profiles.next = next, next, meta.Offsets[p.cfg.Profiles]
	p.cars.Begin(meta.Watermark)
	p.to.Log.Debug("state restored", "epoch", p.to.State.Epoch(), "offset", p.next, "took", p.to.Now().Sub(began))
	return nil
}

// read works on what the reader brings until ctx is done.
func (p *Partition) read(ctx, work context.Context) error {
	reading, stop := context.WithCancel(ctx)
	brought := make(chan delivery, p.cfg.Ahead)
	go p.reader(p.next, p.profiles.next).run(reading, brought)
	defer func() {
		stop()
		for d := range brought {
			d.release()
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case w := <-p.writing:
			if err := p.wrote(w); err != nil {
				return err
			}
		case d, open := <-brought:
			if !open {
				return nil
			}
			if err := p.deliver(work, d); err != nil {
				return err
			}
		}
	}
}
