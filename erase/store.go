package erase

import (
	"context"
	"fmt"

	"milepost/sinks"
)

// Store is a store of outcomes.
type Store struct {
	Name string // path, or addresses and database
	To   sinks.Eraser
	Say  Say
	// LeavePurge does not wait until the bytes are gone from the store's files.
	LeavePurge bool
}

// Held asks a store that can keep rows for a dispute.
func (s *Store) Held(ctx context.Context, whose sinks.Subject) error {
	if h, ok := s.To.(holder); ok {
		return h.Held(ctx, whose)
	}
	return nil
}

// Say tells a person what is being done, on one line.
type Say func(what string)

func (s Say) say(format string, args ...any) {
	if s != nil {
		s(fmt.Sprintf(format, args...))
	}
}

// Erase implements Step.
func (s *Store) Erase(ctx context.Context, whose sinks.Subject, dry bool) []*Place {
	p := &Place{Kind: KindStore, Name: s.Name}
	s.Say.say("counting in %s", s.Name)
	rows, err := s.To.Count(ctx, whose)
	p.Found.rows(rows)
	if err == nil && !dry {
		s.Say.say("erasing from %s", s.Name)
		// Also where nothing is found: what was erased by a run that was cut off may
		// still be in the files.
		err = s.To.Erase(ctx, whose)
		if err == nil && !s.LeavePurge {
			s.Say.say("rewriting the files of %s", s.Name)
			err = s.To.Purge(ctx)
		}
		if err == nil {
			p.Deleted.rows(rows)
		}
	}
	p.fail(err)
	return []*Place{p}
}

// rows adds counts of a store's tables.
func (c *Counts) rows(rows sinks.Rows) {
	for kind, n := range rows {
		c.add(string(kind)+"s", n)
	}
}

// Verify implements Step.
func (s *Store) Verify(ctx context.Context, whose sinks.Subject, places []*Place) {
	p := places[0]
	rows, err := s.To.Count(ctx, whose)
	if err != nil {
		p.fail(err)
		return
	}
	if n := rows.Total(); n > 0 {
		p.fail(fmt.Errorf("%d rows are there again: something still writes them", n))
		return
	}
	p.Verified = p.Error == ""
	p.Check = "counted again: no row; its files were written anew"
	if s.LeavePurge {
		p.Check = "counted again: no row"
		p.warn("the bytes may be in the store's files for some minutes more: this was not waited for")
	}
}
