// Package retention owns how long the stores keep what has happened: it deletes what
// is older than the settings allow, by TTL on a ClickHouse server that has it and by a
// job elsewhere, and it keeps the holds, which except a vehicle's facts from that while
// they are under dispute. It decides nothing about a person's wish to be forgotten:
// that is erasure, which asks for Holds.
package retention
