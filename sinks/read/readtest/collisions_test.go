package readtest

import (
	"reflect"
	"testing"

	"milepost/outcome"
	"milepost/outcome/schema"
)

// The suite's collision has a value in every field: what a store forgets is seen. Late and
// the vertical axis are those of other versions.
func TestTheWholeCollisionIsWhole(t *testing.T) {
	whole, late := reflect.ValueOf(*NewCollision("car-1", "account-1", instant(0, 0))), *newCollision("car-1", "a", instant(0, 0), version{method: 1, revision: 3})
	for i := range whole.NumField() {
		name := whole.Type().Field(i).Name
		if whole.Field(i).IsZero() && (name != "Late" || !late.Late) {
			t.Errorf("%s is not set", name)
		}
	}
}

// What the suite writes is what milepost would.
func TestCollisionsAreValid(t *testing.T) {
	v, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	at, gone := instant(0, 0), version{method: 1, revision: 2, withdrawn: true}
	c := NewCollision("car-1", "account-1", at)
	for _, o := range []outcome.Outcome{c, NewAirbag("car-1", at), newCollision("car-1", "", at, gone), newAddition(c, outcome.AdditionPhoto, 1, gone),
		NewAddition(c, outcome.AdditionAnswer, 1), NewAddition(c, outcome.AdditionNote, 1), NewAddition(c, outcome.AdditionPhoto, 1)} {
		if err := v.Validate(o); err != nil {
			t.Error(err)
		}
	}
}
