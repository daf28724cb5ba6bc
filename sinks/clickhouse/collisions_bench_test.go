package clickhouse

import (
	"flag"
	"testing"

	"milepost/outcome"
	"milepost/sinks/clickhouse/clickhousetest"
	model "milepost/sinks/read"
	"milepost/sinks/read/readtest"
)

var among = flag.Int("collisions", 10_000, "collisions that BenchmarkCollision reads among")

// BenchmarkCollision reads one collision with its additions, by its id alone and with its
// vehicle, among those of a year, and says how many bytes a collision takes.
func BenchmarkCollision(b *testing.B) {
	for name, engine := range map[string]func(testing.TB) clickhousetest.Engine{"server": clickhousetest.Server, "chdb": clickhousetest.CHDB} {
		b.Run(name, func(b *testing.B) { benchCollision(b, engine(b)) })
	}
}

func benchCollision(b *testing.B, e clickhousetest.Engine) {
	s := newStore(b, e)
	dialect, err := DialectOf(b.Context(), s.db)
	if err != nil {
		b.Fatal(err)
	}
	const batch = 1000
	var heads []outcome.Header
	for from := 0; from < *among; from += batch {
		var all []outcome.Outcome
		for n := from; n < min(from+batch, *among); n++ {
			c := readtest.NewNoisyCollision(n * (500_000 / *among))
			all, heads = append(all, c), append(heads, c.Header)
		}
		if err := s.Write(b.Context(), all); err != nil {
			b.Fatal(err)
		}
	}
	months, err := listed(b.Context(), s.db, "SELECT DISTINCT toString(partition) FROM system.parts WHERE active AND database = currentDatabase() AND table = 'collisions'")
	if err != nil {
		b.Fatal(err)
	}
	for _, month := range months {
		if _, err := s.db.ExecContext(b.Context(), "OPTIMIZE TABLE collisions PARTITION "+month+" FINAL"); err != nil {
			b.Fatal(err)
		}
	}
	m := model.ClickHouse(s.db, model.Dialect(dialect))
	bytes := 0.0
	size := "SELECT toFloat64(sum(bytes_on_disk)) / sum(rows) FROM system.parts WHERE active AND database = currentDatabase() AND table = 'collisions'"
	if err := s.db.QueryRowContext(b.Context(), size).Scan(&bytes); err != nil {
		b.Fatal(err)
	}
	for name, known := range map[string]bool{"by id": false, "with its vehicle": true} {
		b.Run(name, func(b *testing.B) {
			for n := 0; b.Loop(); n++ {
				of := heads[n*7919%len(heads)]
				vehicle := ""
				if known {
					vehicle = of.VehicleID
				}
				if _, err := m.Collision(b.Context(), vehicle, of.ID); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(bytes, "bytes/collision")
		})
	}
}
