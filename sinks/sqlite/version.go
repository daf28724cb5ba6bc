package sqlite

import "context"

// Version tells how many steps the tables of the store at path have had, and how many
// this milepost knows; Open applies the others. It is 0 for a file with nothing in it.
// The errors are those of OpenExisting; nothing is changed.
func Version(ctx context.Context, path string) (has, known int, err error) {
	steps, err := readMigrations(embedded, "migrations")
	if err != nil {
		return 0, 0, err
	}
	has, err = look(ctx, path)
	return has, len(steps), err
}
