package clickhousetest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

// withoutKeeper are the codes of an insert into a replicated table without ZooKeeper:
// the session has expired, the table is read-only, or ZooKeeper's own error.
var withoutKeeper = []int32{225, 242, 999}

const (
	oneRow  = "INSERT INTO d.local (id, revision, day) SELECT 100, 1, toDate('2026-01-01')"
	twenty  = "INSERT INTO d.facts (id, revision, day) SELECT number, 1, toDate('2026-01-01') FROM numbers(20)"
	inLocal = "SELECT toInt64(count()) FROM d.local"
)

func TestClusterReplicatesAndDistributes(t *testing.T) {
	t.Parallel()
	servers := clickhousetest.Cluster(t, 2, 2)
	synchronously := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"insert_distributed_sync": 1}))
	for _, query := range []string{
		"CREATE DATABASE d ON CLUSTER milepost",
		`CREATE TABLE d.local ON CLUSTER milepost (id UInt64, revision UInt32, day Date)
			ENGINE = ReplicatedReplacingMergeTree('/tables/{cluster}/{shard}/local', '{replica}', revision) PARTITION BY day ORDER BY id`,
		"CREATE TABLE d.facts ON CLUSTER milepost (id UInt64, revision UInt32, day Date) ENGINE = Distributed(milepost, d, local, id)",
		twenty,
	} {
		if err := exec(synchronously, t, servers.At(1, 1), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	for _, s := range servers.All() {
		if err := exec(t.Context(), t, s, "SYSTEM SYNC REPLICA d.local"); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range servers.All() {
		here, everywhere := one(t, s.Clone(), inLocal), one(t, s.Clone(), "SELECT toInt64(count()) FROM d.facts")
		if here != 10 || everywhere != 20 {
			t.Errorf("%s: %d rows in its shard and %d in all, want 10 and 20", s.Name, here, everywhere)
		}
	}
}

func TestClusterWithoutItsKeeper(t *testing.T) {
	t.Parallel()
	servers := clickhousetest.Cluster(t, 1, 2)
	first := servers.At(1, 1)
	for _, query := range []string{
		"CREATE DATABASE d ON CLUSTER " + clickhousetest.ClusterName,
		`CREATE TABLE d.local ON CLUSTER milepost (id UInt64, revision UInt32, day Date)
			ENGINE = ReplicatedReplacingMergeTree('/tables/local', '{replica}', revision) PARTITION BY day ORDER BY id`,
	} {
		if err := exec(t.Context(), t, first, query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	servers.KillKeeper(t)
	err := exec(t.Context(), t, first, oneRow)
	if exception, ok := errors.AsType[*clickhouse.Exception](err); !ok || !slices.Contains(withoutKeeper, exception.Code) {
		t.Errorf("an insert without ZooKeeper: %v", err)
	}
	servers.RestartKeeper(t)
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for began := time.Now(); exec(t.Context(), t, first, oneRow) != nil; <-again.C {
		if time.Since(began) > time.Minute {
			t.Fatal("a minute after ZooKeeper is back the table takes no rows")
		}
	}
	if n := one(t, first.Clone(), inLocal); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func exec(ctx context.Context, t *testing.T, s *clickhousetest.Instance, query string) error {
	t.Helper()
	conn, err := clickhouse.Open(s.Clone())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.Exec(ctx, query)
}
