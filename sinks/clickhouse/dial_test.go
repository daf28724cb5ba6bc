package clickhouse

import (
	"io"
	"net"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

// One that takes connections and says nothing leaves time for the next, and nothing
// stays open to it.
func TestAServerThatDoesNotGreet(t *testing.T) {
	s := newStore(t, clickhousetest.Server(t))
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	left := make(chan error, 100)
	go func() {
		for {
			conn, err := mute.Accept()
			if err != nil {
				return
			}
			go func() {
				_, err := io.Copy(io.Discard, conn)
				left <- err
			}()
		}
	}()
	opts := cloned(s.opts)
	opts.Addr = append([]string{mute.Addr().String()}, opts.Addr...)
	opts.DialTimeout = time.Second
	steady(opts, &servers{patience: usual})
	conn, err := ch.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-left; err != nil {
		t.Error(err)
	}
}
