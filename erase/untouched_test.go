package erase_test

import (
	"testing"
	"time"

	"milepost/erase"
	"milepost/sinks"
)

// A place that is left alone is told of: the proof is verified, and not complete.
func TestWhatIsLeftAloneIsTold(t *testing.T) {
	p, err := erase.Run(t.Context(), sinks.Subject{Collision: "0123456789abcdef0123456789abcdef"}, erase.Config{Now: time.Now,
		Steps: []erase.Step{&erase.Untouched{Kind: erase.KindState, Name: "here", Why: "it is needed"}}})
	if err != nil {
		t.Fatal(err)
	}
	if !p.Verified || p.Complete || len(p.Stays) != 1 || p.Stays[0] != "state here" || p.Places[0].Warnings[0] != "not looked through: it is needed" {
		t.Errorf("%+v, %+v", p, p.Places[0])
	}
}
