package erase

import (
	"context"

	"milepost/sinks"
)

// Missing is a store that the settings name and that is not there: the proof tells of it,
// as another working directory may have it.
type Missing struct{ Name string }

// Erase implements Step.
func (m *Missing) Erase(context.Context, sinks.Subject, bool) []*Place {
	p := &Place{Kind: KindStore, Name: m.Name, Check: "no such file"}
	p.warn("no such file: where milepost run has written one, run this with its path, or in its working directory")
	return []*Place{p}
}

// Verify implements Step.
func (m *Missing) Verify(_ context.Context, _ sinks.Subject, places []*Place) {
	places[0].Verified = true
}
