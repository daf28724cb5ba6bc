package clickhouse

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ClickHouse/ch-go/proto"
	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks"
)

func TestWhatMayPass(t *testing.T) {
	refused := func(code proto.Error) error { return &ch.Exception{Code: int32(code)} }
	for _, c := range []struct {
		err    error
		passes bool
	}{
		{refused(proto.ErrTooManyParts), true},
		{refused(proto.ErrAzureBlobStorageError), true},
		{refused(proto.ErrTableIsBeingRestarted), true},
		{refused(proto.ErrServerOverloaded), true},
		{refused(proto.ErrUnknownTable), false},
		{refused(proto.ErrDatabaseAccessDenied), false},
		{refused(proto.ErrNotImplemented), false},
		// The driver lost its place in what a server says.
		{&ch.OpError{Op: "process", Err: errors.New("unexpected packet 72")}, true},
		{&ch.OpError{Op: "batch.Column", Err: errors.New("invalid column index 9")}, false},
		{errors.New("connection reset"), true},
	} {
		got := classify(t.Context(), fmt.Errorf("insert: %w", c.err))
		if sinks.Retryable(got) != c.passes || !errors.Is(got, c.err) {
			t.Errorf("%v: retryable %t", got, sinks.Retryable(got))
		}
	}
}

// The first row of a column finds nothing remembered.
func TestAnEmptyTextIsNoDateAndNoMethod(t *testing.T) {
	get, empty := func(s *string) string { return *s }, ""
	for _, c := range []column[string]{date("local_date", get), methodVersion(get)} {
		if got, err := c.fill(&scratch{}, []*string{&empty}); err == nil {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}
