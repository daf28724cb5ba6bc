package readtest

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/sinks/read"
)

// drawHistory makes some facts of every type with their versions, of which any may be a
// withdrawal.
func drawHistory(t *rapid.T) []outcome.Outcome {
	var history []outcome.Outcome
	trips := map[string][]string{} // by vehicle and day: an event is near its trip
	for range rapid.IntRange(1, 8).Draw(t, "facts") {
		vehicle, at := rapid.SampledFrom(vehicles).Draw(t, "vehicle"), drawInstant(t)
		near := vehicle + at.Std().Format(time.DateOnly)
		trips[near] = append(trips[near], outcome.ID(vehicle, "trip", at))
		driver := rapid.SampledFrom([]string{"", "a", "b'"}).Draw(t, "driver")
		month := time.Date(2026, time.Month(rapid.IntRange(1, 3).Draw(t, "month")), 1, 0, 0, 0, 0, time.UTC)
		for _, v := range drawVersions(t) {
			history = append(history, newTrip(vehicle, rapid.SampledFrom(accounts).Draw(t, "account"), at, v))
		}
		for _, v := range drawVersions(t) {
			history = append(history, newEvent(vehicle, rapid.SampledFrom(trips[near]).Draw(t, "trip"), at+1, drawDegrees(t, 90), drawDegrees(t, 170), v))
		}
		for _, v := range drawVersions(t) {
			history = append(history, newSpeeding(vehicle, rapid.SampledFrom(trips[near]).Draw(t, "speeding on"), at+2, v))
		}
		for _, v := range drawVersions(t) {
			history = append(history, newMonth(vehicle, driver, month, v))
		}
		for _, v := range drawVersions(t) {
			history = append(history, newCharge(vehicle, rapid.SampledFrom(accounts).Draw(t, "charging"), at+3, v))
		}
		policy, product := rapid.SampledFrom(policies).Draw(t, "policy"), rapid.SampledFrom([]outcome.Product{outcome.ProductUBI, outcome.ProductPHI}).Draw(t, "product")
		for _, v := range drawVersions(t) {
			history = append(history, newFactor(vehicle, policy, product, month, v))
		}
		history = append(history, drawCollision(t, vehicle, at)...)
	}
	return withoutRevived(once(history))
}

// drawCollision makes versions of a collision and of what was added to it.
func drawCollision(t *rapid.T, vehicle string, at outcome.Time) (history []outcome.Outcome) {
	var to *outcome.Collision
	for _, v := range drawVersions(t) {
		to = newCollision(vehicle, rapid.SampledFrom(accounts).Draw(t, "holder"), at, v)
		if rapid.Bool().Draw(t, "airbag") {
			to = newAirbag(vehicle, at, v)
		}
		history = append(history, to)
	}
	kinds := []outcome.AdditionKind{outcome.AdditionAnswer, outcome.AdditionNote, outcome.AdditionPhoto}
	for range rapid.IntRange(0, 3).Draw(t, "additions") {
		v := version{method: 1, revision: rapid.Uint32Range(1, 2).Draw(t, "revision"), withdrawn: rapid.IntRange(0, 5).Draw(t, "withdrawn") == 0}
		history = append(history, newAddition(to, rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.IntRange(1, 4).Draw(t, "after"), v))
	}
	return history
}

// withoutRevived leaves out what was added to a collision that is withdrawn and then comes
// back: a store may have deleted it in between.
func withoutRevived(history []outcome.Outcome) []outcome.Outcome {
	revived := map[string]bool{}
	for _, gone := range history {
		for _, later := range history {
			if outcome.StateOf(gone) == outcome.Withdrawn && outcome.StateOf(later) != outcome.Withdrawn &&
				gone.Head().ID == later.Head().ID && newer(later, gone) {
				revived[gone.Head().ID] = true
			}
		}
	}
	return slices.DeleteFunc(history, func(o outcome.Outcome) bool {
		a, ok := o.(*outcome.Addition)
		return ok && revived[a.CollisionID]
	})
}

// once leaves out what has the name of a version that was drawn before: a version is
// the same for ever.
func once(history []outcome.Outcome) (out []outcome.Outcome) {
	seen := map[string]bool{}
	for _, o := range history {
		if n := name(o.Head().ID, methodOf(o), o.Head().Revision); !seen[n] {
			seen[n] = true
			out = append(out, o)
		}
	}
	return out
}

// drawVersions gives a few versions of one fact.
func drawVersions(t *rapid.T) []version {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) version {
		return version{method: rapid.Uint32Range(1, 2).Draw(t, "method"), revision: rapid.Uint32Range(1, 4).Draw(t, "revision"),
			withdrawn: rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0}
	}), 1, 4).Draw(t, "versions")
}

// drawInstant gives a time of this year or of years before; some are the same.
func drawInstant(t *rapid.T) outcome.Time {
	day := rapid.SampledFrom([]int{0, 0, 1, 30, 70, -100, -500, -2000}).Draw(t, "day")
	return instant(day, rapid.IntRange(0, 3).Draw(t, "second"))
}

func drawDegrees(t *rapid.T, most int) *float64 {
	if rapid.IntRange(0, 3).Draw(t, "hidden") == 0 {
		return nil
	}
	return number(float64(rapid.IntRange(-most, most).Draw(t, "degrees")))
}

func drawBox(t *rapid.T) read.Box {
	return read.Box{South: float64(rapid.IntRange(-90, 0).Draw(t, "south")), North: float64(rapid.IntRange(0, 90).Draw(t, "north")),
		West: float64(rapid.IntRange(-170, 170).Draw(t, "west")), East: float64(rapid.IntRange(-170, 170).Draw(t, "east"))}
}
