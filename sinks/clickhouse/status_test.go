package clickhouse

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSteps(t *testing.T) {
	at := time.Unix(1_700_000_000, 0).UTC()
	files := []migration{
		{version: 1, name: "full", checksum: "a", gate: gate{from: version{21, 8}}},
		{version: 2, name: "plain", checksum: "b", gate: gate{below: version{21, 8}}},
		{version: 3, name: "all", checksum: "c"},
	}
	done := func(v int, name, sum, skipped string) entry { return entry{v, name, sum, at, skipped} }
	for _, c := range []struct {
		name    string
		server  version
		log     []entry
		states  []State
		current bool
		check   error
	}{
		{"nothing yet, old server", version{18, 16}, nil, []State{Skipped, ToDo, ToDo}, false, ErrNotMigrated},
		{"nothing yet, current server", version{26, 9}, nil, []State{ToDo, Skipped, ToDo}, false, ErrNotMigrated},
		{"all on record", version{18, 16}, []entry{done(1, "full", "a", "old"), done(2, "plain", "b", ""), done(3, "all", "c", "")},
			[]State{Skipped, Applied, Applied}, true, nil},
		{"server upgraded since", version{26, 9}, []entry{done(1, "full", "a", "old"), done(2, "plain", "b", ""), done(3, "all", "c", "")},
			[]State{ToDo, Applied, Applied}, false, nil},
		{"skipped step edited since", version{18, 16}, []entry{done(1, "full", "z", "old"), done(2, "plain", "b", ""), done(3, "all", "c", "")},
			[]State{Skipped, Applied, Applied}, true, nil},
		{"skip not on record", version{18, 16}, []entry{done(2, "plain", "b", ""), done(3, "all", "c", "")},
			[]State{Skipped, Applied, Applied}, false, ErrNotMigrated},
		{"milepost upgraded since", version{18, 16}, []entry{done(1, "full", "a", "old"), done(2, "plain", "b", "")},
			[]State{Skipped, Applied, ToDo}, false, ErrNotMigrated},
		{"applied step edited since", version{18, 16}, []entry{done(1, "full", "a", "old"), done(2, "plain", "z", ""), done(3, "all", "c", "")},
			[]State{Skipped, Changed, Applied}, false, ErrChanged},
		{"milepost downgraded since", version{18, 16}, []entry{done(1, "full", "a", "old"), done(2, "plain", "b", ""), done(3, "all", "c", ""), done(5, "later", "e", "")},
			[]State{Skipped, Applied, Applied, Unknown}, false, ErrNewerStore},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := map[int]entry{}
			for _, e := range c.log {
				log[e.version] = e
			}
			st := Status{Steps: steps(files, log, c.server)}
			var states []State
			for _, s := range st.Steps {
				states = append(states, s.State)
				if (s.Why != "") != (s.State == Skipped) {
					t.Errorf("%s is %s because %q", s, s.State, s.Why)
				}
			}
			if !slices.Equal(states, c.states) || st.Current() != c.current {
				t.Errorf("got %q, current %v; want %q, %v", states, st.Current(), c.states, c.current)
			}
			if err := errors.Join(st.foreign(), st.missing()); !errors.Is(err, c.check) {
				t.Errorf("error %v, want %v", err, c.check)
			}
		})
	}
}

func TestServersThatJoinedAreMissing(t *testing.T) {
	st := Status{Steps: []Step{{State: Applied, At: time.Unix(1, 0)}}, Ready: 2, Servers: 3}
	if err := st.missing(); st.Current() || !errors.Is(err, ErrNotMigrated) || !strings.Contains(err.Error(), "2 of the cluster's 3 servers") {
		t.Errorf("current %v, error %v", st.Current(), err)
	}
}
