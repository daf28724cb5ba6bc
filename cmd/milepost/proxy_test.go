package main

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
)

// lossyProxy stands between milepost and a ClickHouse server. Every second time that
// the server says that an insert is done, it says so to the proxy alone, which cuts the
// connection.
type lossyProxy struct {
	listener net.Listener
	to       string
	dones    atomic.Int64
	lost     atomic.Int64
}

func newLossyProxy(t *testing.T, to string) *lossyProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &lossyProxy{listener: l, to: to}
	go p.serve()
	return p
}

func (p *lossyProxy) addr() string { return p.listener.Addr().String() }

func (p *lossyProxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.to)
		if err != nil {
			client.Close()
			continue
		}
		var given atomic.Int64 // by the client since the server's last word
		go func() {
			defer server.Close()
			_, _ = io.Copy(counting{server, &given}, client)
		}()
		go func() {
			defer client.Close()
			p.answers(client, server, &given)
		}()
	}
}

type counting struct {
	io.Writer
	n *atomic.Int64
}

func (c counting) Write(b []byte) (int, error) {
	c.n.Add(int64(len(b)))
	return c.Writer.Write(b)
}

// answers passes the server's words on, but for those that are lost.
func (p *lossyProxy) answers(client io.Writer, server io.ReadCloser, given *atomic.Int64) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		if n > 0 && p.loses(buffer[:n], given.Swap(0)) {
			p.lost.Add(1)
			server.Close()
			return
		}
		if _, broken := client.Write(buffer[:n]); err != nil || broken != nil {
			return
		}
	}
}

// loses tells of the end of an insert whether it is one to be lost. The end is packet 5,
// alone or behind a word of progress; rows came before it.
func (p *lossyProxy) loses(answer []byte, given int64) bool {
	const endOfStream, rows, words = 5, 300, 100 // bytes but for the first
	if given < rows || len(answer) > words || answer[len(answer)-1] != endOfStream {
		return false
	}
	return p.dones.Add(1)%2 == 1
}
