package clickhouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Errors of a store that cannot be used as it is. None passes by itself.
var (
	ErrNewerStore  = errors.New("the store was migrated by a newer milepost: use that version")
	ErrChanged     = errors.New("a migration that was applied is another one now: use the milepost that the store was migrated by, or a newer one")
	ErrNotMigrated = errors.New("the store's tables are not as this milepost needs them: run milepost store migrate")
	ErrLayout      = errors.New("the store's tables lie otherwise than the settings say")
)

// State is what became of a step.
type State string

// States of steps.
const (
	Applied State = "applied"
	ToDo    State = "to do"
	Skipped State = "skipped" // the server is not one that the step is for
	Changed State = "changed" // what was applied is not the step that is known now
	Unknown State = "unknown" // applied by a newer milepost
)

// Step is one migration and what became of it.
type Step struct {
	Version int
	Name    string
	State   State
	Why     string    // it was skipped
	At      time.Time // when it was applied or skipped, in whole seconds of the server's clock; zero where it never was
}

// Status is how far a store is.
type Status struct {
	Server  string // version
	Dialect Dialect
	Steps   []Step // by version
	// Ready of so many Servers of a cluster have the tables; both are 0 without one.
	Ready, Servers int
}

// Current is true where Migrate would change nothing.
func (st Status) Current() bool {
	for _, step := range st.Steps {
		if step.State != Applied && step.State != Skipped || step.At.IsZero() {
			return false
		}
	}
	return st.Ready >= st.Servers
}

// ReadStatus looks how far the database that db is connected to is. Changed and unknown
// steps are not errors here but in Status.Steps.
func ReadStatus(ctx context.Context, db *sql.DB, l Layout) (Status, error) {
	return readStatus(ctx, db, l, embedded)
}

func readStatus(ctx context.Context, db *sql.DB, l Layout, files fs.FS) (st Status, err error) {
	known, err := readMigrations(files)
	if err != nil {
		return st, err
	}
	s, err := openSession(ctx, db, l)
	if err != nil {
		return st, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	return s.status(ctx, known)
}

// Check says whether this milepost can use the store: nil, ErrNotMigrated, ErrNewerStore,
// ErrChanged, ErrLayout, or why it could not be found out. A step that was skipped and
// could now be applied, since the server was upgraded, is no error: it can wait.
func Check(ctx context.Context, db *sql.DB, l Layout) (err error) {
	known, err := readMigrations(embedded)
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
	return errors.Join(st.foreign(), st.missing(), s.layoutFits(ctx))
}

func (s *session) status(ctx context.Context, known []migration) (Status, error) {
	st := Status{Server: s.text}
	log, err := s.readLog(ctx)
	if err != nil {
		return st, err
	}
	st.Steps = steps(known, log, s.server)
	if st.Dialect, err = s.dialect(ctx); err != nil {
		return st, err
	}
	st.Ready, st.Servers, err = s.coverage(ctx)
	return st, err
}

// steps puts side by side what is known and what is on record.
func steps(known []migration, log map[int]entry, server version) []Step {
	var out []Step
	for _, m := range known {
		e, recorded := log[m.version]
		step := Step{Version: m.version, Name: m.name, State: ToDo, At: e.at}
		switch {
		case recorded && e.skipped == "" && e.checksum != m.checksum:
			step.State = Changed
		case recorded && e.skipped == "":
			step.State = Applied
		case !m.gate.holds(server):
			step.State, step.Why = Skipped, m.gate.refusal(server)
		}
		out = append(out, step)
	}
	for v := len(known) + 1; v <= newest(log); v++ {
		if e, recorded := log[v]; recorded {
			out = append(out, Step{Version: v, Name: e.name, State: Unknown, At: e.at})
		}
	}
	return out
}

func newest(log map[int]entry) int {
	var last int
	for v := range log {
		last = max(last, v)
	}
	return last
}

// foreign is the error of a store that another milepost must be used with.
func (st Status) foreign() error {
	switch {
	case len(st.named(Unknown)) > 0:
		return fmt.Errorf("%w (it has %s)", ErrNewerStore, strings.Join(st.named(Unknown), ", "))
	case len(st.named(Changed)) > 0:
		return fmt.Errorf("%w (%s)", ErrChanged, strings.Join(st.named(Changed), ", "))
	}
	return nil
}

// missing is the error of a store that lacks steps or servers.
func (st Status) missing() error {
	var names []string
	for _, step := range st.Steps {
		if step.At.IsZero() {
			names = append(names, step.String())
		}
	}
	switch {
	case len(names) > 0:
		return fmt.Errorf("%w (missing: %s)", ErrNotMigrated, strings.Join(names, ", "))
	case st.Ready < st.Servers:
		return fmt.Errorf("%w (%d of the cluster's %d servers have them)", ErrNotMigrated, st.Ready, st.Servers)
	}
	return nil
}

func (st Status) named(state State) []string {
	var names []string
	for _, step := range st.Steps {
		if step.State == state {
			names = append(names, step.String())
		}
	}
	return names
}

// String is the step's number and name, as its file has them.
func (s Step) String() string { return fmt.Sprintf("%04d_%s", s.Version, s.Name) }

// layoutFits refuses tables of another layout: IF NOT EXISTS would keep them as they
// are, and rows would go where nobody looks for them.
func (s *session) layoutFits(ctx context.Context) error {
	whole, err := s.engineOf(ctx, "trips")
	if err != nil {
		return err
	}
	local, err := s.engineOf(ctx, s.layout.Local("trips"))
	if err != nil {
		return err
	}
	if whole != "" && (whole == "Distributed") != s.layout.Distributed {
		return fmt.Errorf("%w: the engine of trips is %s", ErrLayout, whole)
	}
	if local != "" && strings.HasPrefix(local, "Replicated") != s.layout.Replicated {
		return fmt.Errorf("%w: the engine of %s is %s", ErrLayout, s.layout.Local("trips"), local)
	}
	return nil
}
