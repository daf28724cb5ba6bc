package deploy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// picked is what a person chose on a dashboard.
type picked struct {
	from, to time.Time
	zones    []string // none for all
	clock    string
	vehicle  string
}

// expand does to a query what Grafana and its ClickHouse data source do: first
// conditions on a variable, then variables, then the macros of time.
func (p picked) expand(t *testing.T, query string) string {
	t.Helper()
	query = p.conditions(t, query)
	query = strings.NewReplacer(
		"${zone:singlequote}", "'"+strings.Join(p.zones, "','")+"'",
		"${vehicle:sqlstring}", "'"+strings.ReplaceAll(p.vehicle, "'", "''")+"'",
		"${clock}", p.clock,
	).Replace(query)
	query = timeFilter.ReplaceAllString(query, fmt.Sprintf("$1 >= toDateTime(%d) AND $1 <= toDateTime(%d)", p.from.Unix(), p.to.Unix()))
	if strings.Contains(query, "$") {
		t.Errorf("not expanded: %s", query)
	}
	return query
}

var timeFilter = regexp.MustCompile(`\$__timeFilter\(([^()]+)\)`)

// conditions replaces $__conditionalAll(condition, $variable): where all was chosen it
// is 1=1.
func (p picked) conditions(t *testing.T, query string) string {
	t.Helper()
	const macro = "$__conditionalAll("
	for {
		before, rest, found := strings.Cut(query, macro)
		if !found {
			return query
		}
		end, depth := 0, 1
		for ; depth > 0; end++ {
			switch rest[end] {
			case '(':
				depth++
			case ')':
				depth--
			}
		}
		comma := strings.LastIndex(rest[:end], ",")
		condition := rest[:comma]
		if name := strings.TrimSpace(rest[comma+1 : end-1]); name != "$zone" {
			t.Errorf("a condition on %s, which this test does not know", name)
		}
		if len(p.zones) == 0 {
			condition = "1=1"
		}
		query = before + condition + rest[end:]
	}
}

func TestExpand(t *testing.T) {
	p := picked{from: time.Unix(100, 0), to: time.Unix(200, 0), clock: "UTC", vehicle: "o'x"}
	const query = "WHERE $__timeFilter(at) AND $__conditionalAll(zone IN (${zone:singlequote}), $zone) AND v = ${vehicle:sqlstring}"
	const all = "WHERE at >= toDateTime(100) AND at <= toDateTime(200) AND 1=1 AND v = 'o''x'"
	if got := p.expand(t, query); got != all {
		t.Errorf("got %s", got)
	}
	p.zones = []string{"Europe/Madrid", "UTC"}
	if got, want := p.expand(t, query), strings.Replace(all, "1=1", "zone IN ('Europe/Madrid','UTC')", 1); got != want {
		t.Errorf("got %s", got)
	}
}
