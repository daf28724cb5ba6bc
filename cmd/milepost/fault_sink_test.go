package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"milepost/ingest/deadletter"
	"milepost/outcome"
	"milepost/sinks"
)

// sinkFunc is a sink in front of the real one.
type sinkFunc func(ctx context.Context, batch []outcome.Outcome, to sinks.Writer) error

func (f sinkFunc) wrap() wrappers {
	return wrappers{linger: time.Millisecond, session: 15 * time.Second, backoff: time.Millisecond,
		sink: func(n sinks.Named) sinks.Named { n.Writer = behind{n.Writer, f}; return n }}
}

type behind struct {
	to sinks.Writer
	fn sinkFunc
}

func (b behind) Write(ctx context.Context, batch []outcome.Outcome) error {
	return b.fn(ctx, batch, b.to)
}

// seen counts how often each version of an outcome is written.
type seen struct {
	mu    sync.Mutex
	times map[string]int
}

func (s *seen) wrap() wrappers {
	s.times = map[string]int{}
	return sinkFunc(func(ctx context.Context, batch []outcome.Outcome, to sinks.Writer) error {
		if err := to.Write(ctx, batch); err != nil {
			return err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, o := range batch {
			body, err := json.Marshal(o)
			if err != nil {
				return err
			}
			s.times[string(body)]++
		}
		return nil
	}).wrap()
}

// SIGTERM while the sink is slow: all that was read is written and checkpointed; the
// next process does nothing again.
func TestFaultStopWithASlowSink(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(30), 3)
		cfg, want, v, all := inSmallSteps(w.config()), w.oracle(t), newValve(), &seen{}
		wrap, counted := v.wrap(), all.wrap()
		wrap.sink = func(n sinks.Named) sinks.Named { return counted.sink(v.wrap().sink(n)) }
		m := w.start(t, cfg, wrap)
		v.let(10)
		until(t, "a write waits", v.held)
		m.stop()
		until(t, "the partitions drain", func() bool { return v.held() })
		v.open()
		m.end(t)
		read := m.number(t, "milepost_records_total")
		var kept int64
		for _, next := range w.readUpTo(t, cfg) {
			kept += max(0, next)
		}
		if int64(read) != kept || len(inStore(t, cfg.Store.SQLite)) >= len(want) {
			t.Fatalf("%v records read, %d in checkpoints", read, kept)
		}
		m = w.start(t, w.config(), counted)
		settled(t, cfg.Store.SQLite, want)
		m.end(t)
		if read += m.number(t, "milepost_records_total"); int(read) != len(w.frames) {
			t.Errorf("%v records read of %d", read, len(w.frames))
		}
		for body, n := range all.times {
			if n > 1 {
				t.Errorf("written %d times: %s", n, body)
			}
		}
	})
}

// A sink that does not take anything by the deadline: the end comes all the same,
// with an error, and the next process does the work.
func TestFaultStopWithADeadSink(t *testing.T) {
	w := newWorld(t, fakeBroker(t), days(31), 2)
	cfg, v := inSmallSteps(w.config()), newValve()
	cfg.Shutdown = time.Second
	m := w.start(t, cfg, v.wrap())
	v.let(10)
	until(t, "a write waits", v.held)
	m.stop()
	if err := <-m.ended; err == nil {
		t.Error("outcomes were not delivered, and run ended without an error")
	} else {
		t.Log(err)
	}
	m = w.start(t, w.config(), wrappers{})
	settled(t, cfg.Store.SQLite, w.oracle(t))
	m.end(t)
}

