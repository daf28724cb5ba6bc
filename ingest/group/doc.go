// Package group decides which partitions this process owns: it joins the consumer
// group, runs a partition for each that it is given, and ends them when the group
// changes. It knows nothing of what a partition does.
package group
