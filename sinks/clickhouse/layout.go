package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// Layout is how tables lie on the servers. The zero Layout is one server.
type Layout struct {
	// Cluster names the servers' entry in their remote_servers: statements that make
	// or change tables then run ON CLUSTER, which needs a keeper and, on each server,
	// macros {shard} and {replica}. Empty for one server.
	Cluster string
	// Replicated makes tables ReplicatedReplacingMergeTree; the servers need macros
	// {shard} and {replica}, and a keeper.
	Replicated bool
	// Distributed puts a Distributed table, sharded by vehicle, over a local one of
	// each shard; it carries the plain name, and the local one ends in _local.
	Distributed bool
}

// Validate says what of a layout cannot be.
func (l Layout) Validate() error {
	if l.Distributed && l.Cluster == "" {
		return errors.New("distributed tables need the name of a cluster")
	}
	return nil
}

// Local is the name of the table that holds the rows of its server.
func (l Layout) Local(table string) string {
	if l.Distributed {
		return table + "_local"
	}
	return table
}

// onCluster is what a statement that makes or changes a table carries after its name.
func (l Layout) onCluster() string {
	if l.Cluster == "" {
		return ""
	}
	return " ON CLUSTER " + literal(l.Cluster)
}

// patience bounds how long a statement ON CLUSTER waits for all servers: for less time
// than the connection waits for an answer. A server that is away then makes the
// statement fail, and runs it when it is back.
func (l Layout) patience(ctx context.Context) context.Context {
	if l.Cluster == "" {
		return ctx
	}
	return ch.Context(ctx, ch.WithSettings(ch.Settings{"distributed_ddl_task_timeout": clusterPatience}))
}

// clusterPatience is in seconds, of which servers of 2018, whose protocol doubles it,
// wait half: as long as fits into readTimeout, for these take their time for an ALTER.
const clusterPatience = 110

// replacing is the engine of a table of facts.
func (l Layout) replacing(database, table string) string {
	if !l.Replicated {
		return "ReplacingMergeTree(revision)"
	}
	path := "/clickhouse/tables/{shard}/" + database + "/" + table
	return fmt.Sprintf("ReplicatedReplacingMergeTree(%s, '{replica}', revision)", literal(path))
}

// distributed is the statement that makes the table over those of all shards, if
// there is to be one.
func (l Layout) distributed(database, table string) string {
	if !l.Distributed {
		return ""
	}
	return fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s%s AS %s.%s ENGINE = Distributed(%s, %s, %s, cityHash64(vehicle_id));",
		identifier(table), l.onCluster(), identifier(database), identifier(l.Local(table)),
		literal(l.Cluster), literal(database), literal(l.Local(table)))
}

var escaped = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "`", "\\`")

// literal quotes a string for SQL.
func literal(s string) string { return "'" + escaped.Replace(s) + "'" }

// identifier quotes a name for SQL.
func identifier(s string) string { return "`" + escaped.Replace(s) + "`" }
