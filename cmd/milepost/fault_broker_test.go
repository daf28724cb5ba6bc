package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"milepost/ingest/deadletter"
	"milepost/ingest/decode"
	"milepost/ingest/raw"
	"milepost/telemetry"
)

// wire is the network in front of an in-process broker.
type wire struct {
	net.Listener
	mu      sync.Mutex
	open    map[*lineTo]struct{}
	down    bool
	refused atomic.Int64
}

// lineTo is one connection; a mute one takes the broker's answers and loses them.
type lineTo struct {
	net.Conn
	mute atomic.Bool
}

func (l *lineTo) Write(b []byte) (int, error) {
	if l.mute.Load() {
		return len(b), nil
	}
	return l.Conn.Write(b)
}

// Accept implements net.Listener.
func (w *wire) Accept() (net.Conn, error) {
	for {
		c, err := w.Listener.Accept()
		if err != nil {
			return nil, err
		}
		w.mu.Lock()
		if !w.down {
			l := &lineTo{Conn: c}
			w.open[l] = struct{}{}
			w.mu.Unlock()
			return l, nil
		}
		w.mu.Unlock()
		w.refused.Add(1)
		c.Close()
	}
}

// cut ends all connections and takes no more until mended.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for l := range w.open {
		l.Close()
	}
	clear(w.open)
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = false
}

// hush makes all connections that there are mute for ever.
func (w *wire) hush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for l := range w.open {
		l.mute.Store(true)
	}
}

