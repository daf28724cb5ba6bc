package clickhouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

// everywhere is the layout of a cluster with replicas and shards.
var everywhere = Layout{Cluster: clickhousetest.ClusterName, Replicated: true, Distributed: true}

// nodes are the servers of a cluster, with a database of the test's own.
type nodes struct {
	*clickhousetest.Servers
	database string
}

// clustered makes a database on a cluster and its tables.
func clustered(t *testing.T, s *clickhousetest.Servers, l Layout, database string) nodes {
	t.Helper()
	g := nodes{s, database}
	g.migrate(t, s.Options(), func(db *sql.DB) error { return Migrate(t.Context(), db, l, nil) })
	return g
}

// migrate runs a step in the database, which is made where it is not there.
func (g nodes) migrate(t *testing.T, o *ch.Options, step func(*sql.DB) error) {
	t.Helper()
	o.Auth.Database = g.database
	migrateCluster(t, g.Servers, o, func(db *sql.DB) error {
		if err := MakeDatabase(t.Context(), cloned(o), everywhere); err != nil {
			return err
		}
		return step(db)
	})
}

// at opens the database on one server.
func (g nodes) at(t *testing.T, shard, replica int) *sql.DB {
	t.Helper()
	o := g.At(shard, replica).Clone()
	o.Auth.Database = g.database
	return opened(t, o)
}

// waited returns from an insert when the servers of the shards have the rows.
func waited(t *testing.T) context.Context {
	t.Helper()
	return ch.Context(t.Context(), ch.WithSettings(ch.Settings{"insert_distributed_sync": 1}))
}

// putTrips writes a revision of a trip of each vehicle.
func putTrips(t *testing.T, db *sql.DB, revision int, state string, vehicles ...string) {
	t.Helper()
	rows := `INSERT INTO trips (id, vehicle_id, at, method_version, revision, state)
		SELECT toFixedString(concat('trip-of-', v), 16), v, toInt64(1700000000000000), toUInt16(1), toUInt32(?), ?
		FROM (SELECT arrayJoin(['` + strings.Join(vehicles, "', '") + `']) AS v)`
	if _, err := db.ExecContext(waited(t), rows, revision, state); err != nil {
		t.Fatalf("write revision %d of %s: %v", revision, vehicles, err)
	}
}

// tripsSeen is what readers see: the revisions that count, without withdrawn ones.
func tripsSeen(t *testing.T, db *sql.DB) []string {
	t.Helper()
	return texts(t, db, `SELECT concat(vehicle_id, ' ', toString(revision)) FROM
		(SELECT vehicle_id, id, revision, state FROM trips ORDER BY vehicle_id, at DESC, id DESC, method_version DESC, revision DESC LIMIT 1 BY id)
		WHERE state != 'withdrawn' ORDER BY vehicle_id`)
}

