package clickhouse

import (
	"cmp"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

var update = flag.Bool("update", false, "write the tables of docs/storage.md anew")

const (
	storagePage = "../../docs/storage.md"
	dictionary  = "<!-- dictionary: written by go test ./sinks/clickhouse -update -->\n"
	dictionaryE = "<!-- end of dictionary -->"
)

// relations are the tables and views in the order of the page.
var relations = []string{"trips", "events", "months", "charges", "factors", "collisions", "additions",
	"trips_current", "events_current", "months_current", "charges_current", "factors_current", "collisions_current", "answers_current"}

// beneath are the tables of views that have another name.
var beneath = map[string]string{"answers_current": "additions"}

// describedColumn is what an engine says of a column.
type describedColumn struct{ name, kind, comment string }

func describe(t *testing.T, db *sql.DB, relation string) (columns []describedColumn) {
	t.Helper()
	comment := "comment"
	if len(texts(t, db, "SELECT name FROM system.columns WHERE database = 'system' AND table = 'columns' AND name = 'comment'")) == 0 {
		comment = "''"
	}
	rows, err := db.QueryContext(t.Context(), "SELECT name, type, "+comment+" FROM system.columns WHERE database = currentDatabase() AND table = '"+relation+"'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c describedColumn
		if err := rows.Scan(&c.name, &c.kind, &c.comment); err != nil {
			t.Fatal(err)
		}
		columns = append(columns, c)
	}
	if err := rows.Err(); err != nil || len(columns) == 0 {
		t.Fatalf("%s has %d columns (error %v)", relation, len(columns), err)
	}
	return columns
}

// units are what the names of columns end in.
var units = []struct{ suffix, unit string }{
	{"_kmh", "km/h"}, {"_kwh", "kWh"}, {"_ms2", "m/s²"}, {"_hz", "Hz"}, {"_m", "m"}, {"_s", "s"}, {"_l", "l"}, {"_deg", "°"}, {"_kw", "kW"}, {"_pct", "%"},
	{"l_per_100km", "l/100 km"}, {"kwh_per_100km", "kWh/100 km"}, {"lat", "°"}, {"lon", "°"},
}

func unit(c describedColumn) string {
	if strings.HasPrefix(c.kind, "DateTime") {
		return "UTC"
	}
	var longest struct{ suffix, unit string }
	for _, u := range units {
		if strings.HasSuffix(c.name, u.suffix) && len(u.suffix) > len(longest.suffix) {
			longest = u
		}
	}
	return longest.unit
}

// derived says what columns of the views are that their tables have not, or otherwise.
var derived = map[string]string{
	"trips_current.id": "identity, 32 hex digits", "events_current.id": "identity, 32 hex digits", "months_current.id": "identity, 32 hex digits",
	"events_current.trip_id": "identity of the trip that it lies in, 32 hex digits",
	"trips_current.month":    "first day of the month of local_date", "months_current.month": "first day of the month, local",
	"trips_current.routed": "1: a route is stored", "trips_current.state": "final, or amended by data that came late",
	"events_current.state": "final, or amended by data that came late", "months_current.state": "final, or amended",
	"months_current.trips":  "shared ones whose local_date lies in the month",
	"collisions_current.id": "identity, 32 hex digits", "collisions_current.clock": "the direction of force as on a clock's face; NULL: not known",
	"collisions_current.state":     "open while evidence is awaited, final, or amended by data that came late",
	"collisions_current.has_pulse": "1: a pulse is stored", "collisions_current.located": "1: a position is stored",
	"charges_current.id": "identity, 32 hex digits", "factors_current.id": "identity, 32 hex digits",
	"charges_current.state": "final, or amended by data that came late", "factors_current.state": "final, or amended",
	"answers_current.id": "identity, 32 hex digits", "answers_current.collision_id": "identity of the collision, 32 hex digits",
}

// write gives the page's part for one table or view.
func write(relation string, columns []describedColumn, comments map[string]string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "### %s\n\n| Column | Type | Unit | Means |\n|---|---|---|---|\n", relation)
	for _, c := range columns {
		means := c.comment
		if means == "" {
			means = strings.ReplaceAll(comments[c.name], "NaN", "NULL")
		}
		if own, ok := derived[relation+"."+c.name]; ok {
			means = own
		}
		fmt.Fprintf(&out, "| `%s` | `%s` | %s | %s |\n", c.name, c.kind, unit(c), means)
	}
	return out.String()
}

