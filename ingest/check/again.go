package check

import (
	"bytes"
	"context"
	"fmt"

	"milepost/ingest/raw"
	"milepost/outcome"
	"milepost/sinks/read"
)

// suspects marks what seems wrong and chooses the examples among it. It says whether
// there is any.
func (p *pass) suspects() bool {
	of := map[class]int{}
	p.table.each(func(e *entry) {
		if what, _ := e.flags.judge(); what.wrong() {
			of[class{what, e.flags.kind()}]++
		}
	})
	left := shares(of, p.check.Examples-len(p.result.Examples))
	p.watch = map[[12]byte]*witness{}
	p.table.each(func(e *entry) {
		what, _ := e.flags.judge()
		if !what.wrong() {
			return
		}
		e.flags |= suspect
		if x := (class{what, e.flags.kind()}); left[x] > 0 {
			left[x]--
			p.watch[e.id] = &witness{}
		}
	})
	return len(of) > 0
}

// class is what examples are chosen from: no finding and no type crowds out another.
type class struct {
	verdict
	kind outcome.Type
}

// shares deals n examples out to the classes, one each in turn.
func shares(of map[class]int, n int) map[class]int {
	dealt := map[class]int{}
	for before := -1; before != n; {
		before = n
		for _, what := range []verdict{doubled, differing, missing} {
			for _, kind := range kinds {
				if x := (class{what, kind}); n > 0 && dealt[x] < of[x] {
					dealt[x]++
					n--
				}
			}
		}
	}
	return dealt
}

// again looks at the suspects once more, in both places, when what was on its way has
// had time to arrive, and this time at what the records mean. What is written to the
// topic while the store is read may be in the store or not: of that nothing is said.
func (p *pass) again(ctx context.Context) error {
	if age := p.check.Now().Sub(p.newest); age < p.check.Settle {
		if err := p.check.Sleep(ctx, p.check.Settle-age); err != nil {
			return err
		}
	}
	p.table.each(func(e *entry) {
		if e.flags.has(suspect) {
			e.digest, e.method, e.revision = 0, 0, 0
			e.flags &= used | stored | suspect | kindMask
		}
	})
	now, err := p.check.Topic.ends(ctx)
	if err == nil {
		err = p.check.Topic.read(ctx, now, p.fromTopicAgain)
	}
	if err == nil {
		err = p.rows(ctx, p.fromStoreAgain)
	}
	if err != nil {
		return fmt.Errorf("look again: %w", err)
	}
	later, err := p.check.Topic.ends(ctx)
	if err == nil {
		err = p.check.Topic.read(ctx, between(now, later), p.meanwhile)
	}
	if err != nil {
		return fmt.Errorf("look at what was written meanwhile: %w", err)
	}
	return nil
}

func (p *pass) fromTopicAgain(r *raw.Record) error {
	p.check.Progress(1)
	l, ours, err := open(r)
	if err != nil || !ours {
		return nil //nolint:nilerr // it was counted
	}
	gone := p.erasures.cover(l, r)
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.table.find(l.id)
	switch {
	case e == nil:
		return nil
	case !e.flags.has(suspect):
		if !e.flags.has(inTopic) {
			e.flags |= moving // it reached the store first
		}
		return nil
	}
	f, text, err := p.digester.ofDecoded(l, r)
	if err != nil {
		return nil //nolint:nilerr // it was counted
	}
	f.erased = gone
	if w := p.watch[e.id]; w != nil && f.version.compare(e.version()) >= 0 {
		w.id, w.topic = l.id, text
	}
	e.tell(f)
	return nil
}

func (p *pass) fromStoreAgain(kind outcome.Type, id identity, v *read.Version) error {
	if !p.suspected(id) {
		return nil
	}
	f, text, err := p.digester.ofRow(kind, v, id)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.table.find(id)
	e.meet(f)
	if w := p.watch[e.id]; w != nil {
		w.id = id
		if f.version == e.version() && !bytes.Equal(text, w.topic) {
			w.store = text
		}
	}
	return nil
}

func (p *pass) suspected(id identity) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.table.find(id)
	return e != nil && e.flags.has(suspect)
}

func (p *pass) meanwhile(r *raw.Record) error {
	l, ours, err := open(r)
	if err != nil || !ours {
		return nil //nolint:nilerr // the next check counts it
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.table.find(l.id); e != nil {
		e.flags |= moving
	}
	return nil
}
