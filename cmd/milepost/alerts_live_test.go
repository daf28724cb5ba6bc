package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"milepost/fixtures"
	"milepost/outcome"
	"milepost/sinks/alerts"
	"milepost/telemetry"
)

// crashes is a fleet in which every car drives into something sooner or later.
func crashes(seed uint64) fixtures.Config {
	return fixtures.Config{Seed: seed, Vehicles: 12, Days: 2, MotionHz: 50, SpeedHz: 1, FrameSeconds: 10, CrashesPer1000Km: 30,
		Uplinks: []fixtures.Uplink{fixtures.Stream}}
}

// consenting gives every other car's holder the consent that a care centre needs.
func (w *world) consenting() {
	for i := range w.profiles {
		if i%2 == 0 {
			w.profiles[i].Profiles[0].Consents = []string{outcome.ConsentAssistance}
		}
	}
}

// delay lets what every third car sends arrive later.
func (w *world) delay(by time.Duration) {
	late := map[string]bool{}
	for i := range w.profiles {
		late[w.profiles[i].VehicleID] = i%3 == 2
	}
	for _, f := range w.frames {
		if late[f.VehicleID] {
			f.Arrived += by.Microseconds()
		}
	}
	slices.SortStableFunc(w.frames, func(a, b *telemetry.Frame) int { return cmp.Compare(a.Arrived, b.Arrived) })
}

// newCrashingWorld is a fleet that crashes, and the time at which nothing of it is stale.
func newCrashingWorld(t *testing.T, addr string, seed uint64) (w *world, now time.Time) {
	t.Helper()
	w = newSilentWorld(t, addr, crashes(seed), 3)
	w.consenting()
	w.delay(2 * time.Minute)
	w.produce(t, w.frames)
	return w, time.UnixMicro(w.frames[0].Arrived)
}

// toTell is what an undisturbed run tells a receiver: ce_id and value of each message.
func (w *world) toTell(t *testing.T, to alerts.Receiver, now time.Time) (all []string) {
	t.Helper()
	w.play(t, func(_, body string) {
		o, err := outcome.Decode([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		c, ok := o.(*outcome.Collision)
		if !ok || (alerts.Rule{Within: 24 * time.Hour}).Judge(to, c, now) != alerts.Told {
			return
		}
		m, err := alerts.Message(to, c)
		if err != nil {
			t.Fatal(err)
		}
		value, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s/%d %s", c.ID, c.Revision, value))
	})
	slices.Sort(all)
	return all
}

// telling compares what three topics tell with what an undisturbed run tells.
func (w *world) telling(t *testing.T, now time.Time) (messages map[alerts.Receiver]int) {
	t.Helper()
	messages = map[alerts.Receiver]int{}
	for _, r := range receivers(w.withAlerts(w.config()).Alerts) {
		want := w.toTell(t, r.Receiver, now)
		got := w.told(t, r.topic)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s was told of %d revisions, an undisturbed run tells of %d\n%v\n%v", r.Receiver, len(got), len(want), got, want)
		}
		messages[r.Receiver] = len(got)
	}
	return messages
}

// A crash in telemetry is told of, to each as its rule says, and once.
func TestACrashIsToldOf(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w, now := newCrashingWorld(t, addr, 41)
		cfg := w.withAlerts(w.config())
		m := w.start(t, cfg, wrappers{now: func() time.Time { return now }})
		settled(t, cfg.Store.SQLite, w.oracle(t))
		m.end(t)
		n := w.telling(t, now)
		if n[alerts.Vehicle] < 5 || n[alerts.App] < 5 || n[alerts.Care] == 0 || n[alerts.Care] >= 2*n[alerts.App] {
			t.Errorf("told: %v", n)
		}
		for to, why := range map[alerts.Receiver]alerts.Verdict{alerts.Vehicle: alerts.Late, alerts.App: alerts.Unchanged, alerts.Care: alerts.NoConsent} {
			if counted(m.metrics.AlertsWithheld.WithLabelValues(string(to), string(why))) == 0 {
				t.Errorf("nothing is withheld from %s because it is %s", to, why)
			}
		}
		t.Logf("told: %v", n)
	})
}

// Wherever a run is killed, its successors tell the rest, and nothing else.
func TestKilledAnywhereTellsTheSame(t *testing.T) {
	w, now := newCrashingWorld(t, fakeBroker(t), 42)
	rng := rand.New(rand.NewPCG(5, 2026))
	died := map[string]int{}
	for range 25 {
		j := w.deadlyJob(rng)
		j.Config, j.Now = w.withAlerts(j.Config), now.UnixMicro()
		if !killed(t, j) {
			break
		}
		died[j.Point]++
	}
	cfg := w.withAlerts(w.config())
	m := w.start(t, cfg, wrappers{now: func() time.Time { return now }})
	settled(t, cfg.Store.SQLite, w.oracle(t))
	m.end(t)
	t.Logf("died %v, told: %v", died, w.telling(t, now))
	if len(died) < 3 {
		t.Errorf("died at %v only", slices.Collect(maps.Keys(died)))
	}
}

// The same telemetry read again a month later tells nobody anything.
func TestAnOldTopicTellsNobody(t *testing.T) {
	w, _ := newCrashingWorld(t, fakeBroker(t), 43)
	cfg := w.withAlerts(w.config())
	m := w.start(t, cfg, wrappers{})
	settled(t, cfg.Store.SQLite, w.oracle(t))
	m.end(t)
	for _, r := range receivers(cfg.Alerts) {
		if told := w.told(t, r.topic); len(told) > 0 {
			t.Errorf("%s is told %q", r.Receiver, told)
		}
	}
	if n := m.number(t, "milepost_alerts_withheld_total"); n < 10 || m.number(t, "milepost_alerts_sent_total") != 0 {
		t.Errorf("%v revisions are withheld", n)
	}
}

// A replay makes collisions and tells nobody: it connects to no broker, whatever the
// environment names.
func TestAReplayTellsNobody(t *testing.T) {
	broker, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer broker.Close()
	var called atomic.Int64
	go func() {
		for {
			c, err := broker.Accept()
			if err != nil {
				return
			}
			called.Add(1)
			c.Close()
		}
	}()
	t.Setenv("MILEPOST_KAFKA_BROKERS", broker.Addr().String())
	simulated, err := fixtures.New(crashes(44))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "crashes.arrow")
	v := simulated.Vehicle(0)
	w := createWriter(t, path, v.Profile())
	for f := range v.Frames() {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	closeWriter(t, w)
	lines, _ := replayed(t, path)
	if !strings.Contains(lines, `"type":"collision"`) {
		t.Errorf("the replay gives no collision: %.200s", lines)
	}
	if n := called.Load(); n > 0 {
		t.Errorf("the replay called the broker %d times", n)
	}
}
