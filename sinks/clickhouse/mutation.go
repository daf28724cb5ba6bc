package clickhouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Alter gives a command to the table that holds the rows, on all servers of the layout.
// What one of them does later than the statement waits is done all the same.
func Alter(ctx context.Context, db *sql.DB, l Layout, table, command string) error {
	text := fmt.Sprintf("ALTER TABLE %s%s %s", identifier(l.Local(table)), l.onCluster(), command)
	if _, err := db.ExecContext(l.patience(ctx), text); err != nil && !passes(err) {
		return fmt.Errorf("change table %s: %w", l.Local(table), err)
	}
	return nil
}

// Mutate is Alter with a command that changes rows (DELETE, UPDATE, MODIFY TTL). It
// returns when none of the table's mutations is under way any more. The error of one that
// cannot go on is the server's, which goes on trying until the mutation is killed.
func Mutate(ctx context.Context, db *sql.DB, l Layout, table, command string) error {
	if err := Alter(ctx, db, l, table, command); err != nil {
		return err
	}
	if err := awaitMutations(ctx, db, l, l.Local(table)); err != nil {
		return fmt.Errorf("wait until rows of table %s are changed: %w", l.Local(table), err)
	}
	return nil
}

// System is a table of the system database as FROM names it: of one server, or of all
// servers of the cluster. Servers before 20.8 give one replica a shard.
func (l Layout) System(table string, all bool) string {
	switch {
	case l.Cluster == "":
		return "system." + table
	case all:
		return fmt.Sprintf("clusterAllReplicas(%s, system.%s)", literal(l.Cluster), table)
	}
	return fmt.Sprintf("cluster(%s, system.%s)", literal(l.Cluster), table)
}

// awaitMutations polls, since a connection that waits in silence may be cut.
func awaitMutations(ctx context.Context, db *sql.DB, l Layout, table string) error {
	reasons, err := tellsReasons(ctx, db)
	if err != nil {
		return err
	}
	failure := "''"
	if reasons {
		failure = "max(latest_fail_reason)"
	} else if err := l.hear(ctx); err != nil {
		return err
	}
	asked := fmt.Sprintf(`SELECT count(), %s FROM %s WHERE database = currentDatabase() AND table = ? AND is_done = 0`,
		failure, l.System("mutations", reasons))
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		var running uint64
		var reason string
		if err := db.QueryRowContext(ctx, asked, table).Scan(&running, &reason); err != nil {
			return err
		}
		if reason != "" {
			return fmt.Errorf("the server says: %s", reason)
		}
		if running == 0 {
			return nil
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
}

// hear gives servers of 2018 a second before they are asked whether a mutation is under way:
// of one on a replicated table they hear by the keeper, a moment after the statement is done,
// and tell of none until then.
func (l Layout) hear(ctx context.Context) error {
	if !l.Replicated {
		return nil
	}
	return wait(ctx, time.Second)
}

func wait(ctx context.Context, pause time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(pause):
		return nil
	}
}

// tellsReasons: servers before 19 do not say why a mutation fails. Those that do can
// also ask all replicas at once, as far as a cluster is meant.
func tellsReasons(ctx context.Context, db *sql.DB) (bool, error) {
	var found uint64
	const asked = `SELECT count() FROM system.columns WHERE database = 'system' AND table = 'mutations' AND name = 'latest_fail_reason'`
	err := db.QueryRowContext(ctx, asked).Scan(&found)
	return found > 0, err
}
