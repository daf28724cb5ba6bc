package clickhouse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"milepost/outcome"
	"milepost/sinks"
)

// Writer stores outcomes in the tables of a server or cluster. What Write
// acknowledged was written by synchronous inserts; how many replicas must have it is
// the operator's choice, by insert_quorum in the profile of milepost's user. Its
// methods are safe for concurrent use; writes take turns.
type Writer struct {
	mu       sync.Mutex
	conn     driver.Conn
	servers  *servers
	hosts    int
	settings ch.Settings
	scratch  scratch
	tables   []table
}

// table takes the outcomes of one type out of a batch and writes them.
type table interface {
	// take keeps the outcome if it is of the table's type.
	take(index int, o outcome.Outcome) (mine bool, err error)
	// parts cuts what was taken into inserts.
	parts() []part
	// try makes an insert of no row.
	try(context.Context, driver.Conn) error
	forget()
}

// part is one insert: which outcomes of the batch, and how it is made.
type part struct {
	table string
	index []int
	send  func(context.Context, driver.Conn, *scratch) error
}

// OpenWriter connects to the servers and looks at the tables there, which milepost
// store migrate makes, and whether it may insert. A server that is away is a
// *sinks.RetryableError.
func OpenWriter(ctx context.Context, cfg Config, layout Layout) (*Writer, error) {
	opts, err := cfg.Options()
	if err != nil {
		return nil, fmt.Errorf("open ClickHouse: %w", err)
	}
	return openWriter(ctx, opts, layout, usual)
}

func openWriter(ctx context.Context, opts *ch.Options, layout Layout, p patience) (*Writer, error) {
	w := &Writer{servers: &servers{patience: p}, hosts: len(opts.Addr)}
	plain := *opts // database/sql tries one address after the other, each for the whole limit
	steady(opts, w.servers)
	limited, release := limit(ctx, w.servers.silence)
	defer release()
	dialect, err := lookAt(limited, &plain)
	if err == nil {
		w.conn, err = ch.Open(opts)
	}
	if err == nil {
		w.settings, err = settingsOf(limited, w.conn, layout)
	}
	if err == nil {
		w.tables = []table{newGroup(&trips, dialect), newGroup(&events, dialect), newGroup(&months, dialect),
			newGroup(&charges, dialect), newGroup(&factors, dialect), newGroup(&collisions, dialect), newGroup(&additions, dialect)}
		err = w.try(limited)
	}
	if err != nil {
		return nil, classify(ctx, fmt.Errorf("open ClickHouse database %s at %s: %w",
			opts.Auth.Database, strings.Join(opts.Addr, ", "), errors.Join(err, w.Close())))
	}
	return w, nil
}

// try asks with inserts of no row whether the servers let us write, so that what they
// refuse for good is known before anything is read. What may pass is left to the writes.
func (w *Writer) try(ctx context.Context) error {
	for _, t := range w.tables {
		err := t.try(ch.Context(ctx, ch.WithSettings(w.settings)), w.conn)
		if err != nil && !hasCode(err, codeNoData) && !sinks.Retryable(classify(ctx, err)) {
			return fmt.Errorf("try to insert: %w", err)
		}
	}
	return nil
}

func lookAt(ctx context.Context, opts *ch.Options) (Dialect, error) {
	db := ch.OpenDB(opts)
	dialect, err := DialectOf(ctx, db)
	return dialect, errors.Join(err, db.Close())
}

// settingsOf gives what an insert asks of the server, by the names that it knows: an
// old one refuses a query with a setting that it never heard of.
func settingsOf(ctx context.Context, conn driver.Conn, layout Layout) (ch.Settings, error) {
	wanted := []struct {
		name  string
		value int
		where bool
	}{
		{"async_insert", 0, true},
		{"insert_distributed_sync", 1, layout.Distributed}, // the name until 23.11, and an alias since
		// A block that came before and was erased since must not be taken for a repeat.
		{"insert_deduplicate", 0, layout.Replicated},
	}
	var names []string
	rows, err := conn.Query(ctx, "SELECT name FROM system.settings WHERE name IN ('async_insert', 'insert_distributed_sync', 'insert_deduplicate')")
	if err != nil {
		return nil, fmt.Errorf("ask for the settings it knows: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err says it
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("read the settings it knows: %w", err)
		}
		names = append(names, name)
	}
	out := ch.Settings{}
	for _, s := range wanted {
		if s.where && slices.Contains(names, s.name) {
			out[s.name] = s.value
		}
	}
	return out, rows.Err()
}

// Write implements sinks.Writer: one insert a table, in the order of trips, events,
// months, charging sessions, factors, collisions and additions, and more where a batch spans years. The error of a failure that may pass has
// in Left what was not acknowledged. An outcome that no row can be made of is a
// *sinks.OutcomeError; what stood before it may have been written.
func (w *Writer) Write(ctx context.Context, batch []outcome.Outcome) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.forget()
	for i, o := range batch {
		if err := w.take(i, o); err != nil {
			return fmt.Errorf("write %d outcomes to ClickHouse: %w", len(batch), outcomeError(batch, i, err))
		}
	}
	var parts []part
	for _, t := range w.tables {
		parts = append(parts, t.parts()...)
	}
	for i := range parts {
		if err := w.insert(ctx, &parts[i], batch); err != nil {
			return w.failed(err, batch, parts[i:])
		}
	}
	return nil
}

func (w *Writer) take(i int, o outcome.Outcome) error {
	for _, t := range w.tables {
		if mine, err := t.take(i, o); mine || err != nil {
			return err
		}
	}
	return fmt.Errorf("no table for outcomes of Go type %T", o)
}

func (w *Writer) forget() {
	for _, t := range w.tables {
		t.forget()
	}
	w.scratch.forget()
}

// insert writes one part and waits for the server's word.
func (w *Writer) insert(ctx context.Context, p *part, batch []outcome.Outcome) error {
	limited, release := limit(ctx, w.servers.silence)
	defer release()
	err := p.send(ch.Context(limited, ch.WithSettings(w.settings)), w.conn, &w.scratch)
	var row *rowError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &row):
		err = outcomeError(batch, p.index[row.row], row.err)
	case limited.Err() != nil:
		err = context.Cause(limited)
	}
	return classify(ctx, fmt.Errorf("insert %d %s into ClickHouse: %w", len(p.index), p.table, err))
}

func outcomeError(batch []outcome.Outcome, i int, err error) error {
	head := batch[i].Head()
	return &sinks.OutcomeError{Index: i, Type: head.Type, ID: head.ID, Err: err}
}

// failed says of a failure that may pass what is still to be written, and lets the
// next try begin at another server.
func (w *Writer) failed(err error, batch []outcome.Outcome, parts []part) error {
	var again *sinks.RetryableError
	if !errors.As(err, &again) {
		return err
	}
	if w.hosts > 1 {
		w.servers.prefer(w.servers.begin()+1, w.hosts)
	}
	var left []int
	for _, p := range parts {
		left = append(left, p.index...)
	}
	slices.SortFunc(left, cmp.Compare[int])
	for _, i := range left {
		again.Left = append(again.Left, batch[i])
	}
	return again
}

// Sent is how many bytes went to the servers, compressed as they were.
func (w *Writer) Sent() int64 { return w.servers.sent.Load() }

// Close ends the connections.
func (w *Writer) Close() error {
	if w.conn == nil {
		return nil
	}
	return w.conn.Close()
}
