package partition

import "log/slog"

// Phase is where a partition is in its life.
type Phase int

// The phases, in their order.
const (
	Assigned Phase = iota
	Restoring
	Running
	Draining
	Gone
)

// String names the phase in metrics and logs.
func (p Phase) String() string {
	return [...]string{"assigned", "restoring", "running", "draining", "gone"}[p]
}

// level keeps the log of a process with many partitions short.
func (p Phase) level() slog.Level {
	if p == Running || p == Gone {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}
