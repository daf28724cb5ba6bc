package partition

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milepost/ingest/decode"
	"milepost/ingest/raw"
)

// delivery is what one fetch brought, with the profiles that had been written by then.
type delivery struct {
	records  *raw.Fetched
	profiles []profile
	opening  bool  // these are the profiles before the first record
	skipped  int64 // records that retention took before they were read
	err      error
}

func (d delivery) release() {
	if d.records != nil {
		d.records.Release()
	}
}

// reader fetches ahead of the work. It owns no state that a checkpoint holds.
type reader struct {
	cfg      Config
	to       Ports
	next     int64
	profiles int64 // offset of the next profile
	heard    bool  // the profiles were read to their end once
	fresh    bool  // there was no checkpoint to begin with
	identity decode.Identity
}

func (p *Partition) reader(next, profiles int64) *reader {
	return &reader{cfg: p.cfg, to: p.to, next: next, profiles: profiles, fresh: p.fresh, identity: p.to.Identity}
}

// run fetches until ctx is done or something cannot be mended, and closes the channel.
func (r *reader) run(ctx context.Context, to chan<- delivery) {
	defer close(to)
	for ctx.Err() == nil {
		d, err := r.fetch(ctx)
		switch {
		case ctx.Err() != nil:
			d.release()
			return
		case err != nil && raw.Retryable(err):
			if errors.Is(err, context.DeadlineExceeded) {
				r.to.Watch.All.WatchdogRestarts.Inc()
			}
			r.to.Log.Warn("fetch failed, trying again", "error", err.Error())
			pause(ctx, r.cfg.Retry)
			continue
		}
		d.err = err
		select {
		case to <- d:
		case <-ctx.Done():
			d.release()
			return
		}
		if err != nil {
			return
		}
	}
}

// ask is one fetch, given up where no answer comes for too long.
func (r *reader) ask(ctx context.Context, from Source, offset int64) (*raw.Fetched, error) {
	limited, cancel := context.WithTimeout(ctx, r.cfg.Watchdog)
	defer cancel()
	return from.Fetch(limited, offset)
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// fetch gives the next records and the profiles that belong before them.
func (r *reader) fetch(ctx context.Context) (d delivery, err error) {
	if r.to.Profiles != nil && !r.heard {
		// The first records wait until what is known of their vehicles has been read.
		if d.profiles, err = r.readProfiles(ctx); err != nil {
			return d, err
		}
		r.heard, d.opening = true, true
		return d, nil
	}
	x, err := r.ask(ctx, r.to.Records, r.next)
	if out := (*raw.OutOfRangeError)(nil); errors.As(err, &out) {
		return r.jump(out)
	}
	if err != nil {
		return d, fmt.Errorf("read records from offset %d: %w", r.next, err)
	}
	if r.to.Profiles != nil {
		if d.profiles, err = r.readProfiles(ctx); err != nil {
			x.Release()
			return d, err
		}
	}
	d.records, r.next = x, x.Next
	return d, nil
}

// jump goes on where the log begins now, if the policy says so.
func (r *reader) jump(out *raw.OutOfRangeError) (d delivery, err error) {
	if !r.cfg.Continue || out.Offset > out.LogEnd {
		return d, out
	}
	d.skipped = out.LogStart - r.next
	r.next = out.LogStart
	return d, nil
}

// readProfiles reads the profiles' partition to its end.
func (r *reader) readProfiles(ctx context.Context) (all []profile, err error) {
	next, compacted := r.profiles, r.fresh && !r.heard
	for {
		x, err := r.ask(ctx, r.to.Profiles, next)
		if out := (*raw.OutOfRangeError)(nil); errors.As(err, &out) && out.Offset < out.LogStart {
			next, compacted = out.LogStart, true // newer ones are there of all that was taken
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read profiles from offset %d: %w", next, err)
		}
		err = x.Each(func(rec *raw.Record) error {
			compacted = compacted || rec.Offset != next
			next = rec.Offset + 1
			one := r.profile(rec)
			one.compacted = compacted
			all = append(all, one)
			return nil
		})
		compacted = compacted || next != x.Next
		next = x.Next
		// What an open transaction holds back does not belong before these records.
		end := min(x.HighWatermark, x.LastStable)
		x.Release()
		if err != nil {
			return nil, fmt.Errorf("read profiles: %w", err)
		}
		if next >= end {
			r.profiles = next
			return all, nil
		}
	}
}
