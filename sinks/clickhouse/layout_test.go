package clickhouse

import "testing"

func TestLayoutsInSQL(t *testing.T) {
	const (
		plain      = "ReplacingMergeTree(revision)"
		replicated = "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/d/trips', '{replica}', revision)"
		spread     = "CREATE TABLE IF NOT EXISTS `trips` ON CLUSTER 'c' AS `d`.`trips_local` ENGINE = Distributed('c', 'd', 'trips_local', cityHash64(vehicle_id));"
	)
	for _, c := range []struct {
		layout                                 Layout
		local, cluster, replacing, distributed string
	}{
		{Layout{}, "`trips`", "", plain, ""},
		{Layout{Replicated: true}, "`trips`", "", replicated, ""},
		{Layout{Cluster: "c"}, "`trips`", " ON CLUSTER 'c'", plain, ""},
		{Layout{Cluster: "c", Replicated: true}, "`trips`", " ON CLUSTER 'c'", replicated, ""},
		{Layout{Cluster: "c", Distributed: true}, "`trips_local`", " ON CLUSTER 'c'", plain, spread},
		{Layout{Cluster: "c", Replicated: true, Distributed: true}, "`trips_local`", " ON CLUSTER 'c'", replicated, spread},
	} {
		m := migration{text: `{{local "trips"}}|{{cluster}}|{{replacing "trips"}}|{{distributed "trips"}}`}
		got, err := m.statements(target{layout: c.layout, database: "d"})
		want := c.local + "|" + c.cluster + "|" + c.replacing + "|" + c.distributed
		if err != nil || len(got) != 1 || got[0]+";" != want && got[0] != want {
			t.Errorf("%+v:\ngot  %s (error %v)\nwant %s", c.layout, got, err, want)
		}
		if err := c.layout.Validate(); err != nil {
			t.Errorf("%+v: %v", c.layout, err)
		}
	}
	if err := (Layout{Distributed: true}).Validate(); err == nil {
		t.Error("distributed tables without a cluster are let through")
	}
}

func TestQuotes(t *testing.T) {
	if got, want := literal(`it's \`+"`"), `'it\'s \\\`+"`'"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := identifier("a`b"), "`a\\`b`"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