// The page's dictionary is what a current engine says of the tables that milepost makes.
func TestDictionaryIsWhatTheTablesAre(t *testing.T) {
	db := ch.OpenDB(clickhousetest.CHDB(t).Database(t))
	defer db.Close()
	if err := Migrate(t.Context(), db, Layout{}, nil); err != nil {
		t.Fatal(err)
	}
	want := dictionary
	for _, relation := range relations {
		comments := map[string]string{}
		for _, c := range describe(t, db, cmp.Or(beneath[relation], strings.TrimSuffix(relation, "_current"))) {
			if comments[c.name] = c.comment; c.comment == "" {
				t.Errorf("%s.%s has no comment", relation, c.name)
			}
		}
		want += "\n" + write(relation, describe(t, db, relation), comments)
	}
	text, err := os.ReadFile(storagePage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), dictionary)
	has, after, ends := strings.Cut(rest, dictionaryE)
	if !begins || !ends {
		t.Fatalf("%s has no dictionary", storagePage)
	}
	if *update {
		if err := os.WriteFile(storagePage, []byte(before+want+"\n"+dictionaryE+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := dictionary + has; got != want+"\n" {
		t.Errorf("%s does not say what the tables are; go test ./sinks/clickhouse -update writes it anew. Want\n%s", storagePage, want)
	}
}

// plain is the type that a column has on a server of 2018.
func plain(relation, kind string) string {
	times := "Int64"
	if strings.HasSuffix(relation, "_current") {
		times = "DateTime('UTC')"
	}
	return strings.NewReplacer("DateTime64(6, 'UTC')", times, "LowCardinality(String)", "String").Replace(kind)
}

// The plain tables and views have the same columns, in the types that the page names.
func TestPlainTablesHaveTheSameColumns(t *testing.T) {
	full, old := ch.OpenDB(clickhousetest.CHDB(t).Database(t)), ch.OpenDB(clickhousetest.Server(t).Database(t))
	defer full.Close()
	defer old.Close()
	for _, db := range []*sql.DB{full, old} {
		if err := Migrate(t.Context(), db, Layout{}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if d, err := DialectOf(t.Context(), old); err != nil || !d.PlainTimes {
		t.Skipf("the server is a current one (error %v)", err)
	}
	for _, relation := range relations {
		var want, got []string
		for _, c := range describe(t, full, relation) {
			want = append(want, c.name+" "+plain(relation, c.kind))
		}
		for _, c := range describe(t, old, relation) {
			got = append(got, c.name+" "+c.kind)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q\nwant %q", relation, got, want)
		}
	}
}

var administers = regexp.MustCompile("(?s)```sql admin\n(.*?)```")

// What the page tells administrators to run is at least SQL of a current server: the
// engine of the tests has nowhere to keep roles.
func TestRolesOfThePageAreSQL(t *testing.T) {
	text, err := os.ReadFile(storagePage)
	if err != nil {
		t.Fatal(err)
	}
	found := administers.FindStringSubmatch(string(text))
	if found == nil {
		t.Fatal("the page has no roles")
	}
	db := ch.OpenDB(clickhousetest.CHDB(t).Clone())
	defer db.Close()
	for _, statement := range split(found[1]) {
		if texts(t, db, "EXPLAIN AST "+statement) == nil {
			t.Errorf("%s explains to nothing", statement)
		}
	}
}

var fenced = regexp.MustCompile("(?s)```sql\n(.*?)```")

// Every query of the page runs on both forms of the tables.
func TestQueriesOfThePageRun(t *testing.T) {
	text, err := os.ReadFile(storagePage)
	if err != nil {
		t.Fatal(err)
	}
	found := fenced.FindAllStringSubmatch(string(text), -1)
	if len(found) < 5 {
		t.Fatalf("the page has only %d queries", len(found))
	}
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := ch.OpenDB(e.Database(t))
		defer db.Close()
		if err := Migrate(t.Context(), db, Layout{}, nil); err != nil {
			t.Fatal(err)
		}
		dialect, err := DialectOf(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		rewrite(t, db, dialect)
		for _, query := range found {
			runs(t, db, strings.TrimSuffix(strings.TrimSpace(query[1]), ";"))
		}
	})
}

// runs reads a query's rows to the end.
func runs(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Errorf("%s: %v", query, err)
		return
	}
	defer rows.Close()
	for rows.Next() {
	}
	if err := rows.Err(); err != nil {
		t.Errorf("%s: %v", query, err)
	}
}
