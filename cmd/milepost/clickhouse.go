package main

import (
	"milepost/config"
	"milepost/sinks/clickhouse"
)

// clickhouseOf is what the settings say of the servers, and of the tables on them.
func clickhouseOf(c config.ClickHouse) (clickhouse.Config, clickhouse.Layout) {
	return clickhouse.Config{
		Addresses: c.Addresses, Database: c.Database, Username: c.Username, Password: c.Password.Reveal(),
		TLS: clickhouse.TLS(c.TLS),
	}, clickhouse.Layout{Cluster: c.Cluster, Replicated: c.Replicated, Distributed: c.Distributed}
}
