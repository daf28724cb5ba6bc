package readtest

import (
	"fmt"
	"slices"
	"time"

	"milepost/outcome"
)

// scenario is a history with a name, and how much of it there is to see.
type scenario struct {
	name   string
	writes []outcome.Outcome
	seen   string
}

func scenarios() []scenario {
	car, at := vehicles[0], instant(0, 0)
	trip := func(v version) *outcome.Trip { return newTrip(car, accounts[1], at, v) }
	event := func(second int, of *outcome.Trip, lat, lon *float64, v version) *outcome.Event {
		return newEvent(car, of.ID, at+outcome.Time(second)*1_000_000, lat, lon, v)
	}
	month := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	final, amended := version{method: 1, revision: 1}, version{method: 1, revision: 2}
	gone := version{method: 1, revision: 3, withdrawn: true}
	crash := newCollision(car, accounts[1], at, final)
	added := []outcome.Outcome{newAddition(crash, outcome.AdditionAnswer, 60, final), newAddition(crash, outcome.AdditionNote, 90, final),
		newAddition(crash, outcome.AdditionPhoto, 95, final), newAddition(crash, outcome.AdditionAnswer, 3601, final)}
	other := newTrip(car, accounts[2], at+3600_000_000, final)
	return append(scoreScenarios(), []scenario{
		{"nothing", nil, "0 trips, 0 events, 0 months"},
		{"one of each", []outcome.Outcome{trip(final), event(5, trip(final), number(40), number(-3), final), newMonth(car, "d", month, final)},
			"1 trips, 1 events, 1 months"},
		{"absent quantities", []outcome.Outcome{newBareTrip(car, at, final), event(5, trip(final), nil, nil, amended), newMonth(car, "", month, amended)},
			"1 trips, 1 events, 1 months"},
		{"amended", []outcome.Outcome{trip(final), trip(amended), trip(final)}, "1 trips, 0 events, 0 months"},
		{"withdrawn", []outcome.Outcome{trip(final), event(5, trip(final), number(1), number(2), final), newMonth(car, "d", month, final),
			trip(gone), event(5, trip(final), nil, nil, gone), newMonth(car, "d", month, gone)}, "0 trips, 0 events, 0 months"},
		{"withdrawn before it comes", []outcome.Outcome{trip(gone), trip(amended), trip(final)}, "0 trips, 0 events, 0 months"},
		{"back after a withdrawal", []outcome.Outcome{trip(gone), trip(version{method: 1, revision: 4})}, "1 trips, 0 events, 0 months"},
		{"a newer method counts from its first revision", []outcome.Outcome{trip(version{method: 2, revision: 1}), trip(amended), trip(gone)},
			"1 trips, 0 events, 0 months"},
		{"withdrawn by a newer method", []outcome.Outcome{trip(version{method: 2, revision: 1, withdrawn: true}), trip(version{method: 1, revision: 9})},
			"0 trips, 0 events, 0 months"},
		{"an event that moved to another trip", []outcome.Outcome{trip(final), other, event(5, other, nil, nil, final), event(5, trip(final), nil, nil, amended)},
			"2 trips, 1 events, 0 months"},
		{"an event whose place was hidden", []outcome.Outcome{event(5, other, number(40), number(-3), final), event(5, other, nil, nil, amended)},
			"0 trips, 1 events, 0 months"},
		{"speeding", []outcome.Outcome{trip(final), newSpeeding(car, trip(final).ID, at+5_000_000, final), event(5, trip(final), nil, nil, final),
			newSpeeding(car, trip(final).ID, at+9_000_000, amended), newSpeeding(car, trip(final).ID, at+9_000_000, gone)}, "1 trips, 2 events, 0 months"},
		{"drivers of one month", []outcome.Outcome{newMonth(car, "b", month, final), newMonth(car, "a", month, amended), newMonth(car, "", month, final),
			newMonth(car, "a", month.AddDate(0, 1, 0), final)}, "0 trips, 0 events, 4 months"},
		{"years apart, most withdrawn", yearsApart(), "5 trips, 0 events, 0 months"},
		{"an account that has one of two trips", []outcome.Outcome{trip(final), other, event(5, trip(final), nil, nil, final), event(3605, other, nil, nil, final)},
			"2 trips, 2 events, 0 months"},
		{"an account that was amended away", []outcome.Outcome{newTrip(car, accounts[1], at, final), newTrip(car, "", at, amended)},
			"1 trips, 0 events, 0 months"},
		{"a collision and what was added to it", append([]outcome.Outcome{crash, newCollision(car, accounts[1], at, amended)}, added...),
			"0 trips, 0 events, 0 months, 1 collisions, 4 additions"},
		{"added before the collision comes", append(slices.Clone(added), newAirbag(vehicles[2], at, final), crash),
			"0 trips, 0 events, 0 months, 2 collisions, 4 additions"},
		{"a withdrawn collision takes with it what was added", append(append([]outcome.Outcome{crash}, added...), newCollision(car, "", at, gone)),
			"0 trips, 0 events, 0 months, 0 collisions, 4 additions"},
		{"added to a withdrawn collision", append([]outcome.Outcome{newCollision(car, "", at, gone)}, added...),
			"0 trips, 0 events, 0 months, 0 collisions, 4 additions"},
		{"an answer and a photo taken back", append([]outcome.Outcome{crash, newAddition(crash, outcome.AdditionAnswer, 3601, gone),
			newAddition(crash, outcome.AdditionPhoto, 95, gone)}, added...), "0 trips, 0 events, 0 months, 1 collisions, 2 additions"},
		{"an airbag alone, and a step down", []outcome.Outcome{newAirbag(car, at, final), newCollision(vehicles[1], accounts[2], at, amended),
			newCollision(vehicles[1], accounts[2], at, version{method: 1, revision: 5})}, "0 trips, 0 events, 0 months, 2 collisions, 0 additions"},
	}...)
}

// yearsApart is a trip every fourth month, of which one in three is left.
func yearsApart() (all []outcome.Outcome) {
	for i := range 15 {
		at := instant(-120*i, i)
		all = append(all, newTrip(vehicles[1], "", at, version{method: 1, revision: 1}))
		if i%3 != 1 {
			all = append(all, newTrip(vehicles[1], "", at, version{method: 1, revision: 2, withdrawn: true}))
		}
	}
	if len(all) != 25 {
		panic(fmt.Sprintf("%d versions", len(all)))
	}
	return all
}
