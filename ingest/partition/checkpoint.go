package partition

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milepost/ingest/blob"
	"milepost/ingest/snapshot"
	"milepost/pipeline"
)

// written is the end of one checkpoint.
type written struct {
	next  int64
	bytes int64
	began time.Time
	err   error
}

// checkpointIfDue cuts a checkpoint where the last one is old enough and none is
// being written.
func (p *Partition) checkpointIfDue(work context.Context) error {
	due := p.to.Now().Sub(p.cutAt) >= p.cfg.Every || p.cfg.MaxBytes > 0 && p.bytes >= p.cfg.MaxBytes
	switch {
	case p.writing != nil || !due:
		return nil
	case !p.changed():
		return p.look(work)
	}
	return p.cut(work)
}

// look finds out whether another has claimed the partition where no checkpoint would:
// an owner with nothing to do must not keep in memory what its successor has given up.
func (p *Partition) look(work context.Context) error {
	now := p.to.Now()
	if now.Sub(p.lookedAt) < p.cfg.Every {
		return nil
	}
	p.lookedAt = now
	if err := p.to.State.Held(work); errors.Is(err, snapshot.ErrFenced) {
		return err
	}
	return nil // else the next checkpoint will say what is wrong with the store
}

// lost waits until the sinks have what came out before the partition was lost: what
// they still had then would come after what its next owner writes.
func (p *Partition) lost(work context.Context) {
	limited, cancel := context.WithTimeout(work, p.cfg.Drain)
	defer cancel()
	if err := p.tickets.wait(limited); err != nil {
		p.to.Log.Warn("the partition was lost, and its last outcomes are not acknowledged", "error", err.Error())
	}
}

// changed reports whether a checkpoint would differ from the last one.
func (p *Partition) changed() bool { return p.next != p.cutNext || p.cars.Changed() }

// cut takes the state between two records; a goroutine writes it.
func (p *Partition) cut(work context.Context) error {
	began := p.to.Now()
	to := &pieces{work: work, insist: p.insist, log: p.to.State, checkpoint: p.to.State.Begin()}
	if err := p.cars.Cut(to); err != nil {
		return err
	}
	meta := snapshot.Meta{Partitions: p.cfg.Partitions, Cluster: p.cfg.Cluster, Watermark: p.cars.Watermark(),
		Offsets: map[string]int64{p.cfg.Topic: p.next}}
	if p.cfg.Profiles != "" {
		meta.Offsets[p.cfg.Profiles] = p.profiles.next
	}
	live, out := p.cars.Live(), p.tickets
	w := written{next: p.next, bytes: to.bytes, began: began}
	done := make(chan written, 1)
	p.writing, p.tickets, p.cutAt, p.bytes, p.cutNext = done, nil, began, 0, p.next
	go func() {
		if w.err = out.wait(work); w.err == nil {
			w.err = p.insist(work, "the state could not be written", func() error { return to.checkpoint.Commit(work, meta, live) })
		}
		done <- w
	}()
	return nil
}

// insist tries until the store can do something, or never will.
func (p *Partition) insist(ctx context.Context, failed string, try func() error) error {
	for {
		err := try()
		if err == nil || !blob.Retryable(err) || ctx.Err() != nil {
			return err
		}
		p.to.Log.Warn(failed+", trying again", "error", err.Error())
		pause(ctx, p.cfg.Retry)
	}
}

// wrote takes a checkpoint's end: only after it does the group hear of the offset,
// and only as a report.
func (p *Partition) wrote(w written) error {
	p.writing = nil
	p.to.Watch.checkpoint(w, p.to.Now())
	p.to.Watch.values(p)
	if w.err != nil {
		return fmt.Errorf("write a checkpoint at offset %d: %w", w.next, w.err)
	}
	if err := p.to.Commit(w.next); err != nil {
		p.to.Log.Warn("the group did not take the offset, which costs nothing but its report", "offset", w.next, "error", err.Error())
	}
	return nil
}

// drain writes a last checkpoint, so that the next owner does nothing again.
func (p *Partition) drain(work context.Context) error {
	if p.writing != nil {
		if err := p.await(work); err != nil {
			return err
		}
	}
	if !p.changed() {
		return nil
	}
	if err := p.cut(work); err != nil {
		return err
	}
	return p.await(work)
}

func (p *Partition) await(work context.Context) error {
	select {
	case w := <-p.writing:
		p.writing = nil // it has ended, however that went: leave must not wait for it again
		if w.err == nil || work.Err() == nil {
			return p.wrote(w)
		}
	case <-work.Done():
	}
	// What was given up at that moment says so in words of its own, or not yet.
	return fmt.Errorf("drain: the last checkpoint took too long, its records will be read again: %w", work.Err())
}

// pieces keeps pieces of trips in the checkpoint being cut, and reads them back.
type pieces struct {
	work       context.Context
	insist     func(ctx context.Context, failed string, try func() error) error
	log        *snapshot.Log
	checkpoint *snapshot.Checkpoint // nil outside a cut: only reading
	bytes      int64                // put so far
}

var errNoCut = errors.New("pieces of state are put only while a checkpoint is cut")

// Put implements pipeline.Chunks.
func (s *pieces) Put(kept bool, piece []byte) (pipeline.Ref, error) {
	if s.checkpoint == nil {
		return pipeline.Ref{}, errNoCut
	}
	s.bytes += int64(len(piece))
	file, offset, length, err := s.checkpoint.Chunk(kept, piece)
	return pipeline.Ref{File: file, Offset: offset, Length: length}, err
}

// Read implements pipeline.Chunks: what is damaged or not there never will be read.
func (s *pieces) Read(r pipeline.Ref) (piece []byte, err error) {
	err = s.insist(s.work, "a piece of the state could not be read", func() error {
		piece, err = s.log.ReadChunk(s.work, r.File, r.Offset, r.Length)
		return err
	})
	if errors.Is(err, snapshot.ErrDamaged) || errors.Is(err, blob.ErrNotFound) {
		return nil, fmt.Errorf("%w: %w", pipeline.ErrPiece, err)
	}
	return piece, err
}

// Entry implements cars.Store.
func (s *pieces) Entry(key string, entry []byte) {
	if entry == nil {
		s.checkpoint.Remove(key)
		return
	}
	s.bytes += int64(len(entry))
	s.checkpoint.Put(key, entry)
}
