// Package measure plays recorded and simulated drives and says how good their scores and
// events are against what is known of them. docs/method/performance.md quotes it.
package measure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
	"milepost/replay/capture"
	"milepost/replay/csvimport"
	"milepost/replay/mappings"
	"milepost/telemetry"
)

// played is what came out of drives, newest revisions only, by time.
type played struct {
	trips  []*outcome.Trip
	events []*outcome.Event
}

// newest keeps the highest revision of each outcome.
type newest map[string]outcome.Outcome

func (n newest) add(o outcome.Outcome) error {
	if old := n[o.Head().ID]; old == nil || old.Head().Revision < o.Head().Revision {
		n[o.Head().ID] = o
	}
	return nil
}

func (n newest) played() (p played) {
	for _, o := range n {
		switch o := o.(type) {
		case *outcome.Trip:
			if o.State != outcome.Withdrawn {
				p.trips = append(p.trips, o)
			}
		case *outcome.Event:
			if o.State != outcome.Withdrawn {
				p.events = append(p.events, o)
			}
		}
	}
	slices.SortFunc(p.trips, func(a, b *outcome.Trip) int { return int(a.StartedAt - b.StartedAt) })
	slices.SortFunc(p.events, func(a, b *outcome.Event) int { return int(a.StartedAt - b.StartedAt) })
	return p
}

// recorded imports files by one of milepost's own mappings and plays them, with harsh
// manoeuvres judged by each of the thresholds in turn.
func recorded(ctx context.Context, set, path string, by ...*detectors.Thresholds) (all []played, err error) {
	text, ok := mappings.Lookup(set)
	if !ok {
		return nil, fmt.Errorf("measure %s: there is no mapping of that name", set)
	}
	m, err := csvimport.Load(set, text)
	if err != nil {
		return nil, fmt.Errorf("measure %s: %w", set, err)
	}
	dir, err := os.MkdirTemp("", "milepost-measure-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for a capture: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	out := filepath.Join(dir, set+".arrow")
	if _, err := csvimport.Import(ctx, m, csvimport.Options{Files: []string{path}, Out: out}); err != nil {
		return nil, fmt.Errorf("measure %s: %w", set, err)
	}
	for _, t := range by {
		p, err := playCapture(out, t)
		if err != nil {
			return nil, fmt.Errorf("measure %s: %w", set, err)
		}
		all = append(all, p)
	}
	return all, nil
}

func playCapture(path string, by *detectors.Thresholds) (p played, err error) {
	r, err := capture.Open(path)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	frames := func(yield func(*telemetry.Frame, error) bool) {
		var f telemetry.Frame
		for {
			err := r.Next(&f)
			if errors.Is(err, io.EOF) || !yield(&f, err) {
				return
			}
		}
	}
	return play(r.Profiles(), by, frames)
}

// play sends frames through the pipeline.
func play(profiles []fleet.Profile, by *detectors.Thresholds, frames iter.Seq2[*telemetry.Frame, error]) (played, error) {
	player, err := replay.NewPlayer(profiles)
	if err != nil {
		return played{}, err
	}
	player.Judge(by)
	out := newest{}
	for f, err := range frames {
		if err != nil {
			return played{}, err
		}
		if err := player.Record(f, out.add); err != nil {
			return played{}, err
		}
	}
	if err := player.Finish(out.add); err != nil {
		return played{}, err
	}
	return out.played(), nil
}
