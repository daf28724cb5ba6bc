// Package uplink is the producer's side of docs/uplink.md: it writes frames and
// profiles to Kafka as a fleet's gateway does. Simulations, load and tests use it;
// `milepost run` does not. It owns keys, headers, partitions and timestamps of the
// records; what is in a frame it never judges.
package uplink
