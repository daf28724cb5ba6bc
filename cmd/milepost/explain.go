package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"milepost/outcome"
	"milepost/sinks/read"
)

// explainCmd says where stored results come from.
type explainCmd struct {
	Trip   explainTripCmd   `cmd:"" help:"Explain a trip's scores, its coaching and its tip."`
	Month  explainMonthCmd  `cmd:"" help:"Explain a month's averages and totals."`
	Factor explainFactorCmd `cmd:"" help:"Explain an insurance factor."`
	Charge explainChargeCmd `cmd:"" help:"Explain a charging session."`
}

// explaining is what the commands that explain have in common.
type explaining struct {
	ID string `arg:"" help:"Its id, as --json of the lists gives it, or its first six digits and more; or latest (a month: of --vehicle)."`
	storeChoice
	Vehicle string `placeholder:"ID" help:"Its vehicle: a large store finds it sooner."`
	JSON    bool   `name:"json" help:"Print a JSON document instead."`
}

var idBeginning = regexp.MustCompile(`^[0-9a-f]{6,32}$`)

// Validate checks the flags.
func (c *explaining) Validate() error {
	c.ID = strings.ToLower(c.ID)
	if c.ID != latest && !idBeginning.MatchString(c.ID) {
		return fmt.Errorf("the id is %q: must be 32 hex digits, the first six of them and more, or latest", c.ID)
	}
	return nil
}

// explainer says where a stored result comes from; store is where it was read.
type explainer func(ctx context.Context, store source, o outcome.Outcome) (*explanation, error)

// run finds a fact, explains it, and fails where what is stored is not what its receipt
// gives.
func (c *explaining) run(ctx context.Context, out *terminal, of outcome.Type, explain explainer) error {
	return c.withStore(ctx, out, func(store source) error {
		id, err := c.wholeID(ctx, store, of)
		if err != nil {
			return err
		}
		o, err := store.Fact(ctx, of, c.Vehicle, id)
		if errors.Is(err, read.ErrNotFound) {
			return fmt.Errorf("%s holds no %s %s", store.where, of, id)
		}
		if err != nil {
			return err
		}
		e, err := explain(ctx, store, o)
		if err != nil {
			return err
		}
		e.Type, e.ID, e.Outcome = of, id, o
		wrong := e.wrong()
		if e.Agrees = wrong == nil; c.JSON {
			err = writeLine(out.Stdout, e)
		} else {
			err = e.print(out.Stdout)
		}
		return cmp.Or(err, wrong)
	})
}

func (c *explaining) wholeID(ctx context.Context, store source, of outcome.Type) (string, error) {
	if c.ID == latest {
		return latestID(ctx, store, of, c.Vehicle)
	}
	return wholeID(ctx, store, of, c.Vehicle, c.ID)
}

// wholeID gives the whole id of which some digits are given.
func wholeID(ctx context.Context, store source, of outcome.Type, vehicle, digits string) (string, error) {
	found, err := store.Beginning(ctx, of, vehicle, digits)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", fmt.Errorf("%s holds no %s whose id begins with %s", store.where, of, digits)
	case len(found) > 1:
		return "", fmt.Errorf("%d or more ids of %ss begin with %s, such as %s and %s", len(found), of, digits, found[0], found[1])
	}
	return found[0], nil
}
