package coaching

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
)

// drawTrip is any trip, however odd.
func drawTrip(t *rapid.T) *Trip {
	maybe := func(x float64) float64 {
		if rapid.IntRange(0, 9).Draw(t, "unknown") == 0 {
			return nan
		}
		return x
	}
	f := func(name string, lo, hi float64) float64 { return maybe(rapid.Float64Range(lo, hi).Draw(t, name)) }
	trip := &Trip{
		Powertrain: rapid.SampledFrom([]fleet.Powertrain{"", fleet.Combustion, fleet.Hybrid, fleet.PlugIn, fleet.Electric}).Draw(t, "powertrain"),
		DistanceM:  rapid.Float64Range(0, 5000).Draw(t, "distance"), FuelL: f("fuel", 0, 3), NetKwh: f("net", -3, 9), AmbientC: f("air", -30, 45),
	}
	at, v := int64(start), 0.0
	for range rapid.IntRange(0, 120).Draw(t, "steps") {
		span := rapid.SampledFrom([]float64{1, 1, 1, 0.9, 3, 20}).Draw(t, "span")
		a := rapid.Float64Range(-4, 3).Draw(t, "a")
		v = max(0, min(v+a, 60))
		at += int64(span * 1e6)
		q := Step{At: at, Span: span, V: maybe(v), A: maybe(a), Metres: v * span, Slope: f("slope", -0.5, 0.5),
			Engine: Engine(rapid.IntRange(0, 2).Draw(t, "engine")), FuelL: f("burned", 0, 0.002), DrawnJ: f("drawn", 0, 5e4), RegenJ: f("regenerated", 0, 5e4),
			Indicator: rapid.SampledFrom([]outcome.Mode{"", outcome.ModeEco, outcome.ModeCharge}).Draw(t, "indicator"),
			Limit:     f("limit", 5, 40), Lat: f("lat", -90, 90), Lon: f("lon", -180, 180), Cut: rapid.IntRange(0, 9).Draw(t, "cut") == 0}
		trip.Steps = append(trip.Steps, q)
		if rapid.IntRange(0, 9).Draw(t, "event") == 0 {
			trip.Events = append(trip.Events, Event{Kind: rapid.SampledFrom([]outcome.EventKind{outcome.HarshBraking, outcome.HarshAcceleration, outcome.HarshCornering}).Draw(t, "kind"),
				Start: at - 500_000, Duration: 2, Level: 1, Peak: 4, Speed: f("speed", 0, 40)})
		}
	}
	return trip
}

// Whatever a trip is: no number is missing or infinite, modes are its distance, shares are
// shares, costs and observations lie within it, and its receipt tells the same.
func TestAnyTrip(t *testing.T) {
	var r Result
	rapid.Check(t, func(t *rapid.T) {
		trip := drawTrip(t)
		Coach(trip, &r)
		c := &r.Coaching
		if _, err := json.Marshal(c); err != nil {
			t.Fatal(err)
		}
		if len(r.Flags) != len(trip.Steps) || len(c.Observations) > mostObservations {
			t.Fatalf("%d flags of %d steps, %d observations", len(r.Flags), len(trip.Steps), len(c.Observations))
		}
		if m := c.Modes; m != nil {
			if sum := m.ChargeM + m.EcoM + m.PowerM; sum > 0 && !near(sum, trip.DistanceM, 0.2) {
				t.Fatalf("modes of %.1f m, the trip has %.1f", sum, trip.DistanceM)
			}
		}
		if s := c.RecoveredShare; s != nil && (*s < 0 || *s > 1) {
			t.Fatalf("recovered %.3f of braking", *s)
		}
		within(t, trip, &r)
		again, err := FromReceipt(c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*c, again, cmpopts.IgnoreFields(outcome.Coaching{}, "Observations")); diff != "" {
			t.Fatalf("the receipt tells otherwise (-coaching +receipt):\n%s", diff)
		}
	})
}

func within(t *rapid.T, trip *Trip, r *Result) {
	for _, k := range r.Costs {
		if !(k.EnergyJ > 0) || !(k.StretchJ > 0) || k.StretchJ > k.EnergyJ*(1+1e-9) || k.From >= k.To || k.From < trip.Steps[0].begun() || k.To > trip.Steps[len(trip.Steps)-1].At {
			t.Fatalf("cost %+v", k)
		}
	}
	for i, o := range r.Coaching.Observations {
		if i > 0 && o.At < r.Coaching.Observations[i-1].At || o.Severity < leastSeverity || o.Severity > 1 || o.DurationS <= 0 || (o.Lat == nil) != (o.Lon == nil) {
			t.Fatalf("observation %d: %+v", i, o)
		}
	}
}

// More put back never lowers the share; a harder drive never lowers what acceleration,
// braking and speed cost.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gain := rapid.Float64Range(5, 35).Draw(t, "gain")
		slow, fast := rapid.IntRange(10, 30).Draw(t, "slower"), rapid.IntRange(3, 9).Draw(t, "faster")
		gentle := coach((&ride{}).to(gain, slow).hold(60).to(0, slow).trip(fleet.Hybrid))
		hard := coach((&ride{}).to(gain, fast).hold(60).to(0, fast).trip(fleet.Hybrid))
		for _, cause := range []outcome.Cause{outcome.CauseAcceleration, outcome.CauseBraking} {
			if a, b := costOf(gentle, cause), costOf(hard, cause); b < a-1e-6 {
				t.Fatalf("%s costs %.0f J in a gentle drive, %.0f in a hard one", cause, a, b)
			}
		}
		quick := coach((&ride{v: gain + 5}).hold(60).trip(fleet.Hybrid))
		calm := coach((&ride{v: gain}).hold(60).trip(fleet.Hybrid))
		if costOf(quick, outcome.CauseSpeed) < costOf(calm, outcome.CauseSpeed) {
			t.Fatal("a faster drive costs less")
		}
		some, more := rapid.Float64Range(0, 1e5).Draw(t, "put back"), rapid.Float64Range(0, 1e5).Draw(t, "more")
		put := func(j float64) float64 {
			r := (&ride{v: 20}).hold(60).to(0, 10).each(60, 70, func(q *Step) { q.RegenJ = j })
			return *coach(r.trip(fleet.Hybrid)).Coaching.RecoveredShare
		}
		if put(some+more) < put(some) {
			t.Fatal("more was put back, and the share is less")
		}
	})
}

func costOf(r *Result, c outcome.Cause) float64 {
	for _, k := range r.Costs {
		if k.Cause == c {
			return k.EnergyJ
		}
	}
	return 0
}
