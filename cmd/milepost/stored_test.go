package main

import (
	"context"
	"database/sql"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inStore reads what a store holds, in the oracle's form.
func inStore(t *testing.T, path string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string]string{}
	for _, table := range []string{"trips", "events", "months", "charges", "factors", "collisions"} {
		err := bodies(t.Context(), db, table, all)
		switch {
		case err == nil:
		case strings.Contains(err.Error(), "no such table") || strings.Contains(err.Error(), "unable to open"):
			return all // not there yet
		default:
			t.Fatal(err)
		}
	}
	return all
}

func bodies(ctx context.Context, db *sql.DB, table string, all map[string]string) error {
	rows, err := db.QueryContext(ctx, "SELECT id, body FROM "+table+" WHERE body IS NOT NULL")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, body string
		if err := rows.Scan(&id, &body); err != nil {
			return err
		}
		all[id] = body
	}
	return rows.Err()
}

// settled waits until a store holds what the oracle gives.
func settled(t *testing.T, path string, want map[string]string) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Log(cmp.Diff(want, inStore(t, path)))
		}
	}()
	until(t, "the store equals an undisturbed run's", func() bool { return maps.Equal(inStore(t, path), want) })
}
