package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/clickhouse/clickhousetest"
)

// quick is a patience for tests in which a server falls silent: more than it takes to answer
// on a busy machine.
var quick = patience{silence: 10 * time.Second, away: 200 * time.Millisecond}

// proxy forwards connections to a server, and can cut, swallow or hold what it says.
type proxy struct {
	listener net.Listener
	to       string
	mode     atomic.Int32
	inserts  atomic.Int32 // answers to pass on before the mode sets in
}

const (
	forward int32 = iota
	cut           // the server's word is dropped, and then the connection
	silent        // the server's word is dropped
)

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, to: to}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				in.Close()
				continue
			}
			go p.requests(in, out)
			go p.answers(in, out)
		}
	}()
	return p
}

func (p *proxy) requests(in, out net.Conn) {
	_, _ = io.Copy(out, in)
	out.Close()
}

// endOfStream is how a server says that an insert is stored.
const endOfStream = 5

func (p *proxy) answers(in, out net.Conn) {
	defer in.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := out.Read(buf)
		if err != nil {
			return
		}
		stored := n == 1 && buf[0] == endOfStream
		if mode := p.mode.Load(); stored && mode != forward && p.inserts.Add(-1) < 0 {
			if mode == cut {
				return
			}
			continue
		}
		if _, err := in.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) in(opts *ch.Options) *ch.Options {
	o := cloned(opts)
	o.Addr = []string{p.listener.Addr().String()}
	return o
}

// through gives a writer whose words pass the proxy.
func (s *store) through(t *testing.T, p *proxy) *Writer {
	t.Helper()
	w, err := openWriter(t.Context(), p.in(s.opts), Layout{}, usual)
	if err != nil {
		t.Fatal(err)
	}
	w.servers.patience = quick
	t.Cleanup(func() { closing(t, w.Close) })
	return w
}

const distinct = "SELECT toUInt64(count()), toUInt64(uniqExact(id)) FROM "

// An insert whose answer is lost is made again; readers see one.
func TestAnAnswerIsLost(t *testing.T) {
	for name, mode := range map[string]int32{"cut": cut, "silence": silent} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t, clickhousetest.Server(t))
			p := newProxy(t, s.opts.Addr[0])
			w := s.through(t, p)
			batch := []outcome.Outcome{anEvent("car", start), aTrip("car", start), aMonth("car", start), aTrip("other", start)}
			p.inserts.Store(1) // the trips are acknowledged, the events are not
			p.mode.Store(mode)
			err := w.Write(t.Context(), batch)
			var again *sinks.RetryableError
			if !errors.As(err, &again) {
				t.Fatalf("got %v", err)
			}
			if len(again.Left) != 2 || again.Left[0] != batch[0] || again.Left[1] != batch[2] {
				t.Fatalf("left: %v", again.Left)
			}
			p.mode.Store(forward)
			if err := w.Write(t.Context(), again.Left); err != nil {
				t.Fatal(err)
			}
			if got := s.one(t, distinct+"trips"); got != "2|2" {
				t.Errorf("trips: %s", got)
			}
			if got := s.one(t, distinct+"events"); got != "2|1" {
				t.Errorf("events: %s, want one written twice", got)
			}
			if got := s.one(t, distinct+"events FINAL"); got != "1|1" {
				t.Errorf("events as they count: %s", got)
			}
		})
	}
}

