package export

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
)

// Source streams stored facts: a *read.Model.
type Source interface {
	Outcomes(ctx context.Context, r read.Range, do func(outcome.Outcome) error) error
	// Factors lists insurance factors, the latest first.
	Factors(ctx context.Context, which read.FactorFilter, before read.Key, limit int) ([]*outcome.Factor, error)
	// Photo gives the bytes of an addition.
	Photo(ctx context.Context, which read.Identity) ([]byte, error)
}

// ErrNothing is returned where a store holds nothing of the vehicle in the range.
var ErrNothing = errors.New("the store holds nothing of this vehicle")

// Request says what to export.
type Request struct {
	Vehicle string
	// Account limits it to what happened while the account had the vehicle, and leaves
	// months and factors out, which belong to no account. Empty for all: those of owners before as well.
	Account string
	// From and To bound the facts' times: From <= at < To, 0 for open. Of the months all
	// are given that overlap the range, whole, and so of the factors' periods.
	From, To outcome.Time
	// MadeOn is the day that the manifest bears; only its date is used, so that on one
	// day the same facts give the same bytes.
	MadeOn time.Time
	// Version is that of milepost.
	Version string
}

// Counts is what an export holds.
type Counts struct {
	Trips  int `json:"trips"`
	Events int `json:"events"`
	Months int `json:"months"`
	Tracks int `json:"gpx_tracks"`

	Charges int `json:"charges"`
	Factors int `json:"factors"`

	Collisions int `json:"collisions"`
	Additions  int `json:"additions"`
	Photos     int `json:"photos"`
}

// facts are a vehicle's, in the order of their times.
type facts struct {
	trips  []*outcome.Trip
	events []*outcome.Event
	months []*outcome.Month

	charges []*outcome.Charge
	factors []*outcome.Factor

	collisions []*outcome.Collision
	additions  []*outcome.Addition // photos without their contents
}

func (f *facts) empty() bool {
	return len(f.trips)+len(f.events)+len(f.months)+len(f.charges)+len(f.factors)+len(f.collisions)+len(f.additions) == 0
}

// Write writes the zip. It reads the store first: with ErrNothing, or where the store
// fails, nothing is written. Photos alone are read one by one while the zip is written.
func Write(ctx context.Context, to io.Writer, from Source, r Request) (Counts, error) {
	f, err := gather(ctx, from, r)
	if err != nil {
		return Counts{}, fmt.Errorf("export a vehicle: %w", err)
	}
	a := &archive{zip: zip.NewWriter(to)}
	counts, err := a.fill(ctx, from, f, r)
	if err = errors.Join(err, a.zip.Close()); err != nil {
		return Counts{}, fmt.Errorf("export a vehicle: %w", err)
	}
	return counts, nil
}

// gather reads the vehicle's facts. A month's time is that of its start.
func gather(ctx context.Context, from Source, r Request) (*facts, error) {
	f := &facts{}
	asked := read.Range{Vehicle: r.Vehicle, Account: r.Account, From: r.From, To: r.To}
	if r.From != 0 {
		at := r.From.Std()
		// Local months begin up to a day beside those of UTC.
		asked.From = outcome.Time(time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -1).UnixMicro())
	}
	collected := map[string]bool{} // collisions in the range
	err := from.Outcomes(ctx, asked, func(o outcome.Outcome) error {
		switch o := o.(type) {
		case *outcome.Month:
			if r.From == 0 || o.Month >= asked.From.Std().AddDate(0, 0, 1).Format("2006-01") {
				f.months = append(f.months, o)
			}
			return nil
		case *outcome.Addition:
			if collected[o.CollisionID] {
				light := *o
				light.Content = nil
				f.additions = append(f.additions, &light)
			}
			return nil
		}
		if o.Head().At < r.From {
			return nil
		}
		if o.Head().Type == outcome.TypeCollision {
			collected[o.Head().ID] = true
		}
		return f.take(o)
	})
	if err == nil && r.Account == "" {
		f.factors, err = factorsOf(ctx, from, r)
	}
	if err == nil && f.empty() {
		err = ErrNothing
	}
	return f, err
}

// take adds a fact that lies in the range.
func (f *facts) take(o outcome.Outcome) error {
	switch o := o.(type) {
	case *outcome.Trip:
		f.trips = append(f.trips, o)
	case *outcome.Event:
		f.events = append(f.events, o)
	case *outcome.Charge:
		f.charges = append(f.charges, o)
	case *outcome.Factor: // they are asked for by their periods, which are long
	case *outcome.Collision:
		f.collisions = append(f.collisions, o)
	default:
		return fmt.Errorf("no place for outcomes of Go type %T", o)
	}
	return nil
}
