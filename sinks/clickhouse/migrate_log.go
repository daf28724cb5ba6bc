package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// The log of migrations is only appended to, since servers of 2018 can change rows
// only in the background: a step that was skipped has another row when it is applied
// after all, and two processes that migrate at once leave a row each.
//
// In a cluster it is one replicated table over the servers of all shards, so that
// whichever is asked knows it, and so that its number of replicas says how many servers
// have been migrated.
const logTable = "schema_migrations"

func (s *session) makeLog(ctx context.Context) error {
	engine := "MergeTree"
	if s.layout.Cluster != "" {
		path := "/clickhouse/tables/all/" + s.database + "/" + logTable
		engine = fmt.Sprintf("ReplicatedMergeTree(%s, '{shard}-{replica}')", literal(path))
	}
	statement := fmt.Sprintf(`CREATE TABLE IF NOT EXISTS %s%s (
  version    UInt32,
  name       String,
  checksum   String,
  applied_at DateTime('UTC'),
  skipped    String
) ENGINE = %s ORDER BY version`, logTable, s.layout.onCluster(), engine)
	if err := s.execute(ctx, statement); err != nil {
		return fmt.Errorf("make the log of migrations: %w", err)
	}
	return nil
}

// entry is what is on record of a migration.
type entry struct {
	version  int
	name     string
	checksum string
	at       time.Time
	skipped  string // why; empty where it was applied
}

// readLog gives the entry that counts of each version: the last that says applied, or
// else the last. It is empty where nothing was ever migrated.
func (s *session) readLog(ctx context.Context) (log map[int]entry, err error) {
	found, err := s.engineOf(ctx, logTable)
	if err != nil || found == "" {
		return nil, err
	}
	s.catchUp(ctx)
	const asked = `SELECT version, name, checksum, applied_at, skipped FROM ` + logTable + ` ORDER BY version, skipped = '', applied_at`
	rows, err := s.conn.QueryContext(ctx, asked)
	if err != nil {
		return nil, fmt.Errorf("read the log of migrations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	log = map[int]entry{}
	for rows.Next() {
		var e entry
		var number uint32
		if err := rows.Scan(&number, &e.name, &e.checksum, &e.at, &e.skipped); err != nil {
			return nil, fmt.Errorf("read the log of migrations: %w", err)
		}
		e.version, e.at = int(number), e.at.UTC()
		log[e.version] = e
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the log of migrations: %w", err)
	}
	return log, nil
}

// catchUp lets the server that is asked fetch what was put on record through another a
// moment ago. Who may not ask for that, or has no keeper just now, gets what is there:
// the worst that follows is a step that is run once more.
func (s *session) catchUp(ctx context.Context) {
	if s.layout.Cluster == "" {
		return
	}
	const patience = 5 // seconds
	ctx = ch.Context(ctx, ch.WithSettings(ch.Settings{"receive_timeout": patience}))
	_, _ = s.conn.ExecContext(ctx, "SYSTEM SYNC REPLICA "+logTable)
}

// record appends what became of a migration, at the server's time.
func (s *session) record(ctx context.Context, m migration, skipped string) error {
	statement := fmt.Sprintf(`INSERT INTO %s (version, name, checksum, applied_at, skipped) SELECT toUInt32(%d), %s, %s, now(), %s`,
		logTable, m.version, literal(m.name), literal(m.checksum), literal(skipped))
	if err := s.execute(ctx, statement); err != nil {
		return fmt.Errorf("write to the log of migrations: %w", err)
	}
	return nil
}
