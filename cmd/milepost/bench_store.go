package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"

	"milepost/config"
	"milepost/outcome"
	"milepost/sinks/clickhouse"
)

// benchStoreCmd fills a database of its own through the writer of milepost run.
type benchStoreCmd struct {
	Config       string `type:"existingfile" placeholder:"FILE" help:"Settings of milepost run, whose store.clickhouse is used; the flags below go before it."`
	ClickHouse   string `name:"clickhouse" placeholder:"ADDRESS" help:"Server, host:port of the native protocol."`
	Username     string `placeholder:"NAME" help:"User."`
	PasswordFile string `type:"existingfile" placeholder:"FILE" help:"File with the password; MILEPOST_STORE_CLICKHOUSE_PASSWORD may have it instead."`
	Database     string `placeholder:"NAME" help:"Fill this database and keep it; by default one is made and dropped."`
	Trips        int    `default:"1000000" help:"Trips (${default})."`
	Events       int    `default:"4000000" help:"Events (${default})."`
	Vehicles     int    `default:"10000" help:"Vehicles (${default})."`
	Batch        int    `default:"20000" help:"Outcomes of one write (${default})."`
	ServerPID    int    `name:"server-pid" placeholder:"PID" help:"Process of a server on this machine, for its CPU time; without it, what the server counts itself."`
}

func (c *benchStoreCmd) check() error {
	if c.Vehicles < 1 || c.Batch < 1 || c.Trips < 0 || c.Events < 0 {
		return usageError{errors.New("want at least one vehicle, a batch of at least one, and no negative numbers")}
	}
	return nil
}

// Run makes the tables, fills them and prints what that took on both sides.
func (c *benchStoreCmd) Run(ctx context.Context, out *terminal) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	servers, layout, err := c.servers()
	if err != nil {
		return err
	}
	made, err := newBenchOutcomes(ctx, c.Vehicles, c.Batch, max(c.Trips, c.Events))
	if err != nil {
		return err
	}
	fmt.Fprintf(out.Stderr, "Made of %d simulated trips and %d events of theirs\n", len(made.trips), len(made.events))
	b := &benchStore{benchStoreCmd: c, made: made, out: out}
	if err := b.open(ctx, servers, layout); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close(context.WithoutCancel(ctx))) }()
	return b.measure(ctx)
}

// servers are those of the settings and flags.
func (c *benchStoreCmd) servers() (clickhouse.Config, clickhouse.Layout, error) {
	cfg, err := config.Load(c.Config, os.Environ())
	if err != nil {
		return clickhouse.Config{}, clickhouse.Layout{}, usageError{err}
	}
	servers, layout := clickhouseOf(cfg.Store.ClickHouse)
	if c.ClickHouse != "" {
		servers.Addresses = []string{c.ClickHouse}
	}
	if len(servers.Addresses) == 0 {
		return servers, layout, usageError{errors.New("no server: name one with --clickhouse, or in the settings")}
	}
	if c.Username != "" {
		servers.Username = c.Username
	}
	if c.PasswordFile != "" {
		text, err := os.ReadFile(c.PasswordFile)
		if err != nil {
			return servers, layout, fmt.Errorf("read the password: %w", err)
		}
		servers.Password = strings.TrimRight(string(text), "\r\n")
	}
	servers.Database = c.Database
	if c.Database == "" {
		servers.Database = fmt.Sprintf("milepost_bench_%d", time.Now().UnixNano())
	}
	return servers, layout, nil
}

// benchStore is a measurement under way.
type benchStore struct {
	*benchStoreCmd
	made   *benchOutcomes
	out    *terminal
	side   *benchServer
	writer *clickhouse.Writer
}

func (b *benchStore) open(ctx context.Context, servers clickhouse.Config, layout clickhouse.Layout) error {
	options, err := servers.Options()
	if err != nil {
		return usageError{err}
	}
	if b.side, err = openBenchServer(ctx, options, b.Database == "", b.ServerPID); err != nil {
		return err
	}
	tables := ch.OpenDB(options)
	if err := errors.Join(clickhouse.Migrate(ctx, tables, layout, nil), tables.Close()); err != nil {
		return errors.Join(err, b.close(ctx))
	}
	if b.writer, err = clickhouse.OpenWriter(ctx, servers, layout); err != nil {
		return errors.Join(err, b.close(ctx))
	}
	return nil
}

func (b *benchStore) close(ctx context.Context) error {
	var failed error
	if b.writer != nil {
		failed = b.writer.Close()
	}
	return errors.Join(failed, b.side.close(ctx))
}

// measure fills one table after the other.
func (b *benchStore) measure(ctx context.Context) error {
	t := newTable("Stored", "rows", "a second", "a second of one core here", "CPU here", "CPU there", "B sent a row", "B on disk a row", "parts")
	for _, phase := range []struct {
		table string
		rows  int
		next  func(rows int) []outcome.Outcome
	}{{"trips", b.Trips, b.made.nextTrips}, {"events", b.Events, b.made.nextEvents}} {
		if phase.rows == 0 {
			continue
		}
		row, err := b.fill(ctx, phase.table, phase.rows, phase.next)
		if err != nil {
			return err
		}
		t.AppendRow(row)
	}
	return printTable(b.out.Stdout, t)
}

// fill writes so many rows. The clock stands still while they are made.
func (b *benchStore) fill(ctx context.Context, name string, rows int, next func(int) []outcome.Outcome) (table.Row, error) {
	var took, cpu time.Duration
	there, err := b.side.cpu(ctx)
	if err != nil {
		return nil, err
	}
	sent, bar := b.writer.Sent(), newProgress(b.out, rows, "writing "+name)
	for left := rows; left > 0; left -= b.Batch {
		batch := next(min(left, b.Batch))
		used, began := usage(), time.Now()
		if err := b.writer.Write(ctx, batch); err != nil {
			return nil, err
		}
		cpu, took = cpu+usage()-used, took+time.Since(began)
		bar.add(len(batch))
	}
	bar.finish()
	after, err := b.side.cpu(ctx)
	if err != nil {
		return nil, err
	}
	size, err := b.side.size(ctx, name)
	if err != nil {
		return nil, err
	}
	each := func(n int64) string { return fmt.Sprintf("%.1f", float64(n)/float64(rows)) }
	return table.Row{name, humanize.Comma(int64(rows)), humanize.Comma(int64(float64(rows) / took.Seconds())),
		humanize.Comma(int64(float64(rows) / cpu.Seconds())), cpu.Round(time.Millisecond).String(),
		(after - there).Round(time.Millisecond).String(), each(b.writer.Sent() - sent), each(size.bytes), size.parts}, nil
}
