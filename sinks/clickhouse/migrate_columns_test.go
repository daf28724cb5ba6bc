package clickhouse

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColumnChanges(t *testing.T) {
	for _, c := range []struct {
		statement, table string
		changes          []columnChange
		adds             bool
	}{
		{"ALTER TABLE `trips` ADD COLUMN a UInt8", "`trips`", []columnChange{{"a", "UInt8", true}}, true},
		{"ALTER TABLE `trips_local` ON CLUSTER 'c'\n  ADD COLUMN a Enum8('' = 0, 'x' = 1) COMMENT 'b, ADD COLUMN c',\n  ADD COLUMN b Float64 DEFAULT nan", "`trips_local`",
			[]columnChange{{"a", "Enum8('' = 0, 'x' = 1) COMMENT 'b, ADD COLUMN c'", true}, {"b", "Float64 DEFAULT nan", true}}, true},
		{"ALTER TABLE `trips`\n  ADD COLUMN a UInt8,\n  MODIFY COLUMN b UInt16", "`trips`", []columnChange{{"a", "UInt8", true}, {"b", "UInt16", false}}, false},
		{"ALTER TABLE `trips` MODIFY COLUMN b UInt16", "`trips`", []columnChange{{"b", "UInt16", false}}, false},
		{"ALTER TABLE `trips` MODIFY SETTING a = 1", "`trips`", nil, false},
		{"CREATE TABLE IF NOT EXISTS `trips` (\n  a UInt8\n) ENGINE = Log", "", nil, false},
	} {
		table, changes := columnChanges(c.statement)
		if diff := cmp.Diff(c.changes, changes, cmp.AllowUnexported(columnChange{})); diff != "" || table != c.table || addsColumns(c.statement) != c.adds {
			t.Errorf("%s: of %s, adds columns %v; changes (-want +got):\n%s", c.statement, table, addsColumns(c.statement), diff)
		}
	}
}

// A replica that joins later is made with every column that one statement adds.
func TestJoinedTablesHaveTheColumnsOfOneStatement(t *testing.T) {
	const alter = "ALTER TABLE `t` ON CLUSTER 'c'\n  ADD COLUMN b UInt8,\n  ADD COLUMN c Float64 DEFAULT nan"
	table, of := columnChanges(alter)
	changes := map[string][]columnChange{table: of}
	got := grow("CREATE TABLE IF NOT EXISTS `t` ON CLUSTER 'c' (\n  a UInt8\n) ENGINE = Log", changes)
	want := "CREATE TABLE IF NOT EXISTS `t` ON CLUSTER 'c' (\n  a UInt8,\n  b UInt8,\n  c Float64 DEFAULT nan\n) ENGINE = Log"
	if got != want || grow(alter, changes) != "" {
		t.Errorf("%s\nand then %q", got, grow(alter, changes))
	}
}

func TestColumnsInARowAreAddedTogether(t *testing.T) {
	a, b, c := "ALTER TABLE `t` ADD COLUMN a UInt8", "ALTER TABLE `t` ADD COLUMN b UInt8 COMMENT 'b'", "ALTER TABLE `t`\n  ADD COLUMN c UInt8,\n  ADD COLUMN d UInt8"
	modify, drop, other := "ALTER TABLE `t` MODIFY COLUMN a UInt16", "DROP TABLE IF EXISTS t", "ALTER TABLE `u` ADD COLUMN a UInt8"
	got := together([]string{a, b, c, modify, a, drop, "", "", other, a})
	want := [][]string{{a, b, c}, {modify}, {a}, {drop}, {""}, {""}, {other}, {a}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	const one = "ALTER TABLE `t` ADD COLUMN a UInt8,\n  ADD COLUMN b UInt8 COMMENT 'b',\n  ADD COLUMN c UInt8,\n  ADD COLUMN d UInt8"
	if joined(got[0]) != one {
		t.Errorf("as one: %s", joined(got[0]))
	}
}
