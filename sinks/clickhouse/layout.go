package clickhouse

// Layout is how tables lie on the servers. The zero Layout is one server.
type Layout struct {
	// Cluster names the servers' entry in their remote_servers: statements that make
	// or change tables then run ON CLUSTER. Empty for one server.
	Cluster string
	// Replicated makes tables ReplicatedReplacingMergeTree; the servers need macros
	// {shard} and {replica}, and a keeper.
	Replicated bool
	// Distributed puts a Distributed table, sharded by vehicle, over a local one of
	// each shard; it carries the plain name, and the local one ends in _local.
	Distributed bool
}

// Local is the name of the table that holds the rows of its server.
func (l Layout) Local(table string) string {
	if l.Distributed {
		return table + "_local"
	}
	return table
}
