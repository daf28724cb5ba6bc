package clickhouse

import (
	"context"
	"errors"
	"fmt"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// MakeDatabase makes the database that the options name where there is none, in a
// cluster on each of its servers. A server does not let anyone connect to a database
// that it does not have, so it connects to the one named default.
func MakeDatabase(ctx context.Context, o *ch.Options, l Layout) (err error) {
	if err := l.Validate(); err != nil {
		return err
	}
	there, err := databaseThere(ctx, o)
	if err != nil || there && l.Cluster == "" {
		return err
	}
	first := *o
	if !there {
		first.Auth.Database = "default"
	}
	db := ch.OpenDB(&first)
	defer func() { err = errors.Join(err, db.Close()) }()
	statement := "CREATE DATABASE IF NOT EXISTS " + identifier(o.Auth.Database) + l.onCluster()
	if _, err := db.ExecContext(l.patience(ctx), statement); err != nil {
		return fmt.Errorf("make the database %s: %w", o.Auth.Database, err)
	}
	return nil
}

func databaseThere(ctx context.Context, o *ch.Options) (there bool, err error) {
	db := ch.OpenDB(o)
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.PingContext(ctx)
	if hasCode(err, codeUnknownDatabase) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("connect to ClickHouse: %w", greeting(err))
	}
	return true, nil
}
