package main

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/ingest/raw"
	"milepost/sinks"
	"milepost/sinks/clickhouse/clickhousetest"
)

// stepwise makes inserts many and retries quick.
func stepwise() wrappers {
	return wrappers{linger: time.Millisecond, session: 6 * time.Second, backoff: 5 * time.Millisecond}
}

func TestRunWritesToClickHouse(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, town(80), 4)
		cfg := w.onClickHouse(t, clickhousetest.Server(t))
		m := w.start(t, cfg, wrappers{})
		w.stands(t, cfg)
		m.end(t)
	})
}

// The server is killed again and again while inserts are under way.
func TestFaultServerKilledDuringInserts(t *testing.T) {
	server := clickhousetest.Private(t)
	w := newWorld(t, fakeBroker(t), days(81), 3)
	cfg, v := inSmallSteps(w.onClickHouse(t, server.Engine)), newValve()
	m := w.start(t, cfg, betweenWrites(v))
	for range 3 {
		v.let(10)
		server.Kill(t)
		before := m.number(t, "milepost_sink_retries_total")
		until(t, "an insert fails", func() bool {
			if v.held() {
				v.let(1) // those that were let go may have passed before
			}
			return m.number(t, "milepost_sink_retries_total") > before
		})
		server.Restart(t)
	}
	v.open()
	w.stands(t, cfg)
	m.end(t)
	if n := m.number(t, "milepost_rebalances_total"); n != 1 {
		t.Errorf("%v rebalances: the member left its group meanwhile", n)
	}
}

// betweenWrites holds writes back as the valve does, and tries again soon. A busy
// machine's heartbeats come late, and do not count as missed.
func betweenWrites(v *valve) wrappers {
	wrap := v.wrap()
	wrap.backoff, wrap.session = 100*time.Millisecond, 30*time.Second
	return wrap
}

// milepost is killed before and after inserts; what readers see is never anything that
// no undisturbed run gives.
func TestFaultKilledDuringInserts(t *testing.T) {
	w := newWorld(t, fakeBroker(t), days(82), 3)
	cfg := w.onClickHouse(t, clickhousetest.Server(t))
	history, rng := w.revisions(t), rand.New(rand.NewPCG(82, 2026))
	for range 8 {
		j := w.deadlyJob(rng)
		j.Point, j.Count = points[rng.IntN(2)], 1+rng.Int64N(4) // before or after a write
		j.Config.Store = cfg.Store
		if !killed(t, j) {
			t.Fatal("a run found nothing left to do")
		}
		for id, body := range inClickHouse(t, cfg) {
			if !history[id+body] {
				t.Fatalf("an outcome that no undisturbed run gives:\n%s", body)
			}
		}
	}
	m := w.start(t, cfg, wrappers{})
	w.stands(t, cfg)
	m.end(t)
}

// The connection is cut after the rows are with the server and before its word is
// with milepost: they are written again, and readers see one copy.
func TestFaultReplyLostAfterInsert(t *testing.T) {
	w := newWorld(t, fakeBroker(t), days(83), 3)
	cfg := w.onClickHouse(t, clickhousetest.Server(t))
	p := newLossyProxy(t, cfg.Store.ClickHouse.Addresses[0])
	direct := cfg
	cfg.Store.ClickHouse.Addresses = []string{p.addr()}
	m := w.start(t, cfg, stepwise())
	w.stands(t, direct)
	m.end(t)
	if n := p.lost.Load(); n < 4 {
		t.Errorf("%d answers were lost", n)
	}
	if n := m.number(t, "milepost_sink_retries_total"); n < 4 {
		t.Errorf("%v writes were tried again", n)
	}
	if rows := rowsOf(t, direct); rows <= len(withoutWithdrawn(t, w.oracle(t))) {
		t.Errorf("%d rows: nothing was written twice", rows)
	}
}

