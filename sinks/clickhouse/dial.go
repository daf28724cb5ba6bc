package clickhouse

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// patience is how long a writer bears what.
type patience struct {
	silence time.Duration // of a server during one insert; then it counts as gone
	away    time.Duration // how long others come first after a server failed
}

var usual = patience{silence: time.Minute, away: time.Minute}

// servers says in which order the addresses are tried: as they stand, except that
// after a failure the next one comes first for a while.
type servers struct {
	patience
	connect time.Duration // how long one of them may take to be connected to, and again to say hello
	sent    atomic.Int64  // bytes, to all of them

	mu    sync.Mutex
	first int
	until time.Time
}

// begin is where to start trying.
func (s *servers) begin() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Now().After(s.until) {
		s.first = 0
	}
	return s.first
}

// prefer makes address i, of so many, the first for a while.
func (s *servers) prefer(i, addresses int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.first, s.until = i%addresses, time.Now().Add(s.away)
}

// dial connects to the first server that takes us. What each said that did not is in
// the error. One that takes the connection and says nothing leaves time for the others.
func (s *servers) dial(ctx context.Context, _ int, opts *ch.Options, dial ch.Dial) (ch.DialResult, error) {
	var failures []error
	start := s.begin()
	for i := range opts.Addr {
		n := (start + i) % len(opts.Addr)
		result, err := s.greet(ctx, opts.Addr[n], *opts, dial)
		if err == nil {
			if i > 0 {
				s.prefer(n, len(opts.Addr))
			}
			return result, nil
		}
		failures = append(failures, fmt.Errorf("connect to %s: %w", opts.Addr[n], err))
	}
	return ch.DialResult{}, errors.Join(failures...)
}

// greet connects to one server. The driver leaves a connection open whose server did
// not say hello.
func (s *servers) greet(ctx context.Context, address string, opts ch.Options, dial ch.Dial) (ch.DialResult, error) {
	ctx, cancel := context.WithTimeout(ctx, s.connect)
	defer cancel()
	var conn net.Conn
	connect := opts.DialContext
	opts.DialContext = func(ctx context.Context, address string) (_ net.Conn, err error) {
		conn, err = connect(ctx, address)
		return conn, err
	}
	opts.DialTimeout = s.connect // for the hello
	result, err := dial(ctx, address, &opts)
	if err != nil && conn != nil {
		err = errors.Join(err, conn.Close())
	}
	return result, err
}

// steady makes the options' connections go to the servers in that order, and fail
// where a peer takes nothing for so long: the driver itself would wait for ever.
// What they send is counted.
func steady(opts *ch.Options, s *servers) {
	encryption := opts.TLS
	s.connect = cmp.Or(opts.DialTimeout, dialTimeout)
	opts.DialStrategy = s.dial
	if !slices.ContainsFunc(opts.Addr, elsewhere) {
		opts.Compression = nil
	}
	opts.DialContext = func(ctx context.Context, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		return encrypted(ctx, &watched{conn.(*net.TCPConn), s.silence, &s.sent}, address, encryption)
	}
	// All addresses share the driver's limit.
	opts.DialTimeout = s.connect * time.Duration(2*len(opts.Addr))
	if len(opts.Addr) > 1 {
		opts.ConnMaxLifetime = s.away // so that the first one is returned to
	}
}

// elsewhere reports whether an address is not on this machine, to which it costs more
// to compress than to send: polylines hardly shrink.
func elsewhere(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return host != "localhost" && (err != nil || !ip.IsLoopback())
}

func encrypted(ctx context.Context, conn net.Conn, address string, cfg *tls.Config) (net.Conn, error) {
	if cfg == nil {
		return conn, nil
	}
	if cfg.ServerName == "" {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		cfg = cfg.Clone()
		cfg.ServerName = host
	}
	secure := tls.Client(conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

// watched gives every write a time limit, and counts.
type watched struct {
	*net.TCPConn
	silence time.Duration
	sent    *atomic.Int64
}

// Write implements net.Conn.
func (w *watched) Write(b []byte) (int, error) {
	if err := w.SetWriteDeadline(time.Now().Add(w.silence)); err != nil {
		return 0, err
	}
	n, err := w.TCPConn.Write(b)
	w.sent.Add(int64(n))
	return n, err
}