// A peer that takes nothing at all is noticed too.
func TestAServerThatStopsReading(t *testing.T) {
	p := clickhousetest.Private(t)
	s := storeIn(t, p.Database(t))
	w, err := openWriter(t.Context(), cloned(s.opts), Layout{}, quick)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Write(t.Context(), []outcome.Outcome{aTrip("car", start)}); err != nil {
		t.Fatal(err)
	}
	stop(t, p)
	large := make([]outcome.Outcome, 50_000)
	for i := range large {
		large[i] = aTrip("car", start+outcome.Time(i))
	}
	began := time.Now()
	err = w.Write(t.Context(), large) // the driver alone would wait for ever
	if !sinks.Retryable(err) || time.Since(began) > time.Minute {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

func TestOpenSaysWhatToDo(t *testing.T) {
	e := clickhousetest.Server(t)
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	for _, c := range []struct {
		name      string
		change    func(*ch.Options)
		retryable bool
		want      string
	}{
		{"nobody listens", func(o *ch.Options) { o.Addr = []string{nobody.Addr().String()} }, true, "connection refused"},
		{"a wrong password", func(o *ch.Options) { o.Auth.Password = "wrong" }, false, signIn},
		{"an unknown user", func(o *ch.Options) { o.Auth.Username = "nobody" }, false, signIn},
		{"no database", func(o *ch.Options) { o.Auth.Database = "nowhere" }, false, "create the database"},
		{"no tables", func(*ch.Options) {}, false, runMigrate},
		{"one for HTTP", func(o *ch.Options) {
			o.Addr, o.DialTimeout = []string{os.Getenv("MILEPOST_CLICKHOUSE_HTTP")}, time.Second
		}, true, "is this the HTTP port"},
		{"one away, the other refuses", func(o *ch.Options) {
			o.Addr, o.Auth.Password = []string{nobody.Addr().String(), o.Addr[0]}, "wrong"
		}, false, signIn},
	} {
		t.Run(c.name, func(t *testing.T) {
			opts := e.Database(t)
			c.change(opts)
			_, err := openWriter(t.Context(), opts, Layout{}, usual)
			if err == nil || sinks.Retryable(err) != c.retryable || !strings.Contains(err.Error(), c.want) {
				t.Errorf("retryable %t: %v, want %q", sinks.Retryable(err), err, c.want)
			}
		})
	}
}

// What would be refused for good is refused before anything is read, and nothing is
// written to find it out.
func TestOpenTriesToInsert(t *testing.T) {
	e := clickhousetest.Server(t)
	for name, c := range map[string]struct {
		before, want string
		reader       bool
	}{
		"the user may only read": {"", "give it a profile without readonly", true},
		"a table is gone":        {"DROP TABLE months", runMigrate, false},
		"a column is gone":       {"ALTER TABLE events DROP COLUMN speed_kmh", runMigrate, false},
		"nothing is wrong":       {"", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s, opts := newStore(t, e), (*ch.Options)(nil)
			if opts = cloned(s.opts); c.reader {
				opts = e.Reader(s.opts)
			}
			if c.before != "" {
				if _, err := s.db.ExecContext(t.Context(), c.before); err != nil {
					t.Fatal(err)
				}
			}
			w, err := openWriter(t.Context(), opts, Layout{}, usual)
			switch {
			case err == nil && c.want == "":
				closing(t, w.Close)
			case err == nil || c.want == "" || sinks.Retryable(err) || !strings.Contains(err.Error(), c.want):
				t.Errorf("retryable %t: %v, want %q", sinks.Retryable(err), err, c.want)
			}
			if got := s.one(t, distinct+"trips"); got != "0|0" {
				t.Errorf("trips: %s", got)
			}
		})
	}
}

func TestWhatAServerRefusesForGood(t *testing.T) {
	e := clickhousetest.Server(t)
	for _, c := range []struct {
		name, before, want string
		reader             bool
	}{
		{"a table is gone", "DROP TABLE events", runMigrate, false},
		{"a column is gone", "ALTER TABLE events DROP COLUMN speed_kmh", runMigrate, false},
		{"a column has another type", "ALTER TABLE events MODIFY COLUMN speed_kmh String", "column speed_kmh", false},
		{"the user may only read", "", "may only read", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t, e)
			w := s.Writer
			if c.reader {
				closing(t, w.Close)
				var err error
				if w.conn, err = ch.Open(e.Reader(s.opts)); err != nil { // the right was taken away since
					t.Fatal(err)
				}
			} else if _, err := s.db.ExecContext(t.Context(), c.before); err != nil {
				t.Fatal(err)
			}
			err := w.Write(t.Context(), []outcome.Outcome{anEvent("car", start)})
			if err == nil || sinks.Retryable(err) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	e := clickhousetest.Server(t)
	s := newStore(t, e)
	encrypted := e.TLS(t, s.opts)
	cfg := Config{Addresses: encrypted.Addr, Database: s.opts.Auth.Database, Username: s.opts.Auth.Username,
		Password: s.opts.Auth.Password, TLS: TLS{Enabled: true, CAFile: e.CA()}}
	w, err := OpenWriter(t.Context(), cfg, Layout{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Write(t.Context(), []outcome.Outcome{aTrip("car", start)}); err != nil {
		t.Error(err)
	}
	cfg.TLS.CAFile = ""
	if _, err := OpenWriter(t.Context(), cfg, Layout{}); err == nil || sinks.Retryable(err) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a server that nobody vouches for: %v", err)
	}
}

// The first server is used while it answers, the second meanwhile.
func TestFailoverAndBack(t *testing.T) {
	first, second := clickhousetest.Private(t), clickhousetest.Private(t)
	opts := []*ch.Options{first.Clone(), second.Clone()}
	counts := func() string {
		var out []string
		for _, o := range opts {
			db := ch.OpenDB(cloned(o))
			var n int64
			if err := db.QueryRow("SELECT toInt64(count()) FROM trips").Scan(&n); err != nil {
				out = append(out, "away")
			} else {
				out = append(out, fmt.Sprint(n))
			}
			db.Close()
		}
		return strings.Join(out, " ")
	}
	for _, o := range opts {
		migrated(t, o)
	}
	both := cloned(opts[0])
	both.Addr = append(both.Addr, opts[1].Addr...)
	w, err := openWriter(t.Context(), both, Layout{}, quick)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, end := context.WithTimeout(t.Context(), 3*time.Minute)
	defer end()
	n := 0
	write := func(want string) {
		t.Helper()
		n++
		for { // what Fanout does
			err := w.Write(ctx, []outcome.Outcome{aTrip("car", start+outcome.Time(n))})
			if err == nil {
				break
			}
			if !sinks.Retryable(err) {
				t.Fatal(err)
			}
		}
		if got := counts(); want != "" && got != want {
			t.Errorf("write %d: the servers have %s trips, want %s", n, got, want)
		}
	}
	write("1 0")
	first.Kill(t)
	write("away 1")
	first.Restart(t)
	for counts() == fmt.Sprintf("1 %d", n-1) { // until the connection to the second is old
		write("")
	}
	if got, want := counts(), fmt.Sprintf("2 %d", n-2); got != want {
		t.Errorf("after the first came back: %s, want %s", got, want)
	}
}

// A server is killed while a fan-out fills it, and comes back.
func TestAServerIsKilledDuringInserts(t *testing.T) {
	p := clickhousetest.Private(t)
	s := storeIn(t, p.Database(t))
	w, err := openWriter(t.Context(), cloned(s.opts), Layout{}, quick)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var retries atomic.Int32
	f := sinks.NewFanout(sinks.FanoutConfig{Queue: 2000, Linger: time.Millisecond, Backoff: sinks.Backoff{Max: 100 * time.Millisecond},
		Hooks: sinks.Hooks{Retried: func(string, int, error) { retries.Add(1) }}}, sinks.Named{Name: "clickhouse", Writer: w})
	ended := make(chan error, 1)
	go func() { ended <- f.Run(t.Context()) }()
	ctx, giveUp := context.WithTimeout(t.Context(), 5*time.Minute)
	defer giveUp()
	batches := 0
	for range 2 {
		back := make(chan struct{})
		go func() {
			defer close(back)
			up := false
			defer func() {
				if !up {
					giveUp() // it did not come back: nothing would be taken any more
				}
			}()
			p.Kill(t)
			p.Restart(t)
			up = true
		}()
		for open := true; open; batches++ {
			if _, err := f.Submit(ctx, somePairs(batches, 100)); err != nil {
				t.Fatal(err)
			}
			select {
			case <-back:
				open = false
			default:
			}
		}
	}
	if err := f.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%d|%d", batches*100, batches*100)
	for _, table := range []string{"trips", "events"} {
		if got := s.one(t, distinct+table+" FINAL"); got != want {
			t.Errorf("%s: %s, want %s", table, got, want)
		}
	}
	if retries.Load() == 0 {
		t.Error("nothing failed: the server was not killed during an insert")
	}
}

// somePairs are trips and events that only this batch has.
func somePairs(batch, pairs int) (out []outcome.Outcome) {
	for i := range pairs {
		at := start + outcome.Time(batch*pairs+i)
		out = append(out, aTrip("car", at), anEvent("car", at))
	}
	return out
}

// stop makes the server's process stand still, as a machine does that swaps.
func stop(t *testing.T, p *clickhousetest.Instance) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.Dir(), "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) })
}

func TestWhichExceptionsPass(t *testing.T) {
	for _, c := range []struct {
		codes  []int32
		passes bool
	}{
		{[]int32{3, 32, 75, 76, 159, 202, 209, 210, 225, 241, 242, 243, 252, 279, 285, 286, 319, 425, 745, 999, 1000, 1001, 1002}, true},
		{[]int32{16, 53, 60, 62, 81, 115, 164, 192, 193, 194, 291, 497, 516}, false},
	} {
		for _, code := range c.codes {
			err := classify(t.Context(), fmt.Errorf("insert: %w", &ch.Exception{Code: code, Message: "what it says"}))
			if sinks.Retryable(err) != c.passes || !strings.Contains(err.Error(), "what it says") {
				t.Errorf("code %d: retryable %t: %v", code, sinks.Retryable(err), err)
			}
		}
	}
	for name, err := range map[string]error{"EOF": io.ErrUnexpectedEOF, "reset": syscall.ECONNRESET, "deadline": os.ErrDeadlineExceeded} {
		if !sinks.Retryable(classify(t.Context(), err)) {
			t.Errorf("%s: not retryable", name)
		}
	}
}