// rowsOf counts rows as they lie there, every copy.
func rowsOf(t *testing.T, cfg config.Config) (rows int) {
	t.Helper()
	servers, _ := clickhouseOf(cfg.Store.ClickHouse)
	options, err := servers.Options()
	if err != nil {
		t.Fatal(err)
	}
	db := ch.OpenDB(options)
	defer db.Close()
	for _, table := range []string{"trips", "events", "months", "charges", "factors", "collisions"} {
		var n int
		if err := db.QueryRowContext(t.Context(), "SELECT toInt64(count()) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		rows += n
	}
	return rows
}

// The server's disk is full for a while.
func TestFaultFullDiskOfTheServer(t *testing.T) {
	dir := smallDisk(t, "48m")
	server := clickhousetest.Private(t, "CLICKHOUSE_DATA="+dir)
	w := newWorld(t, fakeBroker(t), town(84), 3)
	cfg, v := inSmallSteps(w.onClickHouse(t, server.Engine)), newValve()
	m := w.start(t, cfg, betweenWrites(v))
	v.let(10)
	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast)
	v.open()
	until(t, "inserts fail", func() bool { return m.number(t, "milepost_sink_retries_total") > 3 })
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	w.stands(t, cfg)
	m.end(t)
}

// A user who may only read, and a password that is wrong: milepost says so and does not
// begin, and nothing is made.
func TestFaultServerRefusesForGood(t *testing.T) {
	server := clickhousetest.Server(t)
	w := newWorld(t, fakeBroker(t), town(85), 2)
	cfg := w.onClickHouse(t, server)
	reader := server.Reader(server.Options)
	forbidden, mistaken, missing, empty := cfg, cfg, cfg, cfg
	empty.Store.ClickHouse.Database = server.Database(t).Auth.Database
	forbidden.Store.ClickHouse.Username, forbidden.Store.ClickHouse.Password = reader.Auth.Username, config.Secret(reader.Auth.Password)
	mistaken.Store.ClickHouse.Password = "mistaken"
	missing.Store.ClickHouse.Database = "nowhere"
	for name, c := range map[string]struct {
		cfg  config.Config
		says []string
	}{
		"only reads":     {forbidden, []string{"give it a profile without readonly"}},
		"wrong password": {mistaken, []string{"password"}},
		"no database":    {missing, []string{"nowhere", "milepost store migrate"}},
		"no tables":      {empty, []string{"milepost store migrate"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.cfg.DeadLetters.Topic, c.cfg.Outcomes.Topic = w.topic("new-letters"), w.topic("new-outcomes")
			c.cfg.State.Dir, c.cfg.Store.SQLite = filepath.Join(w.dir, "new-state"), filepath.Join(w.dir, "new.db")
			_, err := newService(t.Context(), c.cfg, testLog(t), wrappers{})
			if err == nil || sinks.Retryable(err) {
				t.Fatalf("run began, or ended with %v", err)
			}
			w.madeNothing(t, c.cfg)
			for _, word := range c.says {
				if !strings.Contains(strings.ToLower(err.Error()), word) {
					t.Errorf("the error does not say %q: %v", word, err)
				}
			}
			t.Log(err)
		})
	}
	m := w.start(t, cfg, wrappers{})
	w.stands(t, cfg)
	m.end(t)
}

// A table goes while milepost runs: it says so and stops.
func TestFaultServerRefusesLater(t *testing.T) {
	w := newWorld(t, fakeBroker(t), town(85), 2)
	cfg := w.onClickHouse(t, clickhousetest.Server(t))
	cfg.Shutdown = 2 * time.Second
	s, err := newService(t.Context(), cfg, testLog(t), stepwise())
	if err != nil {
		t.Fatal(err)
	}
	s.idle = quickly
	servers, _ := clickhouseOf(cfg.Store.ClickHouse)
	options, err := servers.Options()
	if err != nil {
		t.Fatal(err)
	}
	db := ch.OpenDB(options)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "DROP TABLE trips"); err != nil {
		t.Fatal(err)
	}
	err = s.run(t.Context())
	named, ok := errors.AsType[*sinks.SinkError](err)
	if !ok || named.Sink != "clickhouse" || sinks.Retryable(err) || !strings.Contains(err.Error(), "milepost store migrate") {
		t.Errorf("run ended with %v", err)
	}
}

