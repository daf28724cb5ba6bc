package clickhouse

import "regexp"

// columnChange is a column that a migration adds to a table, or declares anew.
type columnChange struct {
	name, declared string
	added          bool
}

var (
	altersTable   = regexp.MustCompile("^ALTER TABLE (`[^`]+`)")
	changesColumn = regexp.MustCompile(`(?m)^(?:ALTER TABLE .*| ) (ADD|MODIFY) COLUMN (\w+) (.*?),?$`)
)

// columnChanges reads the columns that a statement adds or declares anew, in its order:
// one in the line of ALTER TABLE, or several in a line each after it. There are none
// where the statement does something else.
func columnChanges(statement string) (table string, changes []columnChange) {
	altered := altersTable.FindStringSubmatch(statement)
	if altered == nil {
		return "", nil
	}
	for _, found := range changesColumn.FindAllStringSubmatch(statement, -1) {
		changes = append(changes, columnChange{name: found[2], declared: found[3], added: found[1] == "ADD"})
	}
	return altered[1], changes
}

// addsColumns is true where adding columns is all that a statement does. It counts as
// done where the server says that one is there: servers of 2018 have no IF NOT EXISTS for
// columns, and a server takes all columns of a statement or none.
func addsColumns(statement string) bool {
	_, changes := columnChanges(statement)
	for _, c := range changes {
		if !c.added {
			return false
		}
	}
	return len(changes) > 0
}

// together joins statements in a row that each add columns to one table, since a cluster
// takes long over each of them.
func together(statements []string) (parts [][]string) {
	for _, statement := range statements {
		if last := len(parts) - 1; last >= 0 && addsToSame(parts[last][0], statement) {
			parts[last] = append(parts[last], statement)
			continue
		}
		parts = append(parts, []string{statement})
	}
	return parts
}

func addsToSame(one, other string) bool {
	to, _ := columnChanges(one)
	as, _ := columnChanges(other)
	return to == as && addsColumns(one) && addsColumns(other)
}

// joined is one statement that adds what several add to a table.
func joined(statements []string) string {
	out := statements[0]
	for _, statement := range statements[1:] {
		_, changes := columnChanges(statement)
		for _, c := range changes {
			out += ",\n  ADD COLUMN " + c.name + " " + c.declared
		}
	}
	return out
}
