// Package clickhouse is the store of record: tables for every type of outcome on a
// ClickHouse server or cluster, how they are made and brought up to date, and the
// writer that fills them. It computes no outcome and reads none back: that is the
// business of package read.
package clickhouse