func (w *world) madeNothing(t *testing.T, cfg config.Config) {
	t.Helper()
	fresh := &kafka.Transport{} // with no older view of the topics
	defer fresh.CloseIdleConnections()
	client := w.client()
	client.Transport = fresh
	for _, topic := range []string{cfg.DeadLetters.Topic, cfg.Outcomes.Topic} {
		if _, err := raw.Partitions(t.Context(), client, topic); !errors.Is(err, kafka.UnknownTopicOrPartition) {
			t.Errorf("topic %s was made: %v", topic, err)
		}
	}
	for _, path := range []string{cfg.State.Dir, cfg.Store.SQLite} {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was made: %v", path, err)
		}
	}
}

// The server is away for a minute: reading pauses, memory stays bounded, the member stays
// in the group, and everything is there in the end.
func TestFaultServerAwayForAMinute(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT RUN: takes more than a minute")
	}
	server := clickhousetest.Private(t)
	w := newWorld(t, fakeBroker(t), days(86), 3)
	cfg := inSmallSteps(w.onClickHouse(t, server.Engine))
	server.Kill(t)
	server.Restart(t)
	v := newValve()
	m := w.start(t, cfg, betweenWrites(v))
	v.let(5)
	server.Kill(t)
	v.open()
	before, away := heapInUse(), time.After(time.Minute)
	var read float64
	until(t, "a minute is over", func() bool {
		read = m.number(t, "milepost_records_total")
		select {
		case <-away:
			return true
		default:
			return false
		}
	})
	if n := m.number(t, "milepost_sink_queue_outcomes"); n > 20 {
		t.Errorf("%v outcomes wait", n)
	}
	if int(read) >= len(w.frames)/2 {
		t.Errorf("reading did not pause: %v of %d records", read, len(w.frames))
	}
	if grown := heapInUse() - before; grown > 32<<20 {
		t.Errorf("memory grew by %d MiB", grown>>20)
	}
	server.Restart(t)
	w.stands(t, cfg)
	m.end(t)
	if n := m.number(t, "milepost_rebalances_total"); n != 1 {
		t.Errorf("%v rebalances", n)
	}
}

// heapInUse is what is in use after a collection.
func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // far below
}

// Nothing double, whatever came together: the rows that a reader counts are those of the
// undisturbed run also after the server has merged them.
func TestMergedRowsAreTheFacts(t *testing.T) {
	w := newWorld(t, fakeBroker(t), town(87), 2)
	cfg := w.onClickHouse(t, clickhousetest.Server(t))
	for range 2 { // the second reads everything again, in a group and a state of its own
		m := w.start(t, cfg, wrappers{})
		w.stands(t, cfg)
		m.end(t)
		cfg.Kafka.Group += ".again"
		cfg.State.Dir += ".again"
	}
	servers, _ := clickhouseOf(cfg.Store.ClickHouse)
	options, err := servers.Options()
	if err != nil {
		t.Fatal(err)
	}
	db := ch.OpenDB(options)
	defer db.Close()
	if err := clickhousetest.Merge(t.Context(), db, "trips", "events", "months", "charges", "factors", "collisions"); err != nil {
		t.Fatal(err)
	}
	if want := w.oracle(t); rowsOf(t, cfg) != len(want) || !maps.Equal(inClickHouse(t, cfg), withoutWithdrawn(t, want)) {
		t.Errorf("%d rows after the merge, want %d", rowsOf(t, cfg), len(want))
	}
}
