package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Server serves a handler on an address of its own.
type Server struct {
	listener net.Listener
	http     http.Server
}

// Listen opens an address, host:port; port 0 takes a free one. Serve must follow,
// or Close.
func Listen(ctx context.Context, address string, handler http.Handler) (*Server, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for health and metrics: %w", err)
	}
	return &Server{listener: l, http: http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}}, nil
}

// Addr is the address that it listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Serve answers requests until ctx ends, and then finishes those under way. It
// returns nil after such an end.
func (s *Server) Serve(ctx context.Context) error {
	const grace = 2 * time.Second
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		stopped <- s.http.Shutdown(closing)
	})
	err := s.http.Serve(s.listener)
	if stop() {
		return fmt.Errorf("serve health and metrics: %w", err)
	}
	if err := <-stopped; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving health and metrics: %w", err)
	}
	return s.http.Close()
}

// Close gives the address back where Serve was never called.
func (s *Server) Close() error { return s.listener.Close() }
