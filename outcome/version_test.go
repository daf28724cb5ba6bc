package outcome_test

import (
	"testing"

	"milepost/outcome"
)

func TestMethodVersion(t *testing.T) {
	for method, want := range map[string]int{"performance/1": 1, "performance/65535": 65535, "performance/65536": -1,
		"performance": -1, "performance/": -1, "performance/x": -1, "performance/-1": -1, "": -1} {
		got, err := outcome.MethodVersion(method)
		if (err != nil) != (want < 0) || err == nil && int(got) != want {
			t.Errorf("%q: %d, %v, want %d", method, got, err, want)
		}
	}
}

func TestStateAndMethodOfEveryType(t *testing.T) {
	trip := &outcome.Trip{State: outcome.Amended, Receipt: outcome.Receipt{Method: "performance/2"}}
	event := &outcome.Event{State: outcome.Final, Method: "performance/3"}
	month := &outcome.Month{State: outcome.Withdrawn, Method: "performance/4"}
	for _, c := range []struct {
		o      outcome.Outcome
		state  outcome.State
		method string
	}{{trip, outcome.Amended, "performance/2"}, {event, outcome.Final, "performance/3"},
		{month, outcome.Withdrawn, "performance/4"}, {&outcome.Header{}, "", ""},
		{&outcome.Collision{State: outcome.Open, Method: "collision/5"}, outcome.Open, "collision/5"},
		{&outcome.Addition{State: outcome.Final}, outcome.Final, "person/1"}} {
		if state, method := outcome.StateOf(c.o), outcome.MethodOf(c.o); state != c.state || method != c.method {
			t.Errorf("%T: %s, %s, want %s, %s", c.o, state, method, c.state, c.method)
		}
	}
}
