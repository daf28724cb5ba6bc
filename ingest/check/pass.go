package check

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"milepost/ingest/raw"
	"milepost/outcome"
	"milepost/sinks/read"
)

// pass goes through the topic and the store for the ids of one range of ranks. Where
// they are too many for its memory, it leaves the upper half of the range to the next.
type pass struct {
	check    *Check
	result   *Result
	digester digester
	erasures *erasures
	ends     []span

	first uint64 // ranks, both included

	mu     sync.Mutex // over all that follows, and result
	last   uint64
	table  *table
	newest time.Time // when the last record of the time looked at arrived
	watch  map[[12]byte]*witness
}

func (p *pass) run(ctx context.Context) error {
	if err := p.check.Topic.read(ctx, p.ends, p.fromTopic); err != nil {
		return err
	}
	if err := p.rows(ctx, p.fromStore); err != nil {
		return err
	}
	if p.suspects() {
		if err := p.again(ctx); err != nil {
			return err
		}
	}
	p.sum()
	return nil
}

// mine says whether an id is of this pass; its answer may only turn to no.
func (p *pass) mine(id identity) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.holds(id)
}

func (p *pass) holds(id identity) bool { return id.rank() >= p.first && id.rank() <= p.last }

// entry gives the entry of an id and makes it where there is none; nil for an id that
// is not, or no longer, of this pass.
func (p *pass) entry(id identity, as flags) *entry {
	if !p.holds(id) {
		return nil
	}
	if e := p.table.find(id); e != nil {
		return e
	}
	for !p.table.room() {
		p.last = p.first + (p.last-p.first)/2
		p.table.drop(func(e *entry) bool { return e.rank() > p.last })
		if !p.holds(id) {
			return nil
		}
	}
	return p.table.add(id, as)
}

func (p *pass) fromTopic(r *raw.Record) error {
	p.check.Progress(1)
	l, ours, err := open(r)
	readable := err == nil && ours
	if readable && p.check.takes(l.kind, l.at) && p.mine(l.id) {
		readable = p.tell(l, r)
	}
	if p.result.Passes > 0 {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.result.Records++
	if !readable {
		p.result.Unreadable++
	}
	return nil
}

// tell takes in a record; it gives false for one that is not understood.
func (p *pass) tell(l letter, r *raw.Record) bool {
	f, err := p.digester.ofRecord(l, r)
	if err != nil {
		return false
	}
	f.erased = p.erasures.cover(l, r)
	p.mu.Lock()
	defer p.mu.Unlock()
	if arrived := time.UnixMicro(r.Arrived); r.Arrived != raw.NoTime && arrived.After(p.newest) {
		p.newest = arrived
	}
	if e := p.entry(f.id, flagsOf(f.kind)); e != nil {
		e.tell(f)
	}
	return true
}

// rows gives each row of the store, of its types at once.
func (p *pass) rows(ctx context.Context, each func(outcome.Type, identity, *read.Version) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, kind := range kinds {
		g.Go(func() error {
			within := read.Range{From: p.check.from(kind), To: p.check.To}
			return p.check.Store.Rows(ctx, kind, within, func(v read.Version) error {
				id, err := identityOf(v.ID)
				if err != nil {
					return fmt.Errorf("read a row: %w", err)
				}
				p.check.Progress(1)
				return each(kind, id, &v)
			})
		})
	}
	return g.Wait()
}

func (p *pass) fromStore(kind outcome.Type, id identity, v *read.Version) error {
	if p.result.Passes == 0 {
		p.countRow(kind)
	}
	if !p.mine(id) {
		return nil
	}
	f, _, err := p.digester.ofRow(kind, v, id)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.entry(id, flagsOf(kind))
	if e == nil {
		return nil
	}
	e.meet(f)
	return nil
}

func (p *pass) countRow(kind outcome.Type) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.result.count(kind, func(c *Counts) { c.Rows++ })
}
