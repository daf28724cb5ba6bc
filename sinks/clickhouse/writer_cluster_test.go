package clickhouse

import (
	"database/sql"
	"fmt"
	"maps"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/clickhouse/clickhousetest"
)

// steadyCluster bears what a first write on a busy machine takes: one that is repeated on
// another server is there twice, which no test here means.
var steadyCluster = patience{silence: 30 * time.Second, away: 200 * time.Millisecond}

// stored counts the trips on the replica of each shard that has most: one takes an
// insert, and the others follow.
func stored(t *testing.T, servers *clickhousetest.Servers, shards, replicas int) (total int) {
	t.Helper()
	for shard := 1; shard <= shards; shard++ {
		most := 0
		for replica := 1; replica <= replicas; replica++ {
			db := ch.OpenDB(servers.At(shard, replica).Clone())
			var n int
			if err := db.QueryRowContext(t.Context(), "SELECT toInt64(count()) FROM trips_local").Scan(&n); err == nil {
				most = max(most, n)
			}
			closing(t, db.Close)
		}
		total += most
	}
	return total
}

func TestAClusterHasWhatWasAcknowledged(t *testing.T) {
	const shards, replicas, trips = 2, 2, 200
	servers := clickhousetest.Cluster(t, shards, replicas)
	layout := Layout{Cluster: clickhousetest.ClusterName, Replicated: true, Distributed: true}
	migrateCluster(t, servers, servers.Options(), func(db *sql.DB) error { return Migrate(t.Context(), db, layout, nil) })
	db := ch.OpenDB(servers.Options())
	defer db.Close()
	w, err := openWriter(t.Context(), servers.Options(), layout, steadyCluster)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var batch []outcome.Outcome
	for i := range trips {
		batch = append(batch, aTrip(fmt.Sprintf("car-%d", i), start))
	}
	write := func() {
		t.Helper()
		for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
			err := w.Write(t.Context(), batch)
			if err == nil {
				return
			}
			if !sinks.Retryable(err) || time.Now().After(deadline) {
				t.Fatal(err)
			}
		}
	}
	write()
	if got := stored(t, servers, shards, replicas); got != trips {
		t.Errorf("acknowledged, and %d of %d trips are on the shards", got, trips)
	}

	// What was erased and comes again is no repeat of a block.
	if _, err := db.ExecContext(t.Context(), "ALTER TABLE trips_local ON CLUSTER "+clickhousetest.ClusterName+" DELETE WHERE 1"); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(2 * time.Minute); stored(t, servers, shards, replicas) > 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the trips were not deleted")
		}
	}
	write()
	if got := stored(t, servers, shards, replicas); got != trips {
		t.Errorf("after they were erased, %d of %d trips came again", got, trips)
	}

	servers.KillKeeper(t)
	if err := w.Write(t.Context(), batch); !sinks.Retryable(err) {
		t.Errorf("without a keeper: %v", err)
	}
	servers.RestartKeeper(t)
	write()

	servers.At(1, 1).Kill(t)
	write()
	if got := stored(t, servers, shards, replicas); got < trips {
		t.Errorf("after a server was killed there are %d of %d trips", got, trips)
	}
}

// A setting that a server does not know would fail every insert.
func TestOnlySettingsThatAServerKnowsAreSent(t *testing.T) {
	everything := Layout{Cluster: "c", Replicated: true, Distributed: true}
	for _, c := range []struct {
		engine func(testing.TB) clickhousetest.Engine
		layout Layout
		want   ch.Settings
	}{
		{clickhousetest.Server, Layout{}, ch.Settings{}},
		{clickhousetest.Server, everything, ch.Settings{"insert_distributed_sync": 1, "insert_deduplicate": 0}},
		{clickhousetest.CHDB, Layout{}, ch.Settings{"async_insert": 0}},
		{clickhousetest.CHDB, everything, ch.Settings{"async_insert": 0, "insert_distributed_sync": 1, "insert_deduplicate": 0}},
	} {
		e := c.engine(t)
		if e.Name == "server" && e.Current {
			continue // the old one's list
		}
		conn, err := ch.Open(e.Clone())
		if err != nil {
			t.Fatal(err)
		}
		got, err := settingsOf(t.Context(), conn, c.layout)
		closing(t, conn.Close)
		if err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", e.Name, got, err, c.want)
		}
	}
}
