package erase

import (
	"context"
	"errors"

	"github.com/segmentio/kafka-go"

	"milepost/sinks"
)

// passing reports whether a broker's refusal is of this moment, as while the group's
// coordinator is elected.
func passing(err error) bool {
	var code kafka.Error
	return errors.As(err, &code) && code.Temporary()
}

// insist tries again, for a few seconds, what a change of leader may have failed: an
// erasure that ends there has to be begun anew by a person.
func insist(ctx context.Context, retryable func(error) bool, try func() error) error {
	const most = 7 // 6.3 s in all
	var backoff sinks.Backoff
	for failures := 1; ; failures++ {
		err := try()
		if failures == most || !retryable(err) {
			return err
		}
		if err := backoff.Wait(ctx, failures); err != nil {
			return err
		}
	}
}
