// Package raw owns reading a partition: it asks a broker for record batches by offset and walks them where they lie.
//
// kafka-go's own readers are not used. They drop the time at which the broker appended a batch, give back records below the
// offset asked for or lose their place at the holes that compaction leaves, and allocate several times a record. Here the
// offset to ask for next comes from the batches themselves (base offset + last offset delta + 1), so that holes, aborted
// transactions and control batches are passed over without a guess; checksums are verified; a record costs no allocation.
// Connections, leaders and sign-in are kafka-go's: a request goes through its Transport, which lets a request read its own
// answer (protocol.RawExchanger). docs/decisions/0005-raw-batches.md has the measurements.
//
// Reading is read-committed always: what a producer took back is not given out, and what it may still take back not yet.
//
// The package keeps no offset, commits nothing, retries nothing and knows nothing of what records mean. A Fetcher asks one
// question at a time; how long to wait before asking again after a Retryable error is the caller's.
package raw
