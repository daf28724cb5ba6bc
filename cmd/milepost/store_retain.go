package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"milepost/config"
	"milepost/sinks/retention"
)

type storeRetainCmd struct {
	storeFlags
	DryRun bool `help:"Say what would be done, and do nothing."`
	JSON   bool `name:"json" help:"Print JSON lines instead."`
}

// retained is what is said of a store.
type retained struct {
	Store  string             `json:"store"` // sqlite or clickhouse
	Where  string             `json:"where"`
	DryRun bool               `json:"dry_run"`
	Tables []retention.Report `json:"tables"`
	Freed  int64              `json:"freed_bytes"` // of an embedded store's file
}

// Run keeps every store to the settings; what fails at one keeps nothing from the others.
func (c *storeRetainCmd) Run(ctx context.Context, out *terminal) (err error) {
	settings, err := c.settings()
	if err != nil {
		return err
	}
	stores, err := keepers(ctx, settings, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeKeepers(stores)) }()
	now := time.Now()
	for i := range stores {
		done, failed := c.retain(ctx, &stores[i], policyOf(settings.Retention), now)
		if failed != nil {
			failed = fmt.Errorf("%s: %w", stores[i].where, failed)
		}
		err = errors.Join(err, c.show(out, done), failed)
	}
	return err
}

func policyOf(r config.Retention) retention.Policy { return retention.Policy(r) }

func (c *storeRetainCmd) retain(ctx context.Context, k *keeper, p retention.Policy, now time.Time) (done retained, err error) {
	done = retained{Store: k.kind, Where: k.where, DryRun: c.DryRun}
	if done.Tables, err = k.Retain(ctx, p, now, c.DryRun); err != nil || c.DryRun {
		return done, err
	}
	done.Freed, err = k.shrink(ctx)
	return done, err
}

func (c *storeRetainCmd) show(out *terminal, done retained) error {
	if c.JSON {
		return writeLine(out.Stdout, done)
	}
	how := ""
	if c.DryRun {
		how = " (nothing was done)"
	}
	fmt.Fprintf(out.Stdout, "%s%s\n", done.Where, how)
	t := newTable("Table", "Days", "Due", "Deleted", "Partitions", "Held", "Tombstones", "TTL")
	for _, r := range done.Tables {
		days, ttl := "for ever", "-"
		if r.Days > 0 {
			days = humanize.Comma(int64(r.Days))
		}
		if r.TTL != "" {
			ttl = r.TTL
		}
		t.AppendRow([]any{r.Table, days, humanize.Comma(r.Due), humanize.Comma(r.Deleted), r.Partitions,
			humanize.Comma(r.Held), humanize.Comma(r.Tombstones), ttl})
	}
	if err := printTable(out.Stdout, t); err != nil {
		return err
	}
	for _, r := range done.Tables {
		if r.Orphans > 0 {
			fmt.Fprintf(out.Stdout, "%s belong to collisions that are withdrawn or gone, and go too.\n", plural(r.Orphans, "addition"))
		}
	}
	if done.Freed > 0 {
		_, err := fmt.Fprintf(out.Stdout, "%s were given back to the file system.\n", humanize.IBytes(uint64(done.Freed)))
		return err
	}
	return nil
}
