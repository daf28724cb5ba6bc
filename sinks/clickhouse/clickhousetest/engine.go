// Package clickhousetest gives tests the ClickHouse engines to run on: the server and
// the current engine that the environment names, servers of their own that they may
// kill, and clusters. Only tests import it.
package clickhousetest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// Engine is a ClickHouse that runs, and how it is reached.
type Engine struct {
	// Name is the same in every run; it fits into a test's name.
	Name string
	// Current is false for servers before 20.1, as Debian 12 packages them: without
	// DateTime64, TTL and much else.
	Current bool
	// Options reach it as a user who may do everything, in the database default. They
	// are not shared with other engines, and Clone copies them.
	Options *clickhouse.Options

	vars    variables
	private bool // ends with its test, which may have killed it
}

// variables are those that dev/clickhouse and dev/chdb print.
type variables func(name string) string

// Server gives the server that MILEPOST_CLICKHOUSE names, shared with other tests. The
// test is skipped where there is none; with MILEPOST_REQUIRE_SERVICES=1 it fails.
func Server(t testing.TB) Engine {
	t.Helper()
	needs(t, "MILEPOST_CLICKHOUSE", "dev/clickhouse")
	return server(t, "server", os.Getenv)
}

// CHDB gives the current engine that MILEPOST_CHDB names, shared with other tests, as
// Server does. It is reached by HTTP; of compressions it takes gzip and deflate. Its
// users need no password, and it has no TLS.
func CHDB(t testing.TB) Engine {
	t.Helper()
	needs(t, "MILEPOST_CHDB", "dev/chdb")
	return Engine{Name: "chdb", Current: true, vars: os.Getenv, Options: &clickhouse.Options{
		Protocol: clickhouse.HTTP,
		Addr:     []string{os.Getenv("MILEPOST_CHDB")},
		Auth:     clickhouse.Auth{Database: "default", Username: "milepost"},
	}}
}

// Each runs a test on the shared server and on the current engine; what of them is not
// there is skipped, or fails, by itself.
func Each(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Helper()
	t.Run("server", func(t *testing.T) { test(t, Server(t)) })
	t.Run("chdb", func(t *testing.T) { test(t, CHDB(t)) })
}

func needs(t testing.TB, variable, script string) {
	t.Helper()
	if os.Getenv(variable) != "" {
		return
	}
	what := fmt.Sprintf("NOT RUN ON A REAL ENGINE: %s names none (%s up starts one)", variable, script)
	if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// server describes the server of some variables, which must answer.
func server(t testing.TB, name string, vars variables) Engine {
	t.Helper()
	e := Engine{Name: name, vars: vars, Options: &clickhouse.Options{
		Addr: []string{vars("MILEPOST_CLICKHOUSE")},
		Auth: clickhouse.Auth{
			Database: "default",
			Username: vars("MILEPOST_CLICKHOUSE_USER"),
			Password: vars("MILEPOST_CLICKHOUSE_PASSWORD"),
		},
	}}
	conn := open(t, e.Options)
	defer closed(t, conn)
	version, err := conn.ServerVersion()
	if err != nil {
		t.Fatalf("asking ClickHouse at %s for its version: %v", e.Options.Addr[0], err)
	}
	e.Current = proto.CheckMinVersion(proto.Version{Major: 20, Minor: 1}, version.Version)
	return e
}

// Clone gives options of its own, to be changed.
func (e Engine) Clone() *clickhouse.Options {
	o := *e.Options
	return &o
}

// Database makes an empty database for the test alone and gives options that name it.
// It is dropped after the test, or goes with the server where that is the test's own.
func (e Engine) Database(t testing.TB) *clickhouse.Options {
	t.Helper()
	o := e.Clone()
	o.Auth.Database = "test_" + strings.ToLower(rand.Text()[:12])
	e.exec(t, "CREATE DATABASE "+o.Auth.Database)
	if !e.private {
		t.Cleanup(func() { e.exec(t, "DROP DATABASE IF EXISTS "+o.Auth.Database) })
	}
	return o
}

// Reader gives options of a user who may only read, in the same database as o.
func (e Engine) Reader(o *clickhouse.Options) *clickhouse.Options {
	r := *o
	r.Auth.Username, r.Auth.Password = "reader", ""
	if e.Options.Protocol == clickhouse.Native {
		r.Auth.Username = e.vars("MILEPOST_CLICKHOUSE_READER")
		r.Auth.Password = e.vars("MILEPOST_CLICKHOUSE_READER_PASSWORD")
	}
	return &r
}

// CA is the file of the certificate (PEM) that TLS connections are to trust.
func (e Engine) CA() string { return e.vars("MILEPOST_CLICKHOUSE_CA") }

// TLS gives options that reach the server's port with TLS, in the same database as o.
func (e Engine) TLS(t testing.TB, o *clickhouse.Options) *clickhouse.Options {
	t.Helper()
	pem, err := os.ReadFile(e.CA())
	if err != nil {
		t.Fatalf("reading the server's certificate: %v", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	s := *o
	s.Addr = []string{e.vars("MILEPOST_CLICKHOUSE_TLS")}
	s.TLS = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return &s
}

func (e Engine) exec(t testing.TB, query string) {
	t.Helper()
	conn := open(t, e.Options)
	defer closed(t, conn)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := conn.Exec(ctx, query); err != nil {
		t.Errorf("%s: %s: %v", e.Name, query, err)
	}
}

func open(t testing.TB, o *clickhouse.Options) driver.Conn {
	t.Helper()
	copied := *o
	conn, err := clickhouse.Open(&copied)
	if err != nil {
		t.Fatalf("opening ClickHouse at %s: %v", o.Addr[0], err)
	}
	return conn
}

func closed(t testing.TB, conn driver.Conn) {
	t.Helper()
	if err := conn.Close(); err != nil {
		t.Errorf("closing the connection to ClickHouse: %v", err)
	}
}
