//go:build unix

package sqlite_test

import (
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"milepost/sinks"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// A disk that is full when the log is to be moved into the file: closing says so,
// and the next one to open the store finds everything. The limit on the size of
// files stands for the disk.
func TestClosingOnAFullDiskIsAnError(t *testing.T) {
	path := storePath(t)
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, clock := range []string{"08:00:00", "09:00:00", "10:00:00"} {
		write(t, s, newTrip("car-1", clock, 0))
	}
	release := limitFiles(t, 8192)
	err = s.Close()
	release()
	if err == nil || !strings.Contains(err.Error(), "nothing is lost while store.db-wal stays") || !sinks.Retryable(err) {
		t.Errorf("Close: %v", err)
	}
	again := openStore(t, path)
	if trips, err := again.Trips(t.Context(), "car-1", read.Key{}, 9); err != nil || len(trips) != 3 {
		t.Errorf("%d trips, %v", len(trips), err)
	}
}

// limitFiles keeps this process from writing files beyond a size until release.
func limitFiles(t *testing.T, bytes uint64) (release func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limited := before
	limited.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Skip(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
	}
}
