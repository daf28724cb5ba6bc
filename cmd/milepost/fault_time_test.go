package main

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/fixtures"
	"milepost/telemetry"
)

// A vehicle whose clock is wrong by a day, or stands in 1970, moves nobody else.
func TestFaultClockOfOneVehicle(t *testing.T) {
	day := (24 * time.Hour).Microseconds()
	for name, move := range map[string]func(f *telemetry.Frame, first int64){
		"a day ahead":           func(f *telemetry.Frame, _ int64) { f.Start += day },
		"a day behind":          func(f *telemetry.Frame, _ int64) { f.Start -= day },
		"1970":                  func(f *telemetry.Frame, first int64) { f.Start -= first },
		"GPS weeks rolled over": func(f *telemetry.Frame, _ int64) { f.Start -= 1024 * 7 * day },
		"a jump back in the middle": func(f *telemetry.Frame, first int64) {
			if f.Start > first+day/4 {
				f.Start -= day / 8
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSilentWorld(t, fakeBroker(t), town(23), 2)
			wrong := w.frames[0].VehicleID
			sound := func(vehicle string) bool { return vehicle != wrong }
			want, first := of(w.oracle(t), sound), w.frames[0].Start
			for _, f := range w.frames {
				if f.VehicleID == wrong {
					move(f, first)
				}
			}
			w.produce(t, w.frames)
			m := w.start(t, w.config(), wrappers{})
			until(t, "the others' outcomes are those of an undisturbed run", func() bool {
				return maps.Equal(of(inStore(t, w.config().Store.SQLite), sound), want)
			})
			until(t, "all records are read", func() bool { return int(m.number(t, "milepost_records_total")) == len(w.frames) })
			m.end(t)
			for _, l := range w.letters(t) {
				if l.Key != wrong {
					t.Errorf("a letter of another vehicle: %+v", l)
				}
			}
		})
	}
}

// Records out of order by up to half a minute give the same outcomes as in order.
func TestFaultOutOfOrderWithinTheWindow(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		cfg := town(24)
		cfg.Uplinks = []fixtures.Uplink{fixtures.Stream, fixtures.Batch, fixtures.Repeat}
		w := newSilentWorld(t, addr, cfg, 3)
		inOrder := w.oracle(t)
		shuffled(w, 20*time.Second)
		if !maps.Equal(inOrder, w.oracle(t)) {
			t.Fatal(cmp.Diff(inOrder, w.oracle(t)))
		}
		w.produce(t, w.frames)
		m := w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
	})
}

// Records that come hours late amend their trips, as the player amends them.
func TestFaultHoursLate(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, days(25), 3)
		rng := rand.New(rand.NewPCG(1, 25))
		for _, f := range w.frames {
			if rng.IntN(20) == 0 {
				f.Arrived += (time.Hour + time.Duration(rng.Int64N(int64(5*time.Hour)))).Milliseconds() * 1000
			}
		}
		slices.SortStableFunc(w.frames, func(a, b *telemetry.Frame) int { return int(a.Arrived - b.Arrived) })
		w.produce(t, w.frames)
		m := w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
		if n := m.number(t, "milepost_late_frames_total"); n < 10 {
			t.Errorf("%v frames were late", n)
		}
	})
}

// shuffled delays each record by up to so long.
func shuffled(w *world, most time.Duration) {
	rng := rand.New(rand.NewPCG(1, 24))
	for _, f := range w.frames {
		f.Arrived += rng.Int64N(most.Milliseconds()) * 1000
	}
	slices.SortStableFunc(w.frames, func(a, b *telemetry.Frame) int { return int(a.Arrived - b.Arrived) })
}
