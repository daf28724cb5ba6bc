package snapshot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// fillJobs is how many runs or chunk files may wait to be written while a
// checkpoint is filled, 16 MiB each: with more, Put waits, so that memory is bounded.
const fillJobs = 3

// Checkpoint is a set of changes that becomes part of the snapshots as a whole or
// not at all. It is filled by one goroutine, and may be committed by another.
type Checkpoint struct {
	log     *Log
	err     error // why it can never be committed
	run     *run
	filling map[bool]*pieces // by kept

	worker sync.Once
	jobs   chan job
	spare  chan *run     // written, to be filled again
	ended  chan struct{} // closed by the worker

	// Below belongs to the worker until it has ended, then to Commit.
	left   []job // in their order
	files  []file
	chunks []*pieces
	sealed bool
	done   bool
}

// job is a file to be written.
type job struct {
	entries *run
	chunk   *pieces
}

// Begin begins a checkpoint of what has changed since the one before. One is open
// at a time: where Commit failed, it is called again, or the changes would be lost.
func (l *Log) Begin() *Checkpoint {
	c := &Checkpoint{log: l, run: &run{}, filling: map[bool]*pieces{},
		jobs: make(chan job, fillJobs), spare: make(chan *run, 1), ended: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !l.restored:
		c.err = errors.New("nothing was restored yet: a commit would hide what is there")
	case l.open != nil:
		c.err = errors.New("the checkpoint before has not been committed")
	default:
		l.open = c
	}
	return c
}

// Put says what a vehicle's state is. The caller may use the bytes again. Of several
// states of a vehicle the last counts. What is wrong with one, Commit says.
func (c *Checkpoint) Put(vehicle string, state []byte) { c.put(vehicle, state, false) }

// Remove says that a vehicle has no state any more.
func (c *Checkpoint) Remove(vehicle string) { c.put(vehicle, nil, true) }

func (c *Checkpoint) put(vehicle string, state []byte, removed bool) {
	switch {
	case c.err != nil:
		return
	case len(vehicle) > maxVehicle || len(state) > maxState:
		c.err = fmt.Errorf("a vehicle's id of %d bytes with a state of %d: must have at most %d and %d",
			len(vehicle), len(state), maxVehicle, maxState)
		return
	}
	c.run.put(vehicle, state, removed)
	if len(c.run.raw) >= runBytes {
		full := c.run
		c.run = c.nextRun(full)
		c.push(job{entries: full})
	}
}

// nextRun takes a spare one, or makes one of about the size of the last.
func (c *Checkpoint) nextRun(last *run) *run {
	select {
	case r := <-c.spare:
		return r
	default:
		return &run{raw: make([]byte, 0, len(last.raw)+blockBytes), index: make([]span, 0, len(last.index)+len(last.index)/8)}
	}
}

// push hands a job to the worker; it waits while there are many.
func (c *Checkpoint) push(j job) {
	c.worker.Do(func() { c.log.running.Go(c.work) })
	select {
	case c.jobs <- j:
	case <-c.log.background.Done(): // Commit will say so
	}
}

// work writes files while the checkpoint is filled. Behind a failure it only keeps
// what comes, for Commit to try again.
func (c *Checkpoint) work() {
	defer close(c.ended)
	for {
		select {
		case j, open := <-c.jobs:
			if !open {
				return
			}
			if len(c.left) > 0 || c.write(c.log.background, j) != nil {
				c.left = append(c.left, j)
			}
		case <-c.log.background.Done():
			return
		}
	}
}

func (c *Checkpoint) write(ctx context.Context, j job) error {
	if j.chunk != nil {
		return c.writeChunk(ctx, j.chunk)
	}
	id, err := c.log.newFile()
	if err != nil {
		return err
	}
	f, err := j.entries.seal(id, c.log.key)
	if err == nil {
		err = c.log.store.Put(ctx, c.log.key.file(entries, id), f.buf)
	}
	if err != nil {
		c.log.abandon(id)
		return err
	}
	c.files = append(c.files, f.describe())
	j.entries.raw, j.entries.index = j.entries.raw[:0], j.entries.index[:0]
	select {
	case c.spare <- j.entries:
	default:
	}
	return nil
}

func (c *Checkpoint) writeChunk(ctx context.Context, p *pieces) error {
	p.seal()
	if err := c.log.store.Put(ctx, c.log.key.file(chunks, p.id), p.buf); err != nil {
		return err
	}
	c.chunks = append(c.chunks, p)
	c.log.mu.Lock()
	delete(c.log.filling, p.id)
	c.log.mu.Unlock()
	return nil
}

// Commit makes the checkpoint durable: its files, then the manifest that names
// them. live says how many bytes of each chunk file's pieces are still needed; a
// file with none is forgotten. After ErrFenced the partition is lost; after any
// other error nothing is committed and Commit may be called again.
func (c *Checkpoint) Commit(ctx context.Context, m Meta, live map[uint64]int64) error {
	err := c.err
	switch {
	case err != nil:
	case c.done:
		err = errors.New("it is committed already")
	default:
		err = c.writeAll(ctx)
	}
	if err == nil {
		err = c.log.commit(ctx, c, m, live)
	}
	if err != nil {
		return fmt.Errorf("commit a checkpoint of %s: %w", c.log.key, err)
	}
	c.done = true
	return nil
}

// writeAll writes what the worker has not, in order.
func (c *Checkpoint) writeAll(ctx context.Context) error {
	if !c.sealed {
		c.sealed = true
		close(c.jobs)
		c.worker.Do(func() { close(c.ended) }) // there was no worker
		<-c.ended
		c.sealRest()
	}
	if c.log.background.Err() != nil {
		return errors.New("the log is closed") // and the worker may have dropped files
	}
	for len(c.left) > 0 {
		if err := c.write(ctx, c.left[0]); err != nil {
			return err
		}
		c.left = slices.Delete(c.left, 0, 1)
	}
	return nil
}

func (c *Checkpoint) sealRest() {
	if len(c.run.index) > 0 {
		c.left = append(c.left, job{entries: c.run})
	}
	for _, kept := range []bool{false, true} {
		if p := c.filling[kept]; p != nil {
			c.left = append(c.left, job{chunk: p})
		}
	}
}
