package clickhouse

import (
	"database/sql"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks"
	"milepost/sinks/clickhouse/clickhousetest"
)

// On a cluster the rows go from every shard and every replica.
func TestEraseOnACluster(t *testing.T) {
	const shards, replicas = 2, 2
	servers := clickhousetest.Cluster(t, shards, replicas)
	layout := Layout{Cluster: clickhousetest.ClusterName, Replicated: true, Distributed: true}
	opts := servers.Options()
	migrateCluster(t, servers, opts, func(db *sql.DB) error { return Migrate(t.Context(), db, layout, nil) })
	db := ch.OpenDB(cloned(opts))
	defer db.Close()
	w, err := openWriter(t.Context(), cloned(opts), layout, steadyCluster)
	if err != nil {
		t.Fatal(err)
	}
	s := &store{opts: opts, Writer: w, db: db}
	defer w.Close()
	fleetOfTwo(t, s)
	synced := ch.Context(t.Context(), ch.WithSettings(ch.Settings{"insert_distributed_sync": 1}))
	const released = `INSERT INTO holds (id, vehicle_id, from_us, to_us, reason, placed_us, revision, released)
		SELECT 'h', 'vehicle-gone', toInt64(1), toInt64(2), 'r', toInt64(3), toUInt32(2), toUInt8(1)`
	if _, err := db.ExecContext(synced, released); err != nil {
		t.Fatal(err)
	}
	everyReplicaHas(t, servers, "trips", "events", "months", "charges", "factors", "holds")
	e, err := NewEraser(t.Context(), db, layout)
	if err != nil {
		t.Fatal(err)
	}
	for _, whose := range []sinks.Subject{{Account: "account-old"}, {Vehicle: "vehicle-gone"}} {
		if rows, err := e.Count(t.Context(), whose); err != nil || rows.Total() == 0 || rows[sinks.Hold] != map[bool]int64{true: 1}[whose.Vehicle != ""] {
			t.Fatalf("%v, error %v", rows, err)
		}
		if err := e.Erase(t.Context(), whose); err != nil {
			t.Fatal(err)
		}
		nothingLeft(t, e, whose)
	}
	if got, want := left(t, s, "vehicle_id = 'vehicle-kept'"), "28 trips 28 events 2 months 2 charges 2 factors "; got != want {
		t.Errorf("of the other %s, want %s", got, want)
	}
	deadline := time.Now().Add(time.Minute)
	for _, server := range servers.All() {
		local := ch.OpenDB(server.Clone())
		for {
			var n int64
			err := local.QueryRowContext(t.Context(), "SELECT toInt64(count()) FROM trips_local WHERE vehicle_id = 'vehicle-gone'").Scan(&n)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d trips are on %v", n, server.Options.Addr)
			}
		}
		closing(t, local.Close)
	}
}

// everyReplicaHas waits until each replica has the rows that the other took.
func everyReplicaHas(t *testing.T, servers *clickhousetest.Servers, tables ...string) {
	t.Helper()
	for _, server := range servers.All() {
		local := ch.OpenDB(server.Clone())
		for _, table := range tables {
			synced(t, local, table+"_local")
		}
		closing(t, local.Close)
	}
}

// nothingLeft waits for a minute: an old server tells of the mutations of one replica a
// shard, and the other, which may be counted, follows a moment later.
func nothingLeft(t *testing.T, e *Eraser, whose sinks.Subject) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		rows, err := e.Count(t.Context(), whose)
		if err == nil && rows.Total() == 0 {
			return
		}
		if err != nil || time.Now().After(deadline) {
			t.Errorf("%v is left, error %v", rows, err)
			return
		}
	}
}
