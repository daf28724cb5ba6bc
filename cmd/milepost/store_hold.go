package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"milepost/sinks/retention"
)

type storeHoldCmd struct {
	storeFlags
	Vehicle string `placeholder:"ID" help:"The vehicle whose facts are kept."`
	From    moment `placeholder:"TIME" help:"The beginning of the time under dispute: 2026-09-01 (its beginning in UTC), or 2026-09-01T12:00:00Z."`
	To      moment `placeholder:"TIME" help:"Its end, not included."`
	Factor  string `placeholder:"ID" help:"Instead of these three, the insurance factor under dispute, as milepost factors lists it: it is kept with its receipt, and so are all facts of its period."`
	Reason  string `required:"" placeholder:"TEXT" help:"Why, such as a claim's number. It is shown to whoever lists holds: no names."`
}

// Run places one hold in every store, and prints its id; what it keeps there now is told
// on standard error. It may be nothing: a hold is on what is yet to come as well.
func (c *storeHoldCmd) Run(ctx context.Context, out *terminal) error {
	if err := c.ofFactor(ctx, out); err != nil {
		return err
	}
	h, err := retention.NewHold(c.Vehicle, c.From.Time, c.To.Time, c.Reason, time.Now())
	if err != nil {
		return usageError{err}
	}
	err = c.eachKeeper(ctx, out, func(k *keeper) error {
		if err := k.Place(ctx, h); err != nil {
			return err
		}
		kept, err := k.extent(ctx, h)
		if err == nil {
			fmt.Fprintf(out.Stderr, "%s: %s\n", k.where, kept)
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.Stdout, "%s\n", h.ID)
	return err
}

// extent says what of a hold's vehicle the store has.
func (k *keeper) extent(ctx context.Context, h retention.Hold) (string, error) {
	now, err := k.Extent(ctx, h)
	if err != nil || now.Total() > 0 {
		collisions := plural(now.Collisions, "collision")
		if now.Additions > 0 {
			collisions += " with " + plural(now.Additions, "addition")
		}
		parts := []string{plural(now.Trips, "trip"), plural(now.Events, "event"), plural(now.Months, "month"), collisions}
		if now.Charges+now.Factors > 0 {
			parts = append(parts, plural(now.Charges, "charging session"), plural(now.Factors, "factor"))
		}
		text := english.WordSeries(parts, "and")
		return "the hold keeps " + text + " now", err
	}
	ever, err := k.Extent(ctx, h.Always())
	if ever.Total() > 0 {
		return fmt.Sprintf("nothing of that time is stored of %s yet", h.VehicleID), err
	}
	return fmt.Sprintf("nothing is stored of %s yet", h.VehicleID), err
}

func plural(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return humanize.Comma(n) + " " + one + "s"
}

// eachKeeper gives the errors of all stores that failed.
func (f *storeFlags) eachKeeper(ctx context.Context, out *terminal, do func(*keeper) error) (err error) {
	settings, err := f.settings()
	if err != nil {
		return err
	}
	stores, err := keepers(ctx, settings, out)
	if err != nil {
		return err
	}
	for i := range stores {
		if failed := do(&stores[i]); failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", stores[i].where, failed))
		}
	}
	return errors.Join(err, closeKeepers(stores))
}

type storeReleaseCmd struct {
	storeFlags
	ID string `arg:"" placeholder:"ID" help:"The hold's id, as store holds shows it."`
}

// Run releases the hold in every store that has it.
func (c *storeReleaseCmd) Run(ctx context.Context, out *terminal) error {
	found := false
	err := c.eachKeeper(ctx, out, func(k *keeper) error {
		err := k.Release(ctx, c.ID)
		if errors.Is(err, retention.ErrNoHold) {
			return nil
		}
		found = true
		return err
	})
	if err == nil && !found {
		return fmt.Errorf("release hold %s: %w", c.ID, retention.ErrNoHold)
	}
	return err
}

type storeHoldsCmd struct {
	storeFlags
	Vehicle string `placeholder:"ID" help:"Only holds on this vehicle."`
	JSON    bool   `name:"json" help:"Print JSON lines instead."`
}

// Run lists the holds that stand.
func (c *storeHoldsCmd) Run(ctx context.Context, out *terminal) error {
	settings, err := c.settings()
	if err != nil {
		return err
	}
	holds, err := holdsOn(ctx, settings, c.Vehicle, out)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeLines(out.Stdout, holds)
	}
	if len(holds) == 0 {
		_, err := fmt.Fprintln(out.Stdout, "No holds.")
		return err
	}
	t := newTable("Hold", "Vehicle", "From (UTC)", "To (UTC)", "Reason")
	t.SetColumnConfigs(nil)
	for _, h := range holds {
		const short = "2006-01-02 15:04"
		t.AppendRow([]any{h.ID, clip(h.VehicleID, 16), h.From.Std().Format(short), h.To.Std().Format(short), h.Reason})
	}
	return printTable(out.Stdout, t)
}
