package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"milepost/sinks"
)

// missingTries is how often a statement is tried before its table is taken for missing, for
// half a minute at least: as long as the other's statement waits for servers of 2018.
const missingTries = 13

// remaking is how long to wait between two tries.
var remaking = sinks.Backoff{Max: 10 * time.Second, Jitter: rand.Float64}

// executeAmong runs a statement of a step where others may migrate at once. Tables over
// those of all shards, and views, are made anew by two statements, as servers of 2018
// cannot alter them; to another's statement between the two they are missing. It is
// run again until they are back.
func (s *session) executeAmong(ctx context.Context, statement string) error {
	for failures := 1; ; failures++ {
		err := s.execute(ctx, statement)
		if !hasCode(err, codeUnknownTable) && !hasCode(err, codeTableDropped) || failures == missingTries {
			return err
		}
		if stopped := s.waitMissing(ctx, failures); stopped != nil {
			return errors.Join(err, fmt.Errorf("wait for the table: %w", stopped))
		}
	}
}

// executePart runs statements as one, or each by itself where a column of theirs is there
// already, from a run that was cut off or by another who migrates.
func (s *session) executePart(ctx context.Context, part []string) error {
	if len(part) > 1 {
		err := s.once(ctx, joined(part))
		if !columnIsThere(err) {
			return err
		}
	}
	for _, statement := range part {
		if statement == "" {
			continue
		}
		if err := s.executeAmong(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
