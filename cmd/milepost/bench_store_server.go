package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// benchServer is what a measurement looks at on the server's side.
type benchServer struct {
	db   *sql.DB
	name string // the database
	own  bool   // it was made for the measurement
	pid  int
}

// openBenchServer makes the database.
func openBenchServer(ctx context.Context, options *ch.Options, own bool, pid int) (*benchServer, error) {
	anywhere := *options
	anywhere.Auth.Database = "default"
	s := &benchServer{db: ch.OpenDB(&anywhere), name: options.Auth.Database, own: own, pid: pid}
	if _, err := s.db.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+s.name); err != nil {
		return nil, errors.Join(fmt.Errorf("make database %s: %w", s.name, err), s.db.Close())
	}
	return s, nil
}

// close drops what was made.
func (s *benchServer) close(ctx context.Context) error {
	var failed error
	if s.own {
		_, failed = s.db.ExecContext(ctx, "DROP DATABASE "+s.name)
	}
	return errors.Join(failed, s.db.Close())
}

// clockTick is the unit of CPU time in /proc, which has been the same on all Linux
// systems for decades.
const clockTick = 10 * time.Millisecond

// cpu is the CPU time that the server has used: of its process where that is known,
// else of its queries, as it counts them.
func (s *benchServer) cpu(ctx context.Context) (time.Duration, error) {
	if s.pid == 0 {
		var micros int64
		err := s.db.QueryRowContext(ctx, `SELECT toInt64(sum(value)) FROM system.events
			WHERE event IN ('UserTimeMicroseconds', 'SystemTimeMicroseconds')`).Scan(&micros)
		if err != nil {
			return 0, fmt.Errorf("ask the server for its CPU time: %w", err)
		}
		return time.Duration(micros) * time.Microsecond, nil
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.pid))
	if err != nil {
		return 0, fmt.Errorf("read the server's CPU time: %w", err)
	}
	// The name before the last parenthesis may hold anything.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	const user, system = 11, 12 // after the name
	if len(fields) <= system {
		return 0, errors.New("read the server's CPU time: /proc has another form")
	}
	var ticks int64
	for _, field := range [][]byte{fields[user], fields[system]} {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read the server's CPU time: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * clockTick, nil
}

// tableSize is how a table lies on the server's disk.
type tableSize struct{ bytes, parts int64 }

func (s *benchServer) size(ctx context.Context, table string) (size tableSize, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT toInt64(sum(bytes_on_disk)), toInt64(count()) FROM system.parts
		WHERE active AND database = ? AND (table = ? OR table = ?)`, s.name, table, table+"_local").Scan(&size.bytes, &size.parts)
	if err != nil {
		return size, fmt.Errorf("ask for the size of %s: %w", table, err)
	}
	return size, nil
}
