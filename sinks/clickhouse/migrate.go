package clickhouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
)

// Migrate brings the tables of the database that db is connected to up to date, step by
// step, and tells notify, where it is not nil, of each step that it applied or skipped. ClickHouse has no
// transactions: every statement can be run again, a run that was cut off is mended by the
// next, and any number of processes may migrate at once.
//
// A store of a newer milepost is refused with ErrNewerStore, and one whose applied steps
// are not the ones that are known now with ErrChanged; neither is changed.
func Migrate(ctx context.Context, db *sql.DB, l Layout, notify func(Step)) error {
	return migrate(ctx, db, l, embedded, notify)
}

func migrate(ctx context.Context, db *sql.DB, l Layout, files fs.FS, notify func(Step)) (err error) {
	known, err := readMigrations(files)
	if err != nil {
		return err
	}
	s, err := openSession(ctx, db, l)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	st, err := s.status(ctx, known)
	if err != nil {
		return err
	}
	if err := errors.Join(st.foreign(), s.layoutFits(ctx)); err != nil {
		return err
	}
	return s.run(ctx, known, st, notify)
}

// run applies what is to do. Where servers joined the cluster since, what is on record
// is run again before anything else, and they count as members only after that.
func (s *session) run(ctx context.Context, known []migration, st Status, notify func(Step)) error {
	if st.Ready < st.Servers {
		if err := s.rejoin(ctx, known, st); err != nil {
			return err
		}
	}
	if err := s.makeLog(ctx); err != nil {
		return err
	}
	for _, step := range st.Steps {
		if err := s.settle(ctx, known[step.Version-1], step, notify); err != nil {
			return err
		}
	}
	return s.layoutFits(ctx)
}

// settle applies a step that is to do and puts it on record, and a skipped one too.
func (s *session) settle(ctx context.Context, m migration, step Step, notify func(Step)) error {
	switch {
	case step.State == ToDo:
		if err := s.apply(ctx, m, func(statement string) string { return statement }); err != nil {
			return err
		}
		step.State = Applied
	case step.State == Skipped && step.At.IsZero():
	default:
		return nil
	}
	if err := s.record(ctx, m, step.Why); err != nil {
		return err
	}
	if notify != nil {
		notify(step)
	}
	return nil
}

// apply runs the statements of a migration, as form gives them; an empty one is nothing.
func (s *session) apply(ctx context.Context, m migration, form func(string) string) error {
	dialect, err := s.dialect(ctx)
	if err != nil {
		return err
	}
	statements, err := m.statements(target{layout: s.layout, database: s.database, dialect: dialect})
	if err != nil {
		return fmt.Errorf("render migration %s: %w", m, err)
	}
	for i, statement := range statements {
		statements[i] = form(statement)
	}
	done := 0
	for _, part := range together(statements) {
		if err := s.executePart(ctx, part); err != nil {
			return fmt.Errorf("apply migration %s, statement %d of %d: %w", m, done+1, len(statements), err)
		}
		done += len(part)
	}
	return nil
}

// String is the migration's number and name, as its file has them.
func (m migration) String() string { return fmt.Sprintf("%04d_%s", m.version, m.name) }