func wiredBroker(t *testing.T) (*wire, string) {
	t.Helper()
	w := &wire{open: map[*lineTo]struct{}{}}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.ListenFn(func(network, address string) (net.Listener, error) {
		l, err := net.Listen(network, address)
		w.Listener = l
		return w, err
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return w, cluster.ListenAddrs()[0]
}

// The broker goes away in the middle of the work and comes back.
func TestFaultBrokerAway(t *testing.T) {
	network, addr := wiredBroker(t)
	w := newWorld(t, addr, days(50), 3)
	cfg, want, v := inSmallSteps(w.config()), w.oracle(t), newValve()
	m := w.start(t, cfg, v.wrap())
	for range 3 {
		v.let(5)
		until(t, "a write waits", v.held)
		if len(inStore(t, cfg.Store.SQLite)) >= len(want) {
			t.Fatal("the work was done before the broker went away")
		}
		network.cut()
		v.let(3)
		before := network.refused.Load()
		until(t, "it is looked for", func() bool { return network.refused.Load() > before+3 })
		network.mend()
	}
	v.open()
	settled(t, cfg.Store.SQLite, want)
	m.end(t)
}

// The broker takes connections and answers on none of those that there are: that is
// noticed, and others are made.
func TestFaultBrokerSilent(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT RUN: waits until requests are given up")
	}
	network, addr := wiredBroker(t)
	w := newWorld(t, addr, days(51), 3)
	cfg, want, v := inSmallSteps(w.config()), w.oracle(t), newValve()
	m := w.start(t, cfg, v.wrap())
	v.let(5)
	until(t, "a write waits", v.held)
	network.hush()
	v.open()
	if len(inStore(t, cfg.Store.SQLite)) >= len(want) {
		t.Fatal("the work was done before the broker fell silent")
	}
	settled(t, cfg.Store.SQLite, want)
	m.end(t)
}

// kill -9 of a real broker in the middle of the work, and its restart. It disturbs
// everybody who uses the broker, so only dev/chaos asks for it.
func TestFaultBrokerKilled(t *testing.T) {
	if os.Getenv("MILEPOST_CHAOS") == "" {
		t.Skip("NOT RUN: dev/chaos runs it, with a broker to kill")
	}
	addr := realBroker(t)
	own, err := os.ReadFile("../../.cache/kafka/run/bootstrap")
	if err != nil || strings.TrimSpace(string(own)) != addr {
		t.Fatalf("%s is not the broker of dev/kafka: %v", addr, err)
	}
	w := newWorld(t, addr, days(52), 3)
	// Other tests share this transport, whose connections have died.
	defer kafka.DefaultTransport.(*kafka.Transport).CloseIdleConnections()
	cfg, want, v := inSmallSteps(w.config()), w.oracle(t), newValve()
	m := w.start(t, cfg, v.wrap())
	for range 2 {
		v.let(5)
		until(t, "a write waits", v.held)
		if len(inStore(t, cfg.Store.SQLite)) >= len(want) {
			t.Fatal("the work was done before the broker was killed")
		}
		for _, what := range []string{"kill", "restart"} {
			if out, err := exec.CommandContext(t.Context(), "../../dev/kafka", what).CombinedOutput(); err != nil {
				t.Fatalf("dev/kafka %s: %v\n%s", what, err, out)
			}
			v.let(3)
		}
	}
	v.open()
	settled(t, cfg.Store.SQLite, want)
	m.end(t)
}

// Retention deletes records that were not read yet: by the policy milepost stops and
// says so, or counts the gap and goes on with what is left.
func TestFaultRetentionOutranUs(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(53), 2)
		cfg, v := inSmallSteps(w.config()), newValve()
		m := w.start(t, cfg, v.wrap())
		v.let(10)
		until(t, "a write waits", v.held)
		m.stop()
		v.open()
		m.end(t)
		const lost = 150
		from, places := w.readUpTo(t, cfg), w.places(t)
		upTo := kadm.Offsets{}
		for p, next := range from {
			upTo.AddOffset(w.topic("telemetry"), int32(p), max(0, next)+lost, -1)
		}
		w.deleteRecords(t, upTo)
		m = w.start(t, cfg, wrappers{})
		var out *raw.OutOfRangeError
		if err := <-m.ended; !errors.As(err, &out) || out.LogStart-out.Offset != lost {
			t.Fatalf("run ended with %v", err)
		} else {
			t.Log(err)
		}
		w.forget(func(name string, occurrence int) bool {
			at := places[name][occurrence]
			start := max(0, from[at.Partition])
			return at.Offset >= start && at.Offset < start+lost
		})
		cfg = w.config()
		cfg.OnGap = "continue"
		m = w.start(t, cfg, wrappers{})
		settled(t, cfg.Store.SQLite, w.oracle(t))
		m.end(t)
		gaps, records := m.number(t, "milepost_offset_gaps_total"), m.number(t, "milepost_offset_gap_records_total")
		if gaps != 2 || records != 2*lost {
			t.Errorf("%v gaps with %v records", gaps, records)
		}
	})
}

func nameOf(f *telemetry.Frame) string { return fmt.Sprint(f.VehicleID, "/", f.Boot, "/", f.Sequence) }

// places says where each frame's record lies, by its occurrence.
func (w *world) places(t *testing.T) map[string][]deadletter.Origin {
	t.Helper()
	all := map[string][]deadletter.Origin{}
	var coder decode.Milepost
	err := w.log().Scan(t.Context(), w.topic("telemetry"), func(partition int, r *deadletter.Record) error {
		f := telemetry.Frame{VehicleID: string(r.Key)}
		if err := coder.Decode(r.Value, &f); err != nil {
			return err
		}
		all[nameOf(&f)] = append(all[nameOf(&f)], deadletter.Origin{Partition: partition, Offset: r.Offset})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// forget takes frames out of what the oracle plays.
func (w *world) forget(lost func(name string, occurrence int) bool) {
	var left []*telemetry.Frame
	times := map[string]int{}
	for _, f := range w.frames {
		name := nameOf(f)
		if !lost(name, times[name]) {
			left = append(left, f)
		}
		times[name]++
	}
	w.frames = left
}

func (w *world) deleteRecords(t *testing.T, upTo kadm.Offsets) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(w.addr))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	answer, err := kadm.NewClient(client).DeleteRecords(t.Context(), upTo)
	if err == nil {
		err = answer.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
}
