package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// system is a table of system on all servers that hold rows.
func (e *Eraser) system(table string) string {
	switch {
	case e.layout.Cluster == "":
		return "system." + table
	case e.server.below(syncSince):
		return fmt.Sprintf("cluster('%s', system, %s)", e.layout.Cluster, table)
	}
	return fmt.Sprintf("clusterAllReplicas('%s', system.%s)", e.layout.Cluster, table)
}

// await returns when no mutation of a table is under way, or when one has failed for long:
// a server tries it again and again.
func (e *Eraser) await(ctx context.Context, table string) error {
	query := fmt.Sprintf(`SELECT toInt64(count()) FROM %s WHERE database = currentDatabase() AND table = '%s' AND is_done = 0`, e.system("mutations"), table)
	failing := time.Time{}
	return e.until(ctx, func() (bool, error) {
		n, err := e.number(ctx, query)
		if err != nil || n == 0 {
			return n == 0, err
		}
		reason, err := e.failure(ctx, table)
		switch {
		case err != nil:
			return false, err
		case reason == "":
			failing = time.Time{}
		case failing.IsZero():
			failing = time.Now()
		case time.Since(failing) > e.patience:
			return false, fmt.Errorf("%w: %s", errMutation, reason)
		}
		return false, nil
	})
}

var errMutation = errors.New("a mutation fails again and again; mend it, or end it by KILL MUTATION, and run this again")

// failure is why a mutation of a table fails just now; empty where none does, and on
// servers that do not tell.
func (e *Eraser) failure(ctx context.Context, table string) (string, error) {
	if e.server.below(syncSince) {
		return "", nil
	}
	reasons, err := listed(ctx, e.db, fmt.Sprintf(`SELECT latest_fail_reason FROM %s
		WHERE database = currentDatabase() AND table = '%s' AND is_done = 0 AND latest_fail_reason != '' LIMIT 1`, e.system("mutations"), table))
	if err != nil || len(reasons) == 0 {
		return "", err
	}
	return reasons[0], nil
}

func (e *Eraser) until(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(e.poll)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// inactive lists the parts of a table that newer ones have replaced and that are still
// on a disk.
func (e *Eraser) inactive(ctx context.Context, table string) ([]string, error) {
	query := fmt.Sprintf(`SELECT DISTINCT concat(hostName(), ':', path) FROM %s WHERE database = currentDatabase() AND table = '%s' AND active = 0`,
		e.system("parts"), table)
	return listed(ctx, e.db, query)
}

// note remembers the parts that were replaced until now: their bytes are still there.
func (e *Eraser) note(ctx context.Context, table string) error {
	parts, err := e.inactive(ctx, table)
	for _, part := range parts {
		e.replaced[part] = true
	}
	return err
}

// Purge implements sinks.Eraser: the parts that mutations replaced are deleted by the
// server once they are old enough, old_parts_lifetime, which is a minute in these tables.
// What a run before this one replaced is waited for as well.
func (e *Eraser) Purge(ctx context.Context) error {
	for _, kind := range erasedTables {
		if err := e.note(ctx, e.layout.Local(string(kind)+"s")); err != nil {
			return fmt.Errorf("list replaced parts of ClickHouse: %w", err)
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, purgePatience, errOldParts)
	defer cancel()
	err := e.until(ctx, func() (bool, error) {
		for _, kind := range erasedTables {
			parts, err := e.inactive(ctx, e.layout.Local(string(kind)+"s"))
			if err != nil {
				return false, err
			}
			for _, part := range parts {
				if e.replaced[part] {
					return false, nil
				}
			}
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("wait until ClickHouse has deleted replaced parts: %w", err)
	}
	return nil
}

// purgePatience is how long a server may take to delete what it has replaced: it waits
// a minute, and longer while a query still reads it.
const purgePatience = 15 * time.Minute

var errOldParts = errors.New("parts that were replaced are still on a disk after 15 minutes: a long query may read them")