// A sink that is away for longer than the group's session: reading pauses, the
// queue stays within its bound, the member stays in the group, and catches up.
func TestFaultSinkDownForAWhile(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT RUN: takes longer than a session of the group")
	}
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(32), 3)
		down := make(chan struct{})
		wrap := sinkFunc(func(ctx context.Context, batch []outcome.Outcome, to sinks.Writer) error {
			select {
			case <-down:
				return to.Write(ctx, batch)
			default:
				return &sinks.RetryableError{Err: errors.New("away")}
			}
		}).wrap()
		wrap.backoff = 100 * time.Millisecond
		m := w.start(t, inSmallSteps(w.config()), wrap)
		until(t, "the sink is tried", func() bool { return m.number(t, "milepost_sink_retries_total") > 0 })
		var read float64
		back := time.After(2 * wrap.session)
		until(t, "the sink is back", func() bool {
			if n := m.number(t, "milepost_sink_queue_outcomes"); n > 10 { // one batch: what one fetch gave
				t.Fatalf("%v outcomes wait", n)
			}
			select {
			case <-back:
				return true
			default:
				read = m.number(t, "milepost_records_total")
				return false
			}
		})
		if int(read) >= len(w.frames)/2 {
			t.Errorf("reading did not pause: %v of %d records", read, len(w.frames))
		}
		if n := m.number(t, "milepost_rebalances_total"); n != 1 {
			t.Errorf("%v rebalances", n)
		}
		close(down)
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
		if n := m.number(t, "milepost_rebalances_total"); n != 1 {
			t.Errorf("%v rebalances", n)
		}
	})
}

// A write is applied and its answer lost: it is written again, and one copy is seen,
// in the store and, by identity and revision, in the topic of outcomes.
func TestFaultInsertOutcomeUnknown(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(33), 3)
		var mu sync.Mutex
		writes := 0
		lossy := sinkFunc(func(ctx context.Context, batch []outcome.Outcome, to sinks.Writer) error {
			if err := to.Write(ctx, batch); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if writes++; writes%2 == 1 {
				return &sinks.RetryableError{Err: errors.New("the answer was lost")}
			}
			return nil
		})
		cfg, want := inSmallSteps(w.config()), w.oracle(t)
		cfg.Outcomes.Topic = w.topic("outcomes")
		m := w.start(t, cfg, lossy.wrap())
		settled(t, cfg.Store.SQLite, want)
		m.end(t)
		if n := m.number(t, "milepost_sink_retries_total"); n < 10 {
			t.Errorf("%v writes were tried again", n)
		}
		topic, copies := w.outcomes(t)
		if !maps.Equal(topic, want) {
			t.Errorf("the topic's newest versions differ from the undisturbed run's: %d of %d", len(topic), len(want))
		}
		if copies <= len(want) {
			t.Errorf("%d records in the topic, and none twice", copies)
		}
	})
}

// outcomes is what the topic of outcomes tells: the newest version of each.
func (w *world) outcomes(t *testing.T) (newest map[string]string, records int) {
	t.Helper()
	newest = map[string]string{}
	revisions := map[string]int{}
	err := w.log().Scan(t.Context(), w.topic("outcomes"), func(_ int, r *deadletter.Record) error {
		var head struct {
			ID       string `json:"id"`
			Revision int    `json:"revision"`
		}
		if err := json.Unmarshal(r.Value, &head); err != nil {
			return err
		}
		records++
		if head.Revision >= revisions[head.ID] {
			revisions[head.ID], newest[head.ID] = head.Revision, string(r.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return newest, records
}

// A sink that refuses for good: run stops, says which sink and why, and what was
// refused is not acknowledged: it comes again.
func TestFaultSinkRefusesForGood(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(34), 3)
		refused := errors.New("no right to write")
		writes := 0
		cfg := inSmallSteps(w.config())
		cfg.Shutdown = 3 * time.Second
		m := w.start(t, cfg, sinkFunc(func(ctx context.Context, batch []outcome.Outcome, to sinks.Writer) error {
			if writes++; writes > 10 {
				return refused
			}
			return to.Write(ctx, batch)
		}).wrap())
		err := <-m.ended
		var named *sinks.SinkError
		if !errors.Is(err, refused) || !errors.As(err, &named) || named.Sink != "sqlite" {
			t.Fatalf("run ended with %v", err)
		}
		want := w.oracle(t)
		if maps.Equal(inStore(t, cfg.Store.SQLite), want) {
			t.Fatal("everything was written before the refusal")
		}
		m = w.start(t, w.config(), wrappers{})
		settled(t, cfg.Store.SQLite, want)
		m.end(t)
	})
}
