package outcome_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/outcome"
)

func TestDecodeRestoresWhatMarshalWrote(t *testing.T) {
	trips, events, months := generator[outcome.Trip](), generator[outcome.Event](), generator[outcome.Month]()
	rapid.Check(t, func(t *rapid.T) {
		trip, event, month := trips.Draw(t, "trip"), events.Draw(t, "event"), months.Draw(t, "month")
		trip.Type, event.Type, month.Type = outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth
		for _, want := range []outcome.Outcome{&trip, &event, &month} {
			b, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := outcome.Decode(b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("outcome (-before +after):\n%s", diff)
			}
		}
	})
}

// generator makes any value of V; times have whole milliseconds, which is what
// the outside form keeps.
func generator[V any]() *rapid.Generator[V] {
	times := rapid.Map(rapid.Int64Range(-1e12, 1e13), func(ms int64) any { return outcome.Time(ms * 1000) })
	return rapid.MakeCustom[V](rapid.MakeConfig{
		Types: map[reflect.Type]*rapid.Generator[any]{reflect.TypeFor[outcome.Time](): times},
	})
}

func TestDecodeRefuses(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"nothing":          {``, "decode outcome: unexpected end"},
		"unknown type":     {`{"type":"journey"}`, `unknown type "journey"`},
		"no type":          {`{}`, `unknown type ""`},
		"time as a number": {`{"type":"trip","at":12}`, "decode outcome"},
		"time in words":    {`{"type":"trip","at":"noon"}`, "parse time of outcome"},
		"wrong field":      {`{"type":"month","days":7}`, "decode outcome of type month"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := outcome.Decode([]byte(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestIDIsFixed(t *testing.T) {
	at := outcome.Time(time.Date(2026, 9, 1, 6, 30, 0, 0, time.UTC).UnixMicro())
	if got, want := outcome.ID("car-7", "trip", at), "7afd7d24e85421e940b142aef9a3a54e"; got != want {
		t.Errorf("ID = %s, want %s: identities must never change", got, want)
	}
	if outcome.ID("car-7t", "rip", at) == outcome.ID("car-7", "trip", at) {
		t.Error("the border between vehicle and kind is lost")
	}
}

func TestTimeReadsAsUTCWithMilliseconds(t *testing.T) {
	at := outcome.Time(time.Date(2026, 9, 1, 8, 30, 0, 123_456_000, time.FixedZone("", 7200)).UnixMicro())
	if got, want := at.String(), "2026-09-01T06:30:00.123Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
