package read

import (
	"strings"

	"milepost/outcome"
)

// statement is an SQL text under construction, with the values bound to it.
type statement struct {
	as   *form
	text strings.Builder
	args []any
	has  bool // a condition
}

// ask begins a statement: what is selected from the facts of a type.
func (m *Model) ask(columns string, of outcome.Type) *statement {
	q := m.askAll(columns, of)
	if m.as.live != "" {
		q.when(m.as.live)
	}
	return q
}

// askAll is ask where tombstones are to be seen too.
func (m *Model) askAll(columns string, of outcome.Type) *statement {
	q := &statement{as: m.as}
	return q.add("SELECT " + columns + " FROM " + m.as.table(of))
}

// add appends text as it stands.
func (q *statement) add(text string, args ...any) *statement {
	q.text.WriteString(text)
	q.args = append(q.args, args...)
	return q
}

// when adds a condition. It may only rest on what is the same in every version of a
// fact: an older version must not answer for the latest.
func (q *statement) when(text string, args ...any) *statement {
	if q.has {
		return q.add(" AND "+text, args...)
	}
	q.has = true
	return q.add(q.as.where+text, args...)
}

// between limits the time that identities are made of: from <= at < to, where 0 leaves
// open.
func (q *statement) between(from, to outcome.Time) *statement {
	if from != 0 {
		q.when("at >= "+q.as.instant, int64(from))
	}
	if to != 0 {
		q.when("at < "+q.as.instant, int64(to))
	}
	return q
}

// before limits to what follows the key in a list from the latest to the earliest.
func (q *statement) before(key Key) *statement {
	if key == (Key{}) {
		return q
	}
	at := int64(key.At)
	return q.when("at <= "+q.as.instant+" AND (at < "+q.as.instant+" OR id < "+q.as.ident+")", at, at, key.ID)
}

// after limits to what follows the key in a list from the earliest to the latest.
func (q *statement) after(key Key) *statement {
	if key == (Key{}) {
		return q
	}
	at := int64(key.At)
	return q.when("at >= "+q.as.instant+" AND (at > "+q.as.instant+" OR id > "+q.as.ident+")", at, at, key.ID)
}

// among limits a column to the values; mark is how one is bound. There is at least one.
func (q *statement) among(column, mark string, values []string) *statement {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return q.when(column+" IN ("+strings.Repeat(mark+", ", len(values)-1)+mark+")", args...)
}

// latest orders the rows and keeps the version of each fact that counts.
func (q *statement) latest(order string) *statement {
	return q.add(" ORDER BY " + order + q.as.versions)
}

// atMost limits the number of facts.
func (q *statement) atMost(limit int) *statement { return q.add(" LIMIT ?", limit) }
