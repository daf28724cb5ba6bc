package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"milepost/ingest/raw"
	"milepost/sinks"
)

// follow reads a partition from an offset on until ctx is done, which is no error. What
// may pass is tried again. Where the partition no longer holds the offset, reading goes
// on with the oldest record that it has, or at its end where it was made anew shorter.
func follow(ctx context.Context, from *raw.Fetcher, next int64, take func(*raw.Record) error) error {
	backoff := sinks.Backoff{Jitter: rand.Float64}
	for failures := 0; ; {
		x, err := from.Fetch(ctx, next)
		if ctx.Err() != nil {
			if x != nil {
				x.Release()
			}
			return nil
		}
		var gone *raw.OutOfRangeError
		switch {
		case err == nil:
			failures, next = 0, x.Next
			err = x.Each(take)
			x.Release()
			if err != nil {
				return err
			}
		case errors.As(err, &gone):
			next = max(gone.LogStart, min(next, gone.LogEnd))
		case !raw.Retryable(err):
			return fmt.Errorf("read on: %w", err)
		default:
			failures++
			if backoff.Wait(ctx, failures) != nil {
				return nil
			}
		}
	}
}
