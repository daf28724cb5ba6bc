package clickhouse

import (
	"context"
	"regexp"
	"strings"
)

var createsTable = regexp.MustCompile("^CREATE TABLE IF NOT EXISTS (`[^`]+`).* \\(\n")

// rejoin runs again what is on record, for servers that have missed it. A replica is made
// with the columns that its table has by now: the keeper refuses another form.
func (s *session) rejoin(ctx context.Context, known []migration, st Status) error {
	d, err := s.dialect(ctx)
	if err != nil {
		return err
	}
	changes := map[string][]columnChange{}
	for _, step := range st.Steps {
		if step.State != Applied {
			continue
		}
		statements, err := known[step.Version-1].statements(target{layout: s.layout, database: s.database, dialect: d})
		if err != nil {
			return err
		}
		for _, statement := range statements {
			table, of := columnChanges(statement)
			changes[table] = append(changes[table], of...)
		}
	}
	for _, step := range st.Steps {
		if step.State != Applied {
			continue
		}
		if err := s.apply(ctx, known[step.Version-1], func(statement string) string { return grow(statement, changes) }); err != nil {
			return err
		}
	}
	return nil
}

// grow gives a statement that makes a table with what later ones change of its columns.
// These themselves are then nothing to do: the others have them.
func grow(statement string, changes map[string][]columnChange) string {
	if _, of := columnChanges(statement); len(of) > 0 {
		return ""
	}
	found := createsTable.FindStringSubmatch(statement)
	if found == nil {
		return statement
	}
	head, rest, whole := strings.Cut(statement, "\n) ENGINE")
	if !whole {
		return statement
	}
	for _, c := range changes[found[1]] {
		if c.added {
			head += ",\n  " + c.name + " " + c.declared
			continue
		}
		lines := strings.Split(head, "\n")
		for i, line := range lines {
			if strings.HasPrefix(line, "  "+c.name+" ") {
				comma := ""
				if strings.HasSuffix(line, ",") {
					comma = ","
				}
				lines[i] = "  " + c.name + " " + c.declared + comma
			}
		}
		head = strings.Join(lines, "\n")
	}
	return head + "\n) ENGINE" + rest
}
