package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"milepost/config"
)

type healthCmd struct {
	Config string `type:"existingfile" placeholder:"FILE" help:"Settings of the milepost run that is asked: where it listens."`
	Ready  bool   `help:"Ask whether all its partitions are restored, not only whether they get on."`
}

// healthTimeout is how long an answer may take.
const healthTimeout = 5 * time.Second

// Run asks a running milepost how it is, as an image without a shell and curl needs it
// for its health check.
func (c *healthCmd) Run(ctx context.Context, out *terminal) error {
	cfg, err := config.Load(c.Config, os.Environ())
	if err != nil {
		return usageError{err}
	}
	if cfg.HTTP.Listen == "" {
		return usageError{fmt.Errorf("the settings have no http.listen: milepost run cannot be asked")}
	}
	page := "/healthz"
	if c.Ready {
		page = "/readyz"
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	return askHealth(ctx, out, "http://"+reachable(cfg.HTTP.Listen)+page)
}

// askHealth prints what the page says; an answer other than 200 is an error.
func askHealth(ctx context.Context, out *terminal, page string) (err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, http.NoBody)
	if err != nil {
		return fmt.Errorf("ask for the health: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask for the health: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	const most = 1 << 20
	body, err := io.ReadAll(io.LimitReader(answer.Body, most))
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", page, err)
	}
	if _, err := fmt.Fprintf(out.Stdout, "%s\n", bytes.TrimSpace(body)); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", page, answer.Status)
	}
	return nil
}

// reachable is an address to connect to for one to listen on: all interfaces are
// reached by loopback.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
