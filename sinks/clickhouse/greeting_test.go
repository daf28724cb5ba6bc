package clickhouse

import (
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

// Whoever mixes up a server's ports is told so, whatever looks at the store first.
func TestPortsMixedUp(t *testing.T) {
	e := clickhousetest.Server(t)
	http, encrypted := os.Getenv("MILEPOST_CLICKHOUSE_HTTP"), os.Getenv("MILEPOST_CLICKHOUSE_TLS")
	for name, c := range map[string]struct {
		address, want string
		tls           bool
	}{
		"HTTP":                {http, "is this the HTTP port", false},
		"HTTP that answers":   {answers(t, "HTTP/1.1 400 Bad Request\r\n\r\n"), "is this the HTTP port", false},
		"HTTP with TLS asked": {http, "is this a port without TLS", true},
		"TLS, not asked":      {encrypted, "or one with TLS", false},
		"no TLS, and asked":   {e.Options.Addr[0], "is this a port without TLS", true},
		"nobody":              {"127.0.0.1:1", "connection refused", false},
	} {
		t.Run(name, func(t *testing.T) {
			o := e.Clone()
			if c.tls {
				o.TLS = e.TLS(t, o).TLS
			}
			o.Addr, o.DialTimeout = []string{c.address}, time.Second
			db := ch.OpenDB(o)
			defer db.Close()
			_, looked := DialectOf(t.Context(), db)
			for what, err := range map[string]error{
				"check": Check(t.Context(), db, Layout{}), "look": looked, "make": MakeDatabase(t.Context(), o, Layout{}),
			} {
				if err == nil || !strings.Contains(err.Error(), c.want) || name == "nobody" && strings.Contains(err.Error(), "is this") {
					t.Errorf("%s: %v, want %q", what, err, c.want)
				}
			}
		})
	}
}

// answers is the address of one that says the same to everybody.
func answers(t *testing.T, text string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, text)
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
			conn.Close()
		}
	}()
	return listener.Addr().String()
}
