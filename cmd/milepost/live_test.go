package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/config"
	"milepost/fixtures"
	"milepost/fleet"
	"milepost/ingest/raw"
	"milepost/ingest/uplink"
	"milepost/outcome"
	"milepost/replay"
	"milepost/telemetry"
)

// eachBroker runs a scenario on an in-process broker and, where MILEPOST_KAFKA names
// one, on an Apache Kafka.
func eachBroker(t *testing.T, scenario func(t *testing.T, addr string)) {
	t.Run("kfake", func(t *testing.T) { scenario(t, fakeBroker(t)) })
	t.Run("kafka", func(t *testing.T) { scenario(t, realBroker(t)) })
}

func fakeBroker(t *testing.T) string {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return cluster.ListenAddrs()[0]
}

func realBroker(t *testing.T) string {
	t.Helper()
	addr := os.Getenv("MILEPOST_KAFKA")
	switch {
	case addr != "":
	case os.Getenv("MILEPOST_REQUIRE_SERVICES") != "":
		t.Fatal("MILEPOST_KAFKA names no broker, and MILEPOST_REQUIRE_SERVICES is set (dev/kafka up starts one)")
	default:
		t.Skip("NOT RUN ON A REAL BROKER: MILEPOST_KAFKA names none (dev/kafka up starts one)")
	}
	return addr
}

// world is a simulated fleet whose telemetry stands in a topic.
type world struct {
	addr, name string
	partitions int
	dir        string
	frames     []*telemetry.Frame
	profiles   []fleet.History
	idle       time.Duration // of partitions; 0: quickly
	onto       *roadmap      // of undisturbed runs; nil for none
}

var worlds atomic.Int64

// newWorld writes a fleet's profiles and telemetry to topics of its own.
func newWorld(t *testing.T, addr string, cfg fixtures.Config, partitions int) *world {
	t.Helper()
	w := newSilentWorld(t, addr, cfg, partitions)
	w.produce(t, w.frames)
	return w
}

// newSilentWorld leaves the telemetry to be written.
func newSilentWorld(t *testing.T, addr string, cfg fixtures.Config, partitions int) *world {
	t.Helper()
	w := &world{addr: addr, partitions: partitions, dir: t.TempDir(),
		name: fmt.Sprintf("test-%d-%d-%d", os.Getpid(), time.Now().UnixNano(), worlds.Add(1))}
	simulated, err := fixtures.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i := range simulated.Vehicles() {
		w.profiles = append(w.profiles, fleet.Always(simulated.Vehicle(i).Profile()))
	}
	for f := range simulated.Frames() {
		c := &telemetry.Frame{}
		c.CopyFrom(f)
		c.Arrived -= c.Arrived % 1000 // Kafka's times have milliseconds
		w.frames = append(w.frames, c)
	}
	w.createTopics(t)
	w.produce(t, nil)
	return w
}

func (w *world) topic(name string) string { return w.name + "." + name }

func (w *world) client() *kafka.Client {
	return &kafka.Client{Addr: kafka.TCP(w.addr), Timeout: time.Minute}
}

func (w *world) createTopics(t *testing.T) {
	t.Helper()
	for _, name := range []string{"telemetry", "profiles", "dead-letters", "outcomes"} {
		// Simulated records are of long ago: with a broker's usual week they would be gone. Ten years.
		settings := []string{"message.timestamp.type", "CreateTime", "retention.ms", "315360000000"}
		until(t, name+" is made", func() bool {
			_, err := uplink.Create(t.Context(), w.client(), w.topic(name), w.partitions, settings...)
			if err != nil && !raw.Retryable(err) {
				t.Fatal(err)
			}
			return err == nil
		})
	}
}

// recordsTogether is how many records go into one request: few, so that a small fetch
// brings few, and whatever happens to a run happens in the middle of its work.
const recordsTogether = 50

