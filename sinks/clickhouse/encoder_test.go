package clickhouse

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"milepost/outcome"
)

// wild makes any value of V, with numbers and times of every size.
func wild[V any]() *rapid.Generator[V] {
	numbers := rapid.OneOf(
		rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64),
		rapid.Float64Range(-1000, 1000),
		rapid.Map(rapid.Int64Range(-1e16, 1e16), func(n int64) float64 { return float64(n) }),
		rapid.Map(rapid.IntRange(-3000, 3000), func(n int) float64 { return float64(n) / 10 }),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1e-6, 9.99e-7, 1e-9, 1e-10, 1e20, 1e21, -1e22, 1e100, 5e-324, 1e15, 999999999999999}),
	)
	times := rapid.OneOf(
		rapid.Int64Range(-70_000_000_000_000_000, 300_000_000_000_000_000),
		rapid.Int64Range(1_789_000_000_000_000, 1_789_000_090_000_000),
	)
	return rapid.MakeCustom[V](rapid.MakeConfig{Types: map[reflect.Type]*rapid.Generator[any]{
		reflect.TypeFor[float64]():      rapid.Map(numbers, func(v float64) any { return v }),
		reflect.TypeFor[outcome.Time](): rapid.Map(times, func(t int64) any { return outcome.Time(t) }),
	}})
}

func TestAnEncoderWritesWhatEncodingJSONWrites(t *testing.T) {
	receipts, routes, months := wild[outcome.Receipt](), wild[outcome.Route](), wild[outcome.Month]()
	coachings := wild[outcome.Coaching]()
	rapid.Check(t, func(t *rapid.T) {
		var e encoder // of many facts, as a writer has it
		shared := map[string]float64{"a<b": 1.5, "é": 2}
		for range rapid.IntRange(1, 5).Draw(t, "facts") {
			receipt, parts, days := receipts.Draw(t, "receipt"), routes.Draw(t, "route").Parts, months.Draw(t, "month").Days
			if rapid.Bool().Draw(t, "shared") {
				receipt.Thresholds = shared
			}
			if rapid.Bool().Draw(t, "new batch") {
				e.forget()
			}
			same(t, &e, receipt, func() error { return e.receipt(&receipt) })
			same(t, &e, parts, func() error { return e.parts(parts) })
			same(t, &e, days, func() error { return e.monthDays(days) })
			coaching := coachings.Draw(t, "coaching")
			same(t, &e, coaching, func() error { return e.coaching(&coaching) })
		}
	})
}

func same(t *rapid.T, e *encoder, v any, add func() error) {
	want, err := json.Marshal(v)
	e.out = e.out[:0]
	if got := add(); (got == nil) != (err == nil) {
		t.Fatalf("error %v, want %v", got, err)
	}
	if err == nil && string(e.out) != string(want) {
		t.Fatalf("got\n%s\nwant\n%s", e.out, want)
	}
}

func TestEmptyIsNotNull(t *testing.T) {
	var e encoder
	if err := e.receipt(&outcome.Receipt{Inputs: map[string]float64{}, Tracks: []outcome.TrackSpan{}}); err != nil {
		t.Fatal(err)
	}
	if got, want := string(e.out), `{"method":"","inputs":{},"thresholds":null,"tracks":[],"distances_m":null}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Maps whose keys are never the same twice cost time, not memory.
func TestLayoutsAreBounded(t *testing.T) {
	var e encoder
	for i := range 10 * maxLayouts {
		m := map[string]float64{string(rune('a' + i)): 1}
		want, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		e.out = e.out[:0]
		if e.numbers(m); string(e.out) != string(want) {
			t.Fatalf("got %s, want %s", e.out, want)
		}
	}
	if len(e.layouts) > maxLayouts {
		t.Errorf("%d layouts are kept", len(e.layouts))
	}
}
