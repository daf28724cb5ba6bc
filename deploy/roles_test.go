package deploy_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	store "milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
)

// The engine in tests has one user, called default, and reads who that is from the
// folder that it is started in. So it is started as each of the users of
// clickhouse/users.d/milepost.xml in turn, on the same data.
const (
	self      = "default"
	usersFile = "clickhouse/users.d/milepost.xml"
	removed   = `<default remove="remove"/>`
	// The engine has no setting that would allow it; config.d/milepost.xml sets it for a server.
	changeable = "<changeable_in_readonly/>"
	anybody    = `<default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
		<grants><query>GRANT ALL ON *.* WITH GRANT OPTION</query></grants></default>`
)

// as starts an engine whose user is one of those that are shipped, or, as default, one
// who may do everything, and gives a connection to a database of it.
func as(t *testing.T, data, user, database string) *sql.DB {
	t.Helper()
	shipped, err := os.ReadFile(usersFile)
	if err != nil {
		t.Fatal(err)
	}
	me := anybody
	if user != self {
		_, users, _ := strings.Cut(string(shipped), "<users>")
		found := regexp.MustCompile(`(?s)<` + user + `>(.*?)</` + user + `>`).FindStringSubmatch(users)
		if found == nil {
			t.Fatalf("%s has no user %s", usersFile, user)
		}
		me = "<default><password></password>" + found[1] + "</default>"
	}
	if !strings.Contains(string(shipped), removed) || !strings.Contains(string(shipped), changeable) {
		t.Fatalf("%s is not what this test knows", usersFile)
	}
	folder := t.TempDir()
	passwords, err := os.ReadFile(filepath.Join(secrets(t), "clickhouse-passwords.xml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"config.xml":            "<clickhouse><users_config>users.xml</users_config></clickhouse>",
		"users.xml":             "<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users/></clickhouse>",
		"users.d/milepost.xml":  strings.NewReplacer(removed, me, changeable, "").Replace(string(shipped)),
		"users.d/passwords.xml": string(passwords),
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db := clickhouse.OpenDB(&clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{serve(t, folder, data)},
		Auth: clickhouse.Auth{Database: database, Username: "anybody"}})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// serve starts the engine in a folder on some data and gives its address.
func serve(t *testing.T, folder, data string) string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	address := filepath.Join(data, "address")
	if err := os.RemoveAll(address); err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	cmd := exec.CommandContext(t.Context(), interpreter(t, root), filepath.Join(root, "dev", "chdb.d", "serve.py"), data, "127.0.0.1")
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, &printed, &printed
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if at, err := os.ReadFile(address); err == nil {
			return strings.TrimSpace(string(at))
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the engine ended: %v\n%s", err, printed.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatal("the engine did not start within a minute")
	return ""
}

// interpreter is the Python of dev/chdb.
func interpreter(t *testing.T, root string) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(root, "dev", "chdb"))
	if err != nil {
		t.Fatal(err)
	}
	args := regexp.MustCompile(`\$\(dev/python ([^)]+)\)`).FindStringSubmatch(string(script))
	if args == nil {
		t.Fatal("dev/chdb does not call dev/python")
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(root, "dev", "python"), strings.Fields(args[1])...).Output()
	if err != nil {
		t.Fatalf("dev/python: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// attempt is what a user tries, and whether it should work.
type attempt struct {
	user, statement string
	works           bool
}

var attempts = []attempt{
	{"analyst", "SELECT count() FROM milepost.trips_current", true},
	{"analyst", "SELECT count() FROM milepost.events_current", true},
	{"analyst", "SELECT count() FROM milepost.months_current", true},
	{"analyst", "SELECT count() FROM milepost.charges_current", true},
	{"analyst", "SELECT count() FROM milepost.factors_current", true},
	{"analyst", "SELECT count() FROM milepost.factors", false},
	{"analyst", "SELECT count() FROM milepost.collisions_current", true},
	{"analyst", "SELECT count() FROM milepost.answers_current", true},
	{"analyst", "SELECT pulse FROM milepost.collisions", false},
	{"analyst", "SELECT driver_id FROM milepost.collisions", false},
	{"analyst", "SELECT content FROM milepost.additions", false},
	{"analyst", "SELECT count() FROM milepost.trips_current SETTINGS max_execution_time = 3000", false},
	{"analyst", "SELECT count() FROM milepost.trips_current SETTINGS max_memory_usage = 0", false},
	{"analyst", "SELECT polyline FROM milepost.trips", false},
	{"analyst", "SELECT id FROM milepost.trips", false},
	{"analyst", "SELECT lat FROM milepost.events", false},
	{"analyst", "SELECT days FROM milepost.months", false},
	{"analyst", "CREATE TABLE milepost.mine (a Int8) ENGINE = Memory", false},
	{"analyst", "CREATE VIEW milepost.mine AS SELECT 1", false},
	{"analyst", "DROP TABLE milepost.trips_current", false},
	{"analyst", "ALTER TABLE milepost.trips_current MODIFY SQL SECURITY NONE", false},
	{"analyst", "SELECT * FROM file('/etc/passwd', 'LineAsString')", false},
	{"analyst", "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')", false},
	{"analyst", "SELECT * FROM remote('127.0.0.1:1', 'milepost.trips')", false},
	{"analyst", "SELECT throwIf(count() != 7) FROM system.tables WHERE database = 'milepost'", true},
	{"analyst", "SELECT throwIf(count() > 0) FROM system.parts WHERE database = 'milepost'", true},
	{"monitor", "SELECT count() FROM system.parts WHERE database = 'milepost' HAVING count() > 0", true},
	{"monitor", "SELECT count() FROM milepost.trips_current", false},
	{"monitor", "SELECT count() FROM milepost.trips", false},
	{"operator", "SELECT polyline FROM milepost.trips", true},
	{"operator", "SELECT count() FROM system.parts", true},
	{"operator", "TRUNCATE TABLE milepost.trips", false},
	{"operator", "ALTER TABLE milepost.trips DELETE WHERE 1", false},
}

// milepost makes its tables with the rights that it is given, and each of the others
// can do what it is for and nothing else.
func TestUsersMayDoWhatTheyAreFor(t *testing.T) {
	clickhousetest.CHDB(t)
	data := t.TempDir()
	t.Run("milepost", func(t *testing.T) {
		db := as(t, data, "milepost", "default")
		options := &clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{address(t, data)},
			Auth: clickhouse.Auth{Database: "milepost", Username: "anybody"}}
		if err := store.MakeDatabase(t.Context(), options, store.Layout{}); err != nil {
			t.Fatal(err)
		}
		inside := clickhouse.OpenDB(options)
		defer inside.Close()
		for range 2 { // a second run changes nothing
			if err := store.Migrate(t.Context(), inside, store.Layout{}, nil); err != nil {
				t.Fatal(err)
			}
		}
		must(t, inside, "INSERT INTO trips (id, vehicle_id, at, state, polyline) SELECT toFixedString('i', 16), 'v', now64(6, 'UTC'), 'final', '_p~iF'")
		must(t, inside, "ALTER TABLE trips DELETE WHERE vehicle_id = 'w' SETTINGS mutations_sync = 1")
		must(t, inside, "DELETE FROM trips WHERE vehicle_id = 'w'")
		must(t, inside, "OPTIMIZE TABLE trips FINAL")
		must(t, inside, "ALTER TABLE trips MODIFY TTL toDateTime(at) + INTERVAL 10 DAY")
		if err := fails(t, db, "CREATE DATABASE other"); err == nil {
			t.Error("milepost may make any database")
		}
	})
	// The views were made by milepost, which was called default.
	t.Run(self, func(t *testing.T) {
		db := as(t, data, self, "default")
		for _, view := range []string{"trips_current", "events_current", "months_current", "charges_current", "factors_current", "collisions_current", "answers_current"} {
			must(t, db, fmt.Sprintf("ALTER TABLE milepost.%s MODIFY SQL SECURITY DEFINER DEFINER = milepost", view))
		}
	})
	for _, user := range []string{"analyst", "monitor", "operator"} {
		t.Run(user, func(t *testing.T) {
			db := as(t, data, user, "milepost")
			for _, a := range attempts {
				if a.user != user {
					continue
				}
				if err := fails(t, db, a.statement); (err == nil) != a.works {
					t.Errorf("%s: works: %t, want %t (%v)", a.statement, err == nil, a.works, err)
				}
			}
		})
	}
}

func address(t *testing.T, data string) string {
	t.Helper()
	at, err := os.ReadFile(filepath.Join(data, "address"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(at))
}

func must(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// denials are the codes of a server that does not let somebody: not enough rights,
// read-only, a setting out of its bounds.
var denials = []int32{497, 164, 452}

// fails runs a statement and gives the error by which it was denied; another error ends
// the test.
func fails(t *testing.T, db *sql.DB, statement string) error {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement)
	if err == nil {
		return nil
	}
	if !slices.ContainsFunc(denials, func(code int32) bool { return strings.Contains(err.Error(), fmt.Sprintf("code: %d,", code)) }) {
		t.Errorf("%s: not denied, but: %v", statement, err)
	}
	return err
}