// produce writes the profiles, and frames behind them, as an uplink does.
func (w *world) produce(t *testing.T, frames []*telemetry.Frame) {
	t.Helper()
	to := uplink.NewWriter(kafka.DefaultTransport, kafka.TCP(w.addr))
	defer to.Close()
	for _, h := range w.profiles {
		body, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		if err := to.Profile(t.Context(), w.topic("profiles"), h.VehicleID, time.UnixMicro(w.frames[0].Arrived), body); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, f := range frames {
		if err := to.Frame(t.Context(), w.topic("telemetry"), f); err != nil {
			t.Fatal(err)
		}
		if i%recordsTogether != 0 {
			continue
		}
		if err := to.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// config is what `milepost run` reads of this world, with its state in a folder.
func (w *world) config() config.Config {
	c := config.Default()
	c.Factors.Topic = ""
	c.Kafka.Brokers = []string{w.addr}
	c.Kafka.Group = w.topic("group")
	c.Telemetry = []config.Input{{Topic: w.topic("telemetry"), Format: "milepost-protobuf", MaxRecordBytes: 1 << 20}}
	c.Profiles.Topic = w.topic("profiles")
	c.DeadLetters.Topic = w.topic("dead-letters")
	c.Outcomes.Topic, c.Alerts = "", noAlerts(c.Alerts)
	c.State.Dir = filepath.Join(w.dir, "state")
	c.State.Every = 50 * time.Millisecond
	c.Store.SQLite = filepath.Join(w.dir, "store.db")
	c.Limits.FetchBytes = 64 << 10
	c.HTTP.Listen = ""
	return c
}

// oracle is what an undisturbed run over the same frames gives: the newest revision
// of each outcome that was not withdrawn, as JSON by id.
func (w *world) oracle(t *testing.T) map[string]string {
	t.Helper()
	newest := map[string]string{}
	w.play(t, func(id, body string) { newest[id] = body })
	maps.DeleteFunc(newest, func(_, body string) bool { return strings.Contains(body, `"state":"withdrawn"`) })
	return newest
}

// revisions is all that an undisturbed run gives, as ids with JSON.
func (w *world) revisions(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	w.play(t, func(id, body string) { all[id+body] = true })
	return all
}

func (w *world) play(t *testing.T, each func(id, body string)) {
	t.Helper()
	player, err := replay.NewPlayer(nil)
	if err != nil {
		t.Fatal(err)
	}
	player.On(w.onto.follower(t.Context()))
	for _, h := range w.profiles {
		if err := player.Know(h); err != nil {
			t.Fatal(err)
		}
	}
	given := 0
	emit := func(o outcome.Outcome) error {
		given++
		body, err := json.Marshal(o)
		each(o.Head().ID, string(body))
		return err
	}
	for _, f := range w.frames {
		c := &telemetry.Frame{}
		c.CopyFrom(f)
		if err := player.Record(c, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := player.Finish(emit); err != nil {
		t.Fatal(err)
	}
	if given == 0 {
		t.Fatal("an undisturbed run gives nothing")
	}
}

// until polls a condition, for as long as the test may take.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(5 * time.Minute)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// member is a running `milepost run`.
type member struct {
	*service
	stop  context.CancelFunc
	ended chan error
}

// quickly is how long a partition must be silent in tests before its trips close.
const quickly = 500 * time.Millisecond

func (w *world) start(t *testing.T, cfg config.Config, wrap wrappers) *member {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	m := &member{stop: stop, ended: make(chan error, 1)}
	s, err := newService(ctx, cfg, testLog(t), wrap)
	if err != nil {
		t.Fatal(err)
	}
	s.idle = cmp.Or(w.idle, quickly)
	m.service = s
	go func() { m.ended <- s.run(ctx) }()
	t.Cleanup(func() { m.stop() })
	return m
}

// end stops a member in order.
func (m *member) end(t *testing.T) {
	t.Helper()
	m.stop()
	if err := <-m.ended; err != nil {
		t.Fatalf("run ended with: %v", err)
	}
}
