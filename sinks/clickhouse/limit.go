package clickhouse

import (
	"context"
	"fmt"
	"time"
)

// limit gives a context that ends when ctx does, or when release has not been called
// within the time of silence. Release does not end it, as a context's own cancel would:
// the driver watches an insert's context from a goroutine of its own, which may look at
// it only after the insert, and closes the connection if it has ended by then. That one
// is back in the pool and the next insert fails (clickhouse-go's pull request 2032).
func limit(ctx context.Context, silence time.Duration) (_ context.Context, release func()) {
	limited, end := context.WithCancelCause(context.WithoutCancel(ctx))
	if ctx.Err() != nil {
		end(context.Cause(ctx)) // at once: AfterFunc would take its time
	}
	unlink := context.AfterFunc(ctx, func() { end(context.Cause(ctx)) })
	timer := time.AfterFunc(silence, func() { end(fmt.Errorf("no answer within %s", silence)) })
	return limited, func() {
		unlink()
		timer.Stop()
	}
}
