package main

import (
	"maps"
	"testing"
	"time"

	"milepost/fixtures"
)

// town is a small mixed fleet: every kind of uplink, some hundred records a car.
func town(seed uint64) fixtures.Config {
	return fixtures.Config{Seed: seed, Vehicles: 8, Days: 1, FrameSeconds: 20, SpeedHz: 1}
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
		w := newWorld(t, addr, town(2), 2)
		cfg, want := w.config(), w.oracle(t)
		for range 5 {
			before := len(inStore(t, cfg.Store.SQLite))
			m := w.start(t, cfg, wrappers{})
			until(t, "something more is stored", func() bool {
				now := inStore(t, cfg.Store.SQLite)
				return len(now) > before || maps.Equal(now, want)
			})
			m.end(t)
		}
		m := w.start(t, cfg, wrappers{})
		settled(t, cfg.Store.SQLite, want)
		m.end(t)
	})
}

// Members that join and leave all the time move partitions with their state; trips
// stay whole.
func TestRebalancesLeaveTripsUnbroken(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, town(3), 6)
		cfg, want := w.config(), w.oracle(t)
		steady := w.start(t, cfg, wrappers{})
		for range 4 {
			a, b := w.start(t, cfg, wrappers{}), w.start(t, cfg, wrappers{})
			seen := len(inStore(t, cfg.Store.SQLite))
			until(t, "the group works on", func() bool {
				now := inStore(t, cfg.Store.SQLite)
				return len(now) > seen || maps.Equal(now, want)
			})
			a.end(t)
			b.end(t)
		}
		settled(t, cfg.Store.SQLite, want)
		steady.end(t)
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
