package clickhouse

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimit(t *testing.T) {
	stopped := errors.New("the service stops")
	for name, c := range map[string]struct {
		do   func(stop context.CancelCauseFunc, release func())
		want string
	}{
		"nothing said":           {func(context.CancelCauseFunc, func()) { time.Sleep(time.Minute) }, "no answer within 1m0s"},
		"its parent ends":        {func(stop context.CancelCauseFunc, _ func()) { stop(stopped) }, "the service stops"},
		"released":               {func(_ context.CancelCauseFunc, release func()) { release() }, ""},
		"released, then silence": {func(_ context.CancelCauseFunc, release func()) { release(); time.Sleep(time.Hour) }, ""},
		"released, then stopped": {func(stop context.CancelCauseFunc, release func()) { release(); stop(stopped) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancelCause(t.Context())
				defer stop(nil)
				limited, release := limit(ctx, time.Minute)
				defer release()
				c.do(stop, release)
				synctest.Wait()
				if err := context.Cause(limited); (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
					t.Errorf("ended by %v, want %q", err, c.want)
				}
			})
		})
	}
}

func TestLimitOfWhatHasEnded(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	limited, release := limit(ctx, time.Minute)
	defer release()
	if !errors.Is(limited.Err(), context.Canceled) {
		t.Errorf("got %v", limited.Err())
	}
}
