package snapshot_test

import (
	"strings"
	"testing"
)

// A sweep between a manifest's writing and the second look at the claims leaves it.
func TestSweepLeavesTheManifestBeingCommitted(t *testing.T) {
	s := newMemory()
	l := begin(t, s, "owner", nil)
	commit(t, l, 1, map[string]string{"a": "1"})
	l.Settle()
	written := false
	s.before = func(call, name string) error {
		switch {
		case call == "put" && strings.Contains(name, "/manifest/"):
			written = true
		case call == "list" && written:
			s.before = nil
			if _, err := l.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		}
		return nil
	}
	commit(t, l, 2, map[string]string{"a": "2"})
	l.Settle()
	begin(t, s, "next", map[string]string{"a": "2"})
}

// Commits that come while a merge reads, first one that empties the base and then
// one that begins it anew, keep their order.
func TestCommitsDuringMerges(t *testing.T) {
	s := newMemory()
	l := begin(t, s, "owner", nil)
	commit(t, l, 1, map[string]string{"a": "1"})
	commit(t, l, 2, map[string]string{"a": "2"})
	l.Settle()
	meanwhile := []map[string]string{{"b": "1"}, {"b": "2"}}
	s.before = func(call, _ string) error {
		// A merge reads: the first one, then the second.
		if call == "get range" && len(meanwhile) > 0 && l.Status().Merges == 2-len(meanwhile) {
			states := meanwhile[0]
			meanwhile = meanwhile[1:]
			commit(t, l, 3, states)
		}
		return nil
	}
	commit(t, l, 4, map[string]string{"a": "-"})
	l.Settle()
	s.before = nil
	if st := l.Status(); len(meanwhile) > 0 || st.TidyErr != nil {
		t.Fatalf("%d commits did not come: %+v", len(meanwhile), st)
	}
	begin(t, s, "next", map[string]string{"b": "2"})
}
