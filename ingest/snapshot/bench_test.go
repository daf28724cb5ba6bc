//go:build unix

package snapshot_test

import (
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"milepost/ingest/blob"
	"milepost/ingest/snapshot"
)

const (
	benchVehicles = 100_000
	benchState    = 4 << 10
)

// benchNoise is cut at another place for each vehicle.
var benchNoise = sync.OnceValue(func() []byte { return noise(1, 16<<20) })

// state is a vehicle's for the benchmarks: a half does not compress, as in numbers
// that change beside those that seldom do. It is overwritten by the next.
type state [benchState]byte

func (s *state) of(vehicle int) []byte {
	from := vehicle * 2503 % (16<<20 - benchState)
	copy(s[:benchState/2], benchNoise()[from:])
	return s[:]
}

func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure reports MB of uncompressed state per second of wall time, and the
// seconds of processor time that one operation takes.
func measure(b *testing.B, run func()) {
	var used time.Duration
	for b.Loop() {
		before := cpu()
		run()
		used += cpu() - before
	}
	b.ReportMetric(float64(b.N*benchVehicles*benchState)/1e6/b.Elapsed().Seconds(), "MB/s")
	b.ReportMetric(used.Seconds()/float64(b.N), "cpu-s/op")
}

func fullCheckpoint(b *testing.B, l *snapshot.Log) time.Duration {
	var s state
	began := time.Now()
	c := l.Begin()
	for i := range benchVehicles {
		c.Put(fmt.Sprintf("vehicle-%07d", i*7919%benchVehicles), s.of(i))
	}
	filled := time.Since(began)
	if err := c.Commit(b.Context(), meta(1), nil); err != nil {
		b.Fatal(err)
	}
	return filled
}

func BenchmarkCommit(b *testing.B) {
	var filling time.Duration
	measure(b, func() {
		d, err := blob.OpenDir(b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		filling += fullCheckpoint(b, begin(b, d, "bench", nil))
	})
	b.ReportMetric(filling.Seconds()/float64(b.N), "fill-s/op")
}

func BenchmarkRestore(b *testing.B) {
	d, err := blob.OpenDir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	l := begin(b, d, "bench", nil)
	fullCheckpoint(b, l)
	measure(b, func() {
		n := 0
		if _, _, err := claim(b, d, "next").Restore(b.Context(), func(string, []byte) error { n++; return nil }); err != nil || n != benchVehicles {
			b.Fatal(n, err)
		}
	})
}

func BenchmarkMerge(b *testing.B) {
	d, err := blob.OpenDir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	l := begin(b, d, "bench", nil)
	fullCheckpoint(b, l)
	measure(b, func() {
		if err := l.Merge(b.Context()); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkPut is what the goroutine that owns the vehicles pays for each.
func BenchmarkPut(b *testing.B) {
	var s state
	s.of(1)
	l := begin(b, newMemory(), "bench", nil)
	c := l.Begin()
	b.SetBytes(benchState)
	for i := 0; b.Loop(); i++ {
		if i%10_000 == 9_999 {
			b.StopTimer()
			if err := c.Commit(b.Context(), meta(1), nil); err != nil {
				b.Fatal(err)
			}
			l.Settle()
			c = l.Begin()
			b.StartTimer()
		}
		c.Put("vehicle-0000001", s[:])
	}
}
