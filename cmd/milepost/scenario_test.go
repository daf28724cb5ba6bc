package main

import (
	"testing"
	"time"

	"milepost/fixtures"
)

// town is a small mixed fleet: every kind of uplink, some hundred records a car.
func town(seed uint64) fixtures.Config {
	return fixtures.Config{Seed: seed, Vehicles: 8, Days: 1, FrameSeconds: 20, SpeedHz: 1}
}

// days is a town for long enough that whatever happens comes in the middle of it.
func days(seed uint64) fixtures.Config {
	return fixtures.Config{Seed: seed, Vehicles: 8, Days: 4, FrameSeconds: 10, SpeedHz: 1}
}

func TestRunGivesWhatAnUndisturbedPlayGives(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, town(1), 4)
		m := w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
	})
}

// A restart in order does nothing again, and goes on where the last process ended.
func TestStopAndStartGoesOn(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(2), 2)
		cfg, want, read := inSmallSteps(w.config()), w.oracle(t), 0.0
		for range 4 {
			v := newValve()
			m := w.start(t, cfg, v.wrap())
			v.let(5)
			until(t, "a write waits", v.held)
			m.stop()
			v.open()
			m.end(t)
			read += m.number(t, "milepost_records_total")
			if len(inStore(t, cfg.Store.SQLite)) >= len(want) {
				t.Fatal("the work was done before the restart")
			}
		}
		m := w.start(t, w.config(), wrappers{})
		settled(t, cfg.Store.SQLite, want)
		m.end(t)
		if read += m.number(t, "milepost_records_total"); int(read) != len(w.frames) {
			t.Errorf("%v records were read, of %d: some twice", read, len(w.frames))
		}
	})
}

// Members that join and leave in the middle of the work move partitions with their
// state; trips stay whole.
func TestRebalancesLeaveTripsUnbroken(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(3), 6)
		cfg, want, v := inSmallSteps(w.config()), w.oracle(t), newValve()
		trickle := func(what string, done func() bool) {
			polls := 0
			until(t, what, func() bool {
				if polls++; polls%3 == 0 && v.held() { // let go of before it waits, much would pass at once later
					v.let(1)
				}
				return done()
			})
			if len(inStore(t, cfg.Store.SQLite)) >= len(want) {
				t.Fatalf("the work was done before %s", what)
			}
		}
		joins := func(m *member) func() bool {
			return func() bool { return m.number(t, "milepost_partition_state") > 0 }
		}
		ends := func(m *member) func() bool {
			m.stop()
			return func() bool { return len(m.ended) > 0 }
		}
		steady := w.start(t, cfg, v.wrap())
		for range 3 {
			a, b := w.start(t, cfg, v.wrap()), w.start(t, cfg, v.wrap())
			trickle("the first has partitions", joins(a))
			trickle("the second has partitions", joins(b))
			trickle("the first is gone", ends(a))
			trickle("the second is gone", ends(b))
			a.end(t)
			b.end(t)
		}
		v.open()
		settled(t, cfg.Store.SQLite, want)
		steady.end(t)
		if n := steady.number(t, "milepost_rebalances_total"); n < 4 {
			t.Errorf("%v rebalances", n)
		}
	})
}

// A topic with nothing in it, and vehicles silent for hours: trips close all the
// same, and the process ends in order.
func TestAnEmptyPartitionDisturbsNobody(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		cfg := town(4)
		cfg.Vehicles = 1
		w := newWorld(t, addr, cfg, 8)
		m := w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
	})
}

// Nothing comes any more: trips that no record has closed stay open until the wall
// clock stands in for arrival times, and close then as they would have by records.
func TestSilenceClosesTrips(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, town(7), 2)
		w.frames = w.frames[:len(w.frames)/2] // the log ends in the middle of drives
		w.produce(t, w.frames)
		w.idle = time.Hour
		m, want := w.start(t, w.config(), wrappers{}), w.oracle(t)
		until(t, "all is read", func() bool { return int(m.number(t, "milepost_records_total")) == len(w.frames) })
		m.end(t)
		if open := len(want) - len(inStore(t, w.config().Store.SQLite)); open == 0 {
			t.Fatal("no trip was open at the end of the log")
		}
		w.idle = 0
		m = w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, want)
		m.end(t)
	})
}

// What came twice counts once.
func TestEveryRecordTwice(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, town(5), 3)
		w.produce(t, w.frames)
		m := w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
	})
}

// The time between two checkpoints does not matter.
func TestRareCheckpoints(t *testing.T) {
	w := newWorld(t, fakeBroker(t), town(6), 2)
	cfg := w.config()
	cfg.State.Every = time.Hour
	m := w.start(t, cfg, wrappers{})
	settled(t, cfg.Store.SQLite, w.oracle(t))
	m.end(t)
}
