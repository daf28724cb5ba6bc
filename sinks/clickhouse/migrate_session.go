package clickhouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// Codes of the server's errors.
const (
	codeColumnExists    = 15
	codeIllegalColumn   = 44 // the same of servers of 2018
	codeUnknownTable    = 60
	codeUnknownDatabase = 81
	codeNoData          = 108 // some ways of inserting do not take an insert of no row
	codeTableDropped    = 218 // while the statement was at it
)

// plainBefore is the first server whose tables are made in the full form.
var plainBefore = version{major: 21, minor: 8}

// session is one connection, so that a step does not ask one server and change another.
type session struct {
	conn     *sql.Conn
	layout   Layout
	database string
	server   version
	text     string   // the server's version in full
	found    *Dialect // of the tables, once they are there
	// waitMissing waits for a table that another migrator is making anew.
	waitMissing func(ctx context.Context, failures int) error
}

func openSession(ctx context.Context, db *sql.DB, l Layout) (*session, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if hasCode(err, codeUnknownDatabase) {
		return nil, noDatabase(err)
	}
	if err != nil {
		return nil, fmt.Errorf("connect to ClickHouse: %w", greeting(err))
	}
	s := &session{conn: conn, layout: l, waitMissing: remaking.Wait}
	err = conn.QueryRowContext(ctx, "SELECT version(), currentDatabase()").Scan(&s.text, &s.database)
	if err == nil {
		s.server, err = parseVersion(s.text)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ask ClickHouse for its version: %w", err), conn.Close())
	}
	return s, nil
}

func (s *session) close() error { return s.conn.Close() }

// execute runs a statement that may be run again.
func (s *session) execute(ctx context.Context, statement string) error {
	err := s.once(ctx, statement)
	if addsColumns(statement) && columnIsThere(err) {
		return nil
	}
	return err
}

func (s *session) once(ctx context.Context, statement string) error {
	_, err := s.conn.ExecContext(s.layout.patience(ctx), statement)
	return err
}

func columnIsThere(err error) bool {
	return hasCode(err, codeColumnExists) || hasCode(err, codeIllegalColumn)
}

func hasCode(err error, code int32) bool {
	var e *ch.Exception
	return errors.As(err, &e) && e.Code == code
}

// engineOf is empty where there is no such table.
func (s *session) engineOf(ctx context.Context, table string) (string, error) {
	var engine string
	const asked = `SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = ?`
	err := s.conn.QueryRowContext(ctx, asked, table).Scan(&engine)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look for the table %s: %w", table, err)
	}
	return engine, nil
}

// dialect is that of the tables, or the one that they will be made in. Tables are looked at
// until they are there, and not again: a server of 2018 may crash where one asks for the
// columns of a table that another alters.
func (s *session) dialect(ctx context.Context) (Dialect, error) {
	if s.found != nil {
		return *s.found, nil
	}
	var kind string
	const asked = `SELECT type FROM system.columns WHERE database = currentDatabase() AND table = ? AND name = 'at'`
	err := s.conn.QueryRowContext(ctx, asked, s.layout.Local("trips")).Scan(&kind)
	if errors.Is(err, sql.ErrNoRows) {
		return Dialect{PlainTimes: s.server.below(plainBefore)}, nil
	}
	if err != nil {
		return Dialect{}, fmt.Errorf("look at the table of trips: %w", err)
	}
	s.found = &Dialect{PlainTimes: kind == "Int64"}
	return *s.found, nil
}

// coverage is how many servers of the cluster have the tables, of how many; of one
// server it is 0 of 0.
func (s *session) coverage(ctx context.Context) (ready, servers int, err error) {
	if s.layout.Cluster == "" {
		return 0, 0, nil
	}
	var hosts, replicas uint64
	const clusters = `SELECT uniqExact(host_address, port) FROM system.clusters WHERE cluster = ?`
	if err := s.conn.QueryRowContext(ctx, clusters, s.layout.Cluster).Scan(&hosts); err != nil {
		return 0, 0, fmt.Errorf("look for the cluster %s: %w", s.layout.Cluster, err)
	}
	if hosts == 0 {
		return 0, 0, fmt.Errorf("the server knows no cluster %s: see its remote_servers", s.layout.Cluster)
	}
	var expired uint64
	const registered = `SELECT toUInt64(max(is_session_expired)), toUInt64(max(total_replicas)) FROM system.replicas
		WHERE database = currentDatabase() AND table = ?`
	if err := s.conn.QueryRowContext(ctx, registered, logTable).Scan(&expired, &replicas); err != nil {
		return 0, 0, fmt.Errorf("look for the servers that have the tables: %w", err)
	}
	if expired > 0 {
		return 0, 0, errors.New("look for the servers that have the tables: the server has lost its keeper")
	}
	return int(replicas), int(hosts), nil
}