func wantTexts(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestClusterOfShardsAndReplicas(t *testing.T) {
	s := clickhousetest.Cluster(t, 2, 2)
	t.Run("every server is migrated", func(t *testing.T) { everyServerIsMigrated(t, clustered(t, s, everywhere, "every")) })
	t.Run("rows and revisions", func(t *testing.T) { rowsAndRevisions(t, clustered(t, s, everywhere, "revisions")) })
	t.Run("a server without tables", func(t *testing.T) { serverWithoutTables(t, clustered(t, s, everywhere, "joined")) })
	t.Run("another layout", func(t *testing.T) { anotherLayout(t, clustered(t, s, everywhere, "other")) })
	t.Run("another column", func(t *testing.T) { anotherColumn(t, clustered(t, s, everywhere, "wider")) })
	t.Run("replicas without shards", func(t *testing.T) {
		l := Layout{Cluster: clickhousetest.ClusterName, Replicated: true}
		g := clustered(t, s, l, "replicas")
		if err := Check(t.Context(), g.at(t, 2, 1), l); err != nil {
			t.Error(err)
		}
		putTrips(t, g.at(t, 1, 1), 1, "final", "a")
		synced(t, g.at(t, 1, 2), "trips")
		wantTexts(t, "the other replica", tripsSeen(t, g.at(t, 1, 2)), "a 1")
		wantTexts(t, "another shard", tripsSeen(t, g.at(t, 2, 1)))
	})
	// The last, since they kill servers.
	g := clustered(t, s, everywhere, "away")
	t.Run("a replica that was away", func(t *testing.T) { replicaThatWasAway(t, g) })
	t.Run("no keeper", func(t *testing.T) { noKeeper(t, g) })
}

// On a cluster of its own: what many do at once may stop a server of 2018 from running
// further statements (docs/storage.md), which is no matter of the tests above.
func TestManyMigrateACluster(t *testing.T) {
	manyMigrateCluster(t, clickhousetest.Cluster(t, 2, 2))
}

// Tables without replicas need a cluster that says so: 18.16 does not alter them in another.
func TestClusterOfShardsAlone(t *testing.T) {
	t.Setenv("CLICKHOUSE_INTERNAL_REPLICATION", "false")
	l := Layout{Cluster: clickhousetest.ClusterName, Distributed: true}
	if err := Check(t.Context(), clustered(t, clickhousetest.Cluster(t, 2, 1), l, "shards").at(t, 2, 1), l); err != nil {
		t.Error(err)
	}
}

func everyServerIsMigrated(t *testing.T, g nodes) {
	for i := range 4 {
		db := g.at(t, i/2+1, i%2+1)
		st, err := ReadStatus(t.Context(), db, everywhere)
		if err != nil || !st.Current() || st.Servers != 4 || st.Ready != 4 {
			t.Errorf("server %d: %+v, error %v", i, st, err)
		}
		if told := mustMigrate(t, db, everywhere); len(told) > 0 {
			t.Errorf("server %d had to do %v", i, told)
		}
		wantTexts(t, "engines", texts(t, db, `SELECT engine FROM system.tables WHERE database = currentDatabase() AND name IN ('trips', 'trips_local') ORDER BY name`),
			"Distributed", "ReplicatedReplacingMergeTree")
	}
}

// synced waits until a replica has what the others have.
func synced(t *testing.T, db *sql.DB, table string) {
	t.Helper()
	mustExec(t, db, "SYSTEM SYNC REPLICA "+table)
}

// synced waits until every replica has what the other has: a Distributed table reads from
// any of them.
func (g nodes) synced(t *testing.T) {
	t.Helper()
	for i := range 4 {
		synced(t, g.at(t, i/2+1, i%2+1), "trips_local")
	}
}

// leader opens the replica of a shard that merges; in 18.16 the other would ask it to as
// the user named default, whom it may not have.
func (g nodes) leader(t *testing.T, shard int) *sql.DB {
	t.Helper()
	db := g.at(t, shard, 1)
	if texts(t, db, "SELECT toString(is_leader) FROM system.replicas WHERE database = currentDatabase() AND table = 'trips_local'")[0] == "1" {
		return db
	}
	return g.at(t, shard, 2)
}

func rowsAndRevisions(t *testing.T, g nodes) {
	var vehicles, all []string
	for i := range 40 {
		v := fmt.Sprintf("v%02d", i)
		vehicles, all = append(vehicles, v), append(all, v+" 1")
	}
	putTrips(t, g.at(t, 1, 1), 1, "final", vehicles...)
	g.synced(t)
	wantTexts(t, "written on one shard, read on the other", tripsSeen(t, g.at(t, 2, 2)), all...)
	count := `SELECT toString(count()) FROM trips_local`
	first, second := texts(t, g.at(t, 1, 2), count)[0], texts(t, g.at(t, 2, 2), count)[0]
	if first == "0" || second == "0" {
		t.Errorf("%s rows are on one shard and %s on the other", first, second)
	}
	// From another server: a newer revision of one, the end of another, an old revision again.
	putTrips(t, g.at(t, 2, 2), 2, "amended", "v00")
	putTrips(t, g.at(t, 2, 2), 2, "withdrawn", "v01")
	putTrips(t, g.at(t, 1, 2), 1, "final", "v00", "v01")
	after := append([]string{"v00 2"}, all[2:]...)
	g.synced(t)
	wantTexts(t, "before merges", tripsSeen(t, g.at(t, 1, 1)), after...)
	for shard := range 2 {
		leader := g.leader(t, shard+1)
		mustMerge(t, leader, "trips_local PARTITION 202311")
		rows, facts := `SELECT toString(count()) FROM trips_local`, `SELECT toString(uniqExact(id)) FROM trips_local`
		wantTexts(t, "rows after a shard was merged", texts(t, leader, rows), texts(t, leader, facts)...)
	}
	wantTexts(t, "the analysts' view", texts(t, g.at(t, 2, 2), "SELECT toString(count()) FROM trips_current"), "39")
	wantTexts(t, "after merges", tripsSeen(t, g.at(t, 1, 1)), after...)
}

// A server that joins a cluster, or comes back empty, has missed what ran ON CLUSTER.
func serverWithoutTables(t *testing.T, g nodes) {
	empty := g.at(t, 2, 2)
	for _, table := range texts(t, empty, `SELECT name FROM system.tables WHERE database = currentDatabase()`) {
		mustExec(t, empty, "DROP TABLE "+table)
	}
	for what, db := range map[string]*sql.DB{"the empty server": empty, "another": g.at(t, 1, 1)} {
		if err := Check(t.Context(), db, everywhere); !errors.Is(err, ErrNotMigrated) {
			t.Errorf("%s: %v", what, err)
		}
	}
	st, err := ReadStatus(t.Context(), g.at(t, 1, 1), everywhere)
	if err != nil || st.Current() || st.Ready != 3 {
		t.Errorf("%+v, error %v", st, err)
	}
	g.migrate(t, g.At(1, 1).Clone(), func(db *sql.DB) error { return Migrate(t.Context(), db, everywhere, nil) })
	for _, db := range []*sql.DB{empty, g.at(t, 1, 1)} {
		if err := Check(t.Context(), db, everywhere); err != nil {
			t.Error(err)
		}
	}
	putTrips(t, empty, 1, "final", "a", "b", "c", "d")
	g.synced(t)
	wantTexts(t, "written through it", tripsSeen(t, g.at(t, 1, 1)), "a 1", "b 1", "c 1", "d 1")
}

func anotherLayout(t *testing.T, g nodes) {
	for _, l := range []Layout{{}, {Cluster: everywhere.Cluster}, {Cluster: everywhere.Cluster, Distributed: true}} {
		if err := Migrate(t.Context(), g.at(t, 1, 1), l, nil); !errors.Is(err, ErrLayout) {
			t.Errorf("%+v: %v", l, err)
		}
	}
	unknown := Layout{Cluster: "nowhere"}
	if err := Check(t.Context(), g.at(t, 1, 1), unknown); err == nil || !strings.Contains(err.Error(), "no cluster nowhere") {
		t.Errorf("%+v: %v", unknown, err)
	}
}

// anotherColumn is added as docs/storage.md says, after a run that was cut off.
func anotherColumn(t *testing.T, g nodes) {
	mustExec(t, g.leader(t, 1), "ALTER TABLE trips_local ADD COLUMN fresh UInt8")
	files := some(t, len(known(t)))
	files[fmt.Sprintf("migrations/%04d_wider.sql", len(files)+1)] = &fstest.MapFile{Data: []byte(
		"ALTER TABLE {{local \"trips\"}}{{cluster}} ADD COLUMN fresh UInt8;\n" +
			"{{if distributed \"trips\"}}DROP TABLE IF EXISTS trips{{cluster}};{{end}}\n{{distributed \"trips\"}}\n")}
	g.migrate(t, g.At(2, 2).Clone(), func(db *sql.DB) error { return migrate(t.Context(), db, everywhere, files, nil) })
	for i := range 4 {
		wantTexts(t, "tables with the column", texts(t, g.at(t, i/2+1, i%2+1),
			`SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'fresh' ORDER BY table`), "trips", "trips_local")
	}
}

func replicaThatWasAway(t *testing.T, g nodes) {
	putTrips(t, g.at(t, 1, 1), 1, "final", "a", "b", "c", "d")
	// 18.16 does not start again where the only part of a table was just being fetched:
	// it takes the disk for another's.
	g.synced(t)
	g.At(1, 2).Kill(t)
	g.At(2, 2).Kill(t)
	putTrips(t, g.at(t, 1, 1), 2, "amended", "a", "b")
	putTrips(t, g.at(t, 2, 1), 2, "withdrawn", "c", "d")
	wantTexts(t, "while it is away", tripsSeen(t, g.at(t, 1, 1)), "a 2", "b 2")
	g.At(1, 2).Restart(t)
	g.At(2, 2).Restart(t)
	synced(t, g.at(t, 1, 2), "trips_local")
	synced(t, g.at(t, 2, 2), "trips_local")
	g.At(1, 1).Kill(t)
	g.At(2, 1).Kill(t)
	wantTexts(t, "when the others are away", tripsSeen(t, g.at(t, 2, 2)), "a 2", "b 2")
}

// Without its keeper a server does not know how many others have the tables: that is not
// the same as none.
func noKeeper(t *testing.T, g nodes) {
	db := g.at(t, 2, 2)
	if err := Check(t.Context(), db, everywhere); err != nil {
		t.Error(err)
	}
	g.KillKeeper(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var err error
	for err == nil && ctx.Err() == nil { // until the server finds out
		err = Check(ctx, db, everywhere)
	}
	if err == nil || errors.Is(err, ErrNotMigrated) {
		t.Errorf("without a keeper: %v", err)
	}
}
