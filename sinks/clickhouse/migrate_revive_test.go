package clickhouse

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

// codeTooLong is that of a statement ON CLUSTER that some server has not run in time.
const codeTooLong = 159

// migrateCluster does as docs/storage.md says of one process that migrates: a server of
// 2018 that has stopped running statements is started again, and the step run again.
func migrateCluster(t *testing.T, s *clickhousetest.Servers, o *ch.Options, step func(*sql.DB) error) {
	t.Helper()
	for tries := 1; ; tries++ {
		db := ch.OpenDB(cloned(o))
		err := step(db)
		closing(t, db.Close)
		if err == nil {
			return
		}
		if !hasCode(err, codeTooLong) || tries == 3 || !revived(t, s) {
			t.Fatal(err)
		}
		t.Logf("a server had stopped running statements: %v", err)
	}
}

// revived starts the servers again that have stopped running statements ON CLUSTER, and
// reports whether there was one.
func revived(t *testing.T, s *clickhousetest.Servers) (some bool) {
	t.Helper()
	for _, server := range s.All() {
		log, err := os.ReadFile(filepath.Join(server.Dir(), "server.log"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(log), "DDLWorker: Unexpected ZooKeeper error") {
			server.Restart(t)
			some = true
		}
	}
	return some
}
