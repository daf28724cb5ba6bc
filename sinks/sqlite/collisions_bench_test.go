package sqlite_test

import (
	"flag"
	"os"
	"testing"

	"milepost/outcome"
	"milepost/sinks/read/readtest"
	"milepost/sinks/sqlite"
)

var stored = flag.Int("collisions", 10_000, "collisions that BenchmarkCollision reads among")

// BenchmarkCollision reads one collision with its additions by its id alone, and says how
// many bytes a collision takes.
func BenchmarkCollision(b *testing.B) {
	path := b.TempDir() + "/store.db"
	store, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	const batch = 1000
	var ids []string
	for from := 0; from < *stored; from += batch {
		var all []outcome.Outcome
		for n := from; n < min(from+batch, *stored); n++ {
			c := readtest.NewNoisyCollision(n * (500_000 / *stored))
			all, ids = append(all, c), append(ids, c.ID)
		}
		if err := store.Write(b.Context(), all); err != nil {
			b.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	if store, err = sqlite.OpenExisting(b.Context(), path); err != nil {
		b.Fatal(err)
	}
	for n := 0; b.Loop(); n++ {
		if _, err := store.Collision(b.Context(), "", ids[n*7919%len(ids)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(info.Size())/float64(*stored), "bytes/collision")
}
