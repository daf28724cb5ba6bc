package read

import (
	"fmt"
	"math"
	"time"

	"milepost/outcome"
)

// instant scans an event time: an integer, µs since the Unix epoch, or a time.
type instant struct{ to *outcome.Time }

// Scan implements sql.Scanner.
func (i instant) Scan(from any) error {
	switch v := from.(type) {
	case int64:
		*i.to = outcome.Time(v)
	case time.Time:
		*i.to = outcome.Time(v.UnixMicro())
	default:
		return fmt.Errorf("a time is of type %T", from)
	}
	return nil
}

// optional scans a quantity that may be absent: NULL or NaN.
type optional struct{ to **float64 }

// Scan implements sql.Scanner.
func (o optional) Scan(from any) error {
	*o.to = nil
	switch v := from.(type) {
	case nil:
	case float64:
		if !math.IsNaN(v) {
			*o.to = &v
		}
	default:
		return fmt.Errorf("a quantity is of type %T", from)
	}
	return nil
}
