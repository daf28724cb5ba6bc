package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"milepost/outcome"
)

// Validate wants a factor, or a vehicle with a time.
func (c *storeHoldCmd) Validate() error {
	given := c.Vehicle != "" || !c.From.IsZero() || !c.To.IsZero()
	whole := c.Vehicle != "" && !c.From.IsZero() && !c.To.IsZero()
	if given == (c.Factor != "") || given && !whole {
		return errors.New("name what to hold by --vehicle, --from and --to, or by --factor alone")
	}
	if c.Factor = strings.ToLower(c.Factor); c.Factor != "" && !idBeginning.MatchString(c.Factor) {
		return fmt.Errorf("the factor is %q: must be 32 hex digits, or the first six of them and more", c.Factor)
	}
	return nil
}

// ofFactor gives the hold the vehicle and the period of its factor.
func (c *storeHoldCmd) ofFactor(ctx context.Context, out *terminal) error {
	if c.Factor == "" {
		return nil
	}
	choice := storeChoice{Config: c.Config}
	return choice.withStore(ctx, out, func(from source) error {
		id, err := wholeID(ctx, from, outcome.TypeFactor, "", c.Factor)
		if err != nil {
			return err
		}
		found, err := from.Fact(ctx, outcome.TypeFactor, "", id)
		if err != nil {
			return fmt.Errorf("%s: %w", from.where, err)
		}
		f := found.(*outcome.Factor)
		c.Vehicle = f.VehicleID
		if c.From.Time, err = time.Parse(time.DateOnly, f.From); err == nil {
			c.To.Time, err = time.Parse(time.DateOnly, f.To)
		}
		// The days are local: somewhere they begin 14 h before those of UTC, or end 12 h after.
		c.From.Time, c.To.Time = c.From.Add(-14*time.Hour), c.To.Add(12*time.Hour)
		return err
	})
}
