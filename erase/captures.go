package erase

import (
	"context"
	"errors"
	"os"

	"milepost/replay/capture"
	"milepost/sinks"
)

// Captures are files of recorded frames, Arrow or Parquet.
type Captures struct {
	Paths []string
	Say   Say
}

// Erase implements Step.
func (c *Captures) Erase(ctx context.Context, whose sinks.Subject, dry bool) []*Place {
	places := make([]*Place, 0, len(c.Paths))
	for _, path := range c.Paths {
		p := &Place{Kind: KindCapture, Name: path}
		places = append(places, p)
		c.Say.say("looking through %s", path)
		held, err := capture.Holds(ctx, path, whose)
		p.Found.add("rows", held.Rows)
		p.Found.add("profiles", int64(held.Profiles))
		if err == nil && len(p.Found) > 0 && !dry {
			c.Say.say("rewriting %s", path)
			err = c.rewrite(ctx, whose, p)
		}
		p.fail(err)
	}
	return places
}

func (c *Captures) rewrite(ctx context.Context, whose sinks.Subject, p *Place) error {
	before, err := os.Stat(p.Name)
	if err != nil {
		return err
	}
	if err := capture.Without(ctx, p.Name, whose); err != nil {
		return err
	}
	after, err := os.Stat(p.Name)
	if err != nil {
		return err
	}
	for what, n := range p.Found {
		p.Deleted.add(what, n)
	}
	p.Deleted.add("bytes", max(0, before.Size()-after.Size()))
	return nil
}

var errStillThere = errors.New("it still holds what was to be erased")

// Verify implements Step.
func (c *Captures) Verify(ctx context.Context, whose sinks.Subject, places []*Place) {
	for _, p := range places {
		c.Say.say("looking through %s again", p.Name)
		held, err := capture.Holds(ctx, p.Name, whose)
		if err == nil && held != (capture.Held{}) {
			err = errStillThere
		}
		p.fail(err)
		p.Verified = p.Error == ""
		p.Check = "read through again: no row, no profile"
	}
}
