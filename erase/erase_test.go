package erase

import (
	"context"
	"errors"
	"slices"
	"testing"

	"milepost/sinks"
)

// step counts how often it was asked to erase; store is one that keeps rows.
type (
	step  struct{ erased int }
	store struct{ sinks.Eraser }
)

func (s *step) Erase(context.Context, sinks.Subject, bool) []*Place {
	s.erased++
	return []*Place{{Verified: true}}
}

func (s *step) Verify(context.Context, sinks.Subject, []*Place) {}

var errHeld = errors.New("held")

func (store) Held(context.Context, sinks.Subject) error { return errHeld }

func (store) Count(context.Context, sinks.Subject) (sinks.Rows, error) { return nil, nil }

// What a store keeps for a dispute keeps all places as they are; a dry run looks.
func TestNothingIsErasedWhereRowsAreHeld(t *testing.T) {
	for dry, want := range map[bool]int{false: 0, true: 1} {
		state := &step{}
		p, err := Run(t.Context(), sinks.Subject{Vehicle: "car-7"}, Config{Now: now, DryRun: dry, Steps: []Step{state, &Store{To: store{}}}})
		if errors.Is(err, errHeld) == dry || (p != nil) != dry || state.erased != want {
			t.Errorf("dry run %t: %+v, error %v; the state was asked %d times", dry, p, err, state.erased)
		}
	}
}

type fixed []*Place

func (f fixed) Erase(context.Context, sinks.Subject, bool) []*Place { return f }

func (fixed) Verify(context.Context, sinks.Subject, []*Place) {}

// Where records stay for ever an erasure may be verified, and is not complete.
func TestAnErasureIsNotCompleteWhereRecordsStay(t *testing.T) {
	for never, want := range map[bool][]string{false: nil, true: {"outcomes facts"}} {
		places := fixed{{Kind: KindStore, Name: "a", Verified: true}, {Kind: KindOutcomes, Name: "facts", Verified: true, Never: never}}
		p, err := Run(t.Context(), sinks.Subject{Vehicle: "car-7"}, Config{Now: now, Steps: []Step{places}})
		if err != nil || !p.Verified || p.Complete == never || !slices.Equal(p.Stays, want) {
			t.Errorf("never gone %t: %+v, error %v", never, p, err)
		}
	}
}
