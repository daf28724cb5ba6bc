package clickhouse

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// columnForm is a column of a table as its migration has it.
type columnForm struct{ Name, Type string }

// tableForm is what of a table both forms must agree on.
type tableForm struct {
	Name    string
	Columns []columnForm
	Keys    string // the primary key and the order
}

var (
	createLine = regexp.MustCompile("^CREATE TABLE IF NOT EXISTS `(\\w+)`")
	columnLine = regexp.MustCompile(`^  (\w+) +(.*?),?$`)
	comment    = regexp.MustCompile(` *COMMENT '([^']|'')*'$`)
	codec      = regexp.MustCompile(` *CODEC\([A-Z].*\)$`)
)

// tablesOf reads the tables that a migration makes on one server.
func tablesOf(t *testing.T, name string, d Dialect) []tableForm {
	t.Helper()
	var out []tableForm
	for _, m := range known(t) {
		if m.name != name {
			continue
		}
		statements, err := m.statements(target{database: "d", dialect: d})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statements {
			out = append(out, readTable(t, s))
		}
	}
	if len(out) == 0 {
		t.Fatalf("there is no migration %s", name)
	}
	return out
}

func readTable(t *testing.T, statement string) (out tableForm) {
	t.Helper()
	for line := range strings.Lines(statement) {
		line = strings.TrimRight(line, "\n")
		if found := createLine.FindStringSubmatch(line); found != nil {
			out.Name = found[1]
		} else if strings.HasPrefix(line, "PRIMARY KEY") || strings.HasPrefix(line, "ORDER BY") {
			out.Keys += line + "\n"
		} else if found := columnLine.FindStringSubmatch(line); found != nil && found[1] != "INDEX" {
			kind := codec.ReplaceAllString(comment.ReplaceAllString(found[2], ""), "")
			out.Columns = append(out.Columns, columnForm{found[1], strings.TrimSpace(kind)})
		}
	}
	if out.Name == "" || len(out.Columns) < 10 || out.Keys == "" {
		t.Fatalf("not a table as migrations write it: %.200s", statement)
	}
	return out
}

var (
	byDefault  = regexp.MustCompile(` DEFAULT nan$`)
	addedCodec = regexp.MustCompile(` *CODEC\([A-Z].*\)$`)
)

// grown gives the tables as a later migration leaves them.
func grown(t *testing.T, tables []tableForm, name string, d Dialect) []tableForm {
	t.Helper()
	changed := 0
	for _, m := range known(t) {
		if m.name != name {
			continue
		}
		statements, err := m.statements(target{database: "d", dialect: d})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statements {
			table, changes := columnChanges(s)
			if len(changes) == 0 {
				tables = append(tables, readTable(t, s))
				continue
			}
			of := slices.IndexFunc(tables, func(f tableForm) bool { return "`"+f.Name+"`" == table })
			for _, c := range changes {
				changed++
				tables[of].change(c)
			}
		}
	}
	if changed == 0 {
		t.Fatalf("there is no migration %s", name)
	}
	return tables
}

// change adds a column or gives it another type.
func (f *tableForm) change(c columnChange) {
	kind := byDefault.ReplaceAllString(comment.ReplaceAllString(addedCodec.ReplaceAllString(c.declared, ""), ""), "")
	if c.added {
		f.Columns = append(f.Columns, columnForm{c.name, kind})
		return
	}
	at := slices.IndexFunc(f.Columns, func(has columnForm) bool { return has.Name == c.name })
	f.Columns[at].Type = kind
}

// plainTypes are the only differences that docs/storage.md tells of.
var plainTypes = map[string]string{"DateTime64(6, 'UTC')": "Int64", "LowCardinality(String)": "String", "Array(LowCardinality(String))": "Array(String)"}

// asOutcomesAre gives the tables of outcomes in the form that the names of its migrations
// end in.
func asOutcomesAre(t *testing.T, form string, d Dialect) []tableForm {
	t.Helper()
	return grown(t, grown(t, tablesOf(t, "outcomes"+form, d), "roads"+form, d), "scores"+form, d)
}

func TestBothFormsAreTheSameTables(t *testing.T) {
	full := append(asOutcomesAre(t, "", Dialect{}), tablesOf(t, "collisions", Dialect{})...)
	plain := append(asOutcomesAre(t, "_plain", Dialect{PlainTimes: true}), tablesOf(t, "collisions_plain", Dialect{PlainTimes: true})...)
	for i := range full {
		for j, c := range full[i].Columns {
			if to, differs := plainTypes[c.Type]; differs {
				full[i].Columns[j].Type = to
			}
		}
	}
	if diff := cmp.Diff(full, plain); diff != "" {
		t.Errorf("the plain form (+) is not that of the full one (-):\n%s", diff)
	}
}
