package readtest

import (
	"testing"

	"milepost/outcome"
	"milepost/outcome/schema"
)

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
