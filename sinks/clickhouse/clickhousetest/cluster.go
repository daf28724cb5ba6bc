package clickhousetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Servers is a cluster that belongs to one test. Its servers know it as ClusterName, and
// have the macros cluster, shard and replica.
type Servers struct {
	replicas int
	env      []string
	nodes    []*Instance
}

// ClusterName is what ON CLUSTER and Distributed call the cluster.
const ClusterName = "milepost"

// Cluster starts servers and a ZooKeeper for the test alone, with dev/clickhouse cluster,
// and stops them after the test. Where no server or no Java is to be had the test is
// skipped; with MILEPOST_REQUIRE_SERVICES=1 it fails.
func Cluster(t testing.TB, shards, replicas int) *Servers {
	t.Helper()
	needs(t, "MILEPOST_CLICKHOUSE", "dev/clickhouse")
	if _, err := exec.LookPath("java"); err != nil && os.Getenv("MILEPOST_REQUIRE_SERVICES") != "1" {
		t.Skip("NOT RUN ON A CLUSTER: ZooKeeper needs Java, and there is none")
	}
	dir := filepath.Join(t.TempDir(), "cluster")
	s := &Servers{replicas: replicas, env: append(data(t),
		"CLICKHOUSE_RUN="+dir, owner(),
		fmt.Sprintf("CLICKHOUSE_SHARDS=%d", shards), fmt.Sprintf("CLICKHOUSE_REPLICAS=%d", replicas),
	)}
	t.Cleanup(func() { script(t, s.env, "cluster", "kill") })
	script(t, s.env, "cluster", "up")
	for i := range shards * replicas {
		s.nodes = append(s.nodes, member(t, dir, fmt.Sprintf("%d-%d", i/replicas+1, i%replicas+1)))
	}
	return s
}

func member(t testing.TB, cluster, name string) *Instance {
	t.Helper()
	p := &Instance{dir: filepath.Join(cluster, name)}
	p.env = []string{"CLICKHOUSE_RUN=" + p.dir, owner()}
	p.Engine = server(t, name, script(t, p.env, "env"))
	p.private = true
	return p
}

// At gives a server by its shard and its replica, both counted from 1.
func (s *Servers) At(shard, replica int) *Instance { return s.nodes[(shard-1)*s.replicas+replica-1] }

// All gives every server, shard by shard.
func (s *Servers) All() []*Instance { return s.nodes }

// Options name the addresses of all servers, as a user who may do everything.
func (s *Servers) Options() *clickhouse.Options {
	o := s.nodes[0].Clone()
	o.Addr = nil
	for _, n := range s.nodes {
		o.Addr = append(o.Addr, n.Options.Addr...)
	}
	return o
}

// KillKeeper ends ZooKeeper at once: replicated tables then take no writes.
func (s *Servers) KillKeeper(t testing.TB) {
	t.Helper()
	script(t, s.env, "cluster", "keeper-kill")
}

// RestartKeeper brings ZooKeeper back; the servers find it after some seconds.
func (s *Servers) RestartKeeper(t testing.TB) {
	t.Helper()
	script(t, s.env, "cluster", "keeper-up")
}
