package check

import (
	"context"
	"fmt"
	"hash/maphash"
	"math"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
)

// Store is what is compared with the topic; a *read.Model.
type Store interface {
	Rows(ctx context.Context, of outcome.Type, r read.Range, do func(read.Version) error) error
}

// Check is one comparison. Memory, Settle, Now and Sleep have defaults.
type Check struct {
	Topic *Topic
	Store Store
	// From and To limit it to facts of a time, by their at; zero leaves open.
	From, To outcome.Time
	// Kept are the times before which a type's facts may be gone by retention: such
	// facts are left out.
	Kept map[outcome.Type]outcome.Time
	// Erased are erasures: what is missing because of them is counted apart.
	Erased []Erasure
	// Memory is what the facts' entries may take, in bytes (1 GiB, for about 20 million).
	// Where it does not do, the topic and the store are read again for the rest.
	Memory int64
	// Examples is how many facts the result names.
	Examples int
	// Settle is how old a record must be before its absence from the store counts (1 min).
	Settle time.Duration
	// Progress, where it is set, hears of records and rows read. It is called by several
	// goroutines.
	Progress func(n int)

	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

const (
	defaultMemory = 1 << 30
	defaultSettle = time.Minute
)

// Run reads the topic up to its end, then the store, and looks once more, at both, for
// what then seems wrong: what was written meanwhile is on its way to either.
func (c *Check) Run(ctx context.Context) (*Result, error) {
	c.setDefaults()
	began := c.Now()
	result := &Result{Types: map[outcome.Type]Counts{}}
	ends, err := c.Topic.ends(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at topic %s: %w", c.Topic.Name, err)
	}
	for _, s := range ends {
		result.Trimmed += s.first
	}
	gone := newErasures(c.Erased)
	if err := gone.learn(ctx, c, ends); err != nil {
		return nil, err
	}
	seed := digester{maphash.MakeSeed()}
	for first := uint64(0); ; {
		p := &pass{check: c, result: result, digester: seed, erasures: gone, table: newTable(c.Memory), ends: ends, first: first, last: math.MaxUint64}
		if err := p.run(ctx); err != nil {
			return nil, err
		}
		result.Passes++
		if p.last == math.MaxUint64 {
			for _, kind := range kinds {
				result.count(kind, func(c *Counts) { c.Superseded = c.Rows - c.keys })
			}
			result.sort()
			result.Took = c.Now().Sub(began)
			return result, nil
		}
		first = p.last + 1
	}
}

func (c *Check) setDefaults() {
	if c.Memory <= 0 {
		c.Memory = defaultMemory
	}
	if c.Settle <= 0 {
		c.Settle = defaultSettle
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Progress == nil {
		c.Progress = func(int) {}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// takes says whether a fact is of a time that is looked at.
func (c *Check) takes(kind outcome.Type, at outcome.Time) bool {
	return at >= c.from(kind) && (c.To == 0 || at < c.To)
}

func (c *Check) from(kind outcome.Type) outcome.Time {
	if c.From == 0 {
		return c.Kept[kind]
	}
	return max(c.From, c.Kept[kind])
}
