// Package partition owns one partition of the telemetry topic while this process
// does: it restores the state, reads records, lets the vehicles live, hands outcomes
// on and writes checkpoints. One goroutine owns the vehicles; reading ahead and
// writing a checkpoint have goroutines of their own. It knows nothing of consumer
// groups.
//
// A checkpoint is cut between two records. Its order is: the sinks have acknowledged
// every outcome before the cut, then the files, then the manifest, then the commit
// to the group, which only reports. Whatever stops the process, a new owner begins
// at the manifest's offsets with the manifest's state and sends again what came out
// since: the same outcomes, under the same identities.
package partition
