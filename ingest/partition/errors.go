package partition

import "fmt"

// PartitionsChangedError tells that a topic has another number of partitions than
// its state was written with: vehicles would be found in other partitions.
type PartitionsChangedError struct{ Written, Now int }

// Error implements error.
func (e *PartitionsChangedError) Error() string {
	return fmt.Sprintf("the topic has %d partitions and its state was written with %d: "+
		"a vehicle's records and its state are no longer in one place; see docs/operations.md", e.Now, e.Written)
}

// ClusterChangedError tells that the state was written for the topic of another
// cluster, or of one that was made anew: its offsets mean nothing in this one.
type ClusterChangedError struct{ Written, Now string }

// Error implements error.
func (e *ClusterChangedError) Error() string {
	return fmt.Sprintf("the state was written for cluster %s, and this is cluster %s: give this one a state of its own (state.dir), "+
		"or delete the state if the other is gone; see docs/operations.md", e.Written, e.Now)
}
