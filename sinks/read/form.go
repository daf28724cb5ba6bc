package read

import (
	"database/sql"

	"milepost/outcome"
)

// form is how one kind of database is asked, and how its answers are read.
type form struct {
	table    func(outcome.Type) string
	where    string // begins the conditions
	live     string // leaves out what has no key; empty where all rows have one
	instant  string // a bound event time
	ident    string // a bound id
	id       string // an id as hex, selected
	versions string // follows the order of a list: of several versions of a fact the one that counts stays
	single   bool   // of each fact one version is stored
	tripRow  string // columns of a TripRow
	whole    map[outcome.Type]whole

	collisionRow collisionList
	addition     string // columns of an addition, as whole has them, but that a photo has no content
}

// collisionList is how lists of collisions are read.
type collisionList struct {
	columns string
	scan    func(*sql.Rows) (CollisionRow, error)
}

// whole is how a whole fact is read: columns, and what makes it of them.
type whole struct {
	columns string
	scan    func(scanner) (outcome.Outcome, error)
}

// scanner copies a row's columns, as sql.Rows.Scan does.
type scanner func(to ...any) error

// table is the plain name of the table of a type.
func table(of outcome.Type) string { return string(of) + "s" }
