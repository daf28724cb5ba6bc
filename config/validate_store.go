package config

import (
	"regexp"
	"strconv"
)

func (s Store) check(bad report) {
	s.ClickHouse.check(bad)
	const longest = 100 * 365 // days
	within(bad, "store.retention.trips_days", s.Retention.Trips, 0, longest)
	within(bad, "store.retention.events_days", s.Retention.Events, 0, longest)
	within(bad, "store.retention.charges_days", s.Retention.Charges, 0, longest)
	within(bad, "store.retention.collisions_days", s.Retention.Collisions, 0, longest)
	// Months count from their beginning, and late frames may change the last one.
	const shortest = 62 // days
	if m := s.Retention.Months; m != 0 && (m < shortest || m > longest) {
		bad("store.retention.months_days", "%d: want 0 or %d to %d: months count from their beginning, and the running one and the one before must stay",
			m, shortest, longest)
	}
	// Factors count from the beginning of their periods, of which the longest are years.
	const year = 400 // days
	if f := s.Retention.Factors; f != 0 && (f < year || f > longest) {
		bad("store.retention.factors_days", "%d: want 0 or %d to %d: factors count from the beginning of their periods, and the running year must stay",
			f, year, longest)
	}
}

// databaseName is what needs no quotes in SQL, and no care in the paths of a keeper.
var databaseName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

func (c ClickHouse) check(bad report) {
	const at = "store.clickhouse."
	for i, a := range c.Addresses {
		checkAddress(bad, at+"addresses["+strconv.Itoa(i)+"]", a, false)
	}
	if len(c.Addresses) > 1 && !c.Replicated && !c.Distributed {
		bad(at+"addresses", "are %d, though tables are neither replicated nor distributed: what one server takes while another is away would be seen there alone; want one, or such tables", len(c.Addresses))
	}
	if !databaseName.MatchString(c.Database) {
		bad(at+"database", "%q cannot be a database: want letters, digits and _, not a digit first", c.Database)
	}
	required(bad, at+"username", c.Username)
	c.TLS.check(at+"tls", bad)
	if c.Cluster != "" && !clusterName.MatchString(c.Cluster) {
		bad(at+"cluster", "%q cannot be a cluster: want letters, digits, dots, _ and -", c.Cluster)
	}
	if c.Distributed && c.Cluster == "" {
		bad(at+"cluster", "is empty, though tables shall be distributed: want the cluster whose shards to use")
	}
}

var clusterName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)
