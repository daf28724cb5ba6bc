package clickhouse

import (
	"strings"
	"text/template"
)

// target is what a migration's text is rendered for.
type target struct {
	layout   Layout
	database string
	dialect  Dialect
}

// statements renders a migration and gives its statements in order, without comments.
func (m migration) statements(to target) ([]string, error) {
	parsed, err := template.New(m.name).Funcs(to.functions()).Parse(m.text)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := parsed.Execute(&text, nil); err != nil {
		return nil, err
	}
	return split(text.String()), nil
}

// functions are those of the templates; docs/storage.md documents them.
func (to target) functions() template.FuncMap {
	return template.FuncMap{
		// A view of a cluster's server of 2018 needs names in full.
		"table":       func(table string) string { return identifier(to.database) + "." + identifier(table) },
		"local":       func(table string) string { return identifier(to.layout.Local(table)) },
		"cluster":     to.layout.onCluster,
		"replacing":   func(table string) string { return to.layout.replacing(to.database, table) },
		"distributed": func(table string) string { return to.layout.distributed(to.database, table) },
		"time":        to.dialect.timeType,
		"month":       to.dialect.month,
		"instant":     to.dialect.instant,
	}
}

// timeType is the type of a column that holds a time.
func (d Dialect) timeType() string {
	if d.PlainTimes {
		return "Int64"
	}
	return "DateTime64(6, 'UTC')"
}

// instant is the expression of a column's time as the servers' functions take it.
func (d Dialect) instant(column string) string {
	if d.PlainTimes {
		return "toDateTime(intDiv(" + column + ", 1000000), 'UTC')"
	}
	return column
}

// month is the expression of the month that a column's time lies in.
func (d Dialect) month(column string) string {
	if d.PlainTimes {
		return "toYYYYMM(toDateTime(intDiv(" + column + ", 1000000), 'UTC'))"
	}
	return "toYYYYMM(" + column + ")"
}

// split cuts a text where a line ends in a semicolon, and drops lines that are comments.
func split(text string) []string {
	var out, lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		if trimmed := strings.TrimSpace(line); trimmed == "" || strings.HasPrefix(trimmed, "--") {
			continue
		}
		last := strings.HasSuffix(line, ";")
		lines = append(lines, strings.TrimSuffix(line, ";"))
		if last {
			out, lines = append(out, strings.Join(lines, "\n")), nil
		}
	}
	if len(lines) > 0 {
		out = append(out, strings.Join(lines, "\n"))
	}
	return out
}
