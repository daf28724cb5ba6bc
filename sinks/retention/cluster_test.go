package retention_test

import (
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/retention"
)

// On a cluster every shard is kept to the policy and to the holds, by whichever server
// is asked.
func TestRetainOnACluster(t *testing.T) {
	servers := clickhousetest.Cluster(t, 2, 1)
	layout := clickhouse.Layout{Cluster: clickhousetest.ClusterName, Replicated: true, Distributed: true}
	options := servers.At(1, 1).Clone()
	options.Auth.Database = "default" // the cluster is this test's alone
	if err := clickhouse.MakeDatabase(t.Context(), options, layout); err != nil {
		t.Fatal(err)
	}
	options.Settings = ch.Settings{"insert_distributed_sync": 1}
	db := ch.OpenDB(options)
	t.Cleanup(func() { db.Close() })
	if err := clickhouse.Migrate(t.Context(), db, layout, nil); err != nil {
		t.Fatal(err)
	}
	keep, err := retention.OpenClickHouse(t.Context(), db, layout)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{T: t, db: db, keep: keep, plain: true}
	vehicles := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	for _, v := range vehicles {
		for _, days := range []int{1, 39, 41, 100, 200} {
			s.add("trips", v, days, 1)
		}
	}
	h := s.hold("c", 101, 98)
	p := retention.Policy{Trips: 40}
	if r := s.retain(p, false)["trips"]; r.Due != 23 || r.Deleted != 23 || r.Held != 1 {
		t.Errorf("got %+v", r)
	}
	for _, v := range vehicles {
		if v != "c" {
			s.want("trips", v, "1 39")
		}
	}
	s.want("trips", "c", "1 39 100")
	if err := keep.Release(t.Context(), h.ID); err != nil {
		t.Fatal(err)
	}
	s.retain(p, false)
	s.want("trips", "c", "1 39")
	if holds, err := keep.Holds(t.Context(), ""); err != nil || len(holds) != 0 {
		t.Errorf("%v %v", holds, err)
	}
}
