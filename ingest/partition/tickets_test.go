package partition

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"milepost/ingest/deadletter"
	"milepost/outcome"
	"milepost/sinks"
)

// after is a sink that takes a while for each write.
type after time.Duration

func (a after) Write(ctx context.Context, _ []outcome.Outcome) error {
	select {
	case <-time.After(time.Duration(a)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A sink that takes collisions alone may be behind with one when all sinks have what came
// after it: a checkpoint waits for it all the same.
func TestACheckpointWaitsForAllThatCameOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		collisions := func(o outcome.Outcome) bool { return o.Head().Type == outcome.TypeCollision }
		f := sinks.NewFanout(sinks.FanoutConfig{Linger: time.Microsecond},
			sinks.Named{Name: "alerts", Writer: after(time.Minute), Takes: collisions, First: true}, sinks.Named{Name: "store", Writer: after(time.Second)})
		ended := make(chan error, 1)
		go func() { ended <- f.Run(t.Context()) }()
		var out tickets
		for _, o := range []outcome.Outcome{&outcome.Collision{Header: outcome.Header{Type: outcome.TypeCollision}}, &outcome.Event{}, &outcome.Event{}} {
			ticket, err := f.Submit(t.Context(), []outcome.Outcome{o})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second)
			out.add(ticket)
		}
		if len(out) != 3 || !isDone(out[2]) {
			t.Fatalf("%d tickets are kept, the last one done: %t", len(out), isDone(out[len(out)-1]))
		}
		began := time.Now()
		if err := out.wait(t.Context()); err != nil || time.Since(began).Round(time.Second) != 45*time.Second {
			t.Errorf("waited for %s, error %v", time.Since(began), err)
		}
		if out.add(out[2]); len(out) != 1 {
			t.Errorf("%d tickets are kept of which all are done", len(out))
		}
		if err := errors.Join(f.Close(t.Context()), <-ended); err != nil {
			t.Error(err)
		}
	})
}

// outbox takes outcomes.
type outbox []outcome.Outcome

func (b *outbox) Submit(_ context.Context, batch []outcome.Outcome) (*sinks.Ticket, error) {
	*b = append(*b, batch...)
	return sinks.NewFanout(sinks.FanoutConfig{}).Submit(context.Background(), nil)
}

// While dead letters cannot be written, what came out with them is handed on all the same.
func TestOutcomesDoNotWaitForDeadLetters(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ports, got := newPorts(t, dir(t)), &outbox{}
	ports.Outcomes, ports.Letters = got, away{}
	p := New(Config{Topic: "t"}, ports)
	p.letters = []deadletter.Letter{{}}
	p.cars.Scratch.Out = []outcome.Outcome{&outcome.Collision{}}
	cancel()
	if err := p.handOn(ctx); !errors.Is(err, context.Canceled) || len(*got) != 1 || len(p.letters) != 1 {
		t.Errorf("%d outcomes were handed on, %d letters are left, error %v", len(*got), len(p.letters), err)
	}
}

// A collision is handed on with the record that it came of, and what is not urgent waits
// for the end of the fetch.
func TestACollisionDoesNotWaitForTheRecordsBehindIt(t *testing.T) {
	ports, got := newPorts(t, dir(t)), &outbox{}
	ports.Outcomes = got
	p := New(Config{Topic: "t"}, ports)
	for i, step := range []struct {
		out  []outcome.Outcome
		want int
	}{
		{[]outcome.Outcome{&outcome.Trip{}}, 0}, {nil, 0}, {[]outcome.Outcome{&outcome.Event{}, &outcome.Collision{}}, 3},
		{nil, 3}, {[]outcome.Outcome{&outcome.Event{}}, 3}, {[]outcome.Outcome{&outcome.Collision{}}, 5},
	} {
		p.cars.Scratch.Out = append(p.cars.Scratch.Out, step.out...)
		if err := p.handOnUrgent(t.Context()); err != nil || len(*got) != step.want {
			t.Errorf("after record %d: %d outcomes are handed on, want %d (%v)", i, len(*got), step.want, err)
		}
	}
	if len(p.tickets) == 0 {
		t.Error("no checkpoint waits for them")
	}
}
