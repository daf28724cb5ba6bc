package check_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks"
)

// MILEPOST_CHECK_FACTS sets how many facts the benchmarks compare.
func facts(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("MILEPOST_CHECK_FACTS"))
	if err != nil {
		return 30_000
	}
	return n
}

// fill writes trips with two events each, in batches as a backlog would give.
func (b *bench) fill(n int) {
	b.Helper()
	const vehicles, most = 200, 12_000
	var batch []outcome.Outcome
	for i := 0; i < n; i += 3 {
		t := trip(fmt.Sprintf("car-%d", i/3%vehicles), i/3/vehicles, 1)
		if batch = append(batch, t, event(t, 3), event(t, 9)); len(batch) == most || i+3 >= n {
			b.tell(batch...)
			for tries := 0; ; tries++ {
				err := b.store.Write(b.Context(), batch)
				if err == nil {
					break
				}
				if tries == 5 || !sinks.Retryable(err) {
					b.Fatal(err)
				}
			}
			batch = batch[:0]
		}
	}
}

func BenchmarkCheckSQLite(b *testing.B) {
	w, _ := embedded(b)
	measure(b, w)
}

func BenchmarkCheckClickHouse(b *testing.B) {
	w, _ := ofRecord(b)
	measure(b, w)
}

func measure(b *testing.B, w *bench) {
	w.fill(facts(b))
	total, began := int64(0), time.Now()
	for b.Loop() {
		r := w.run()
		if r.Wrong() != 0 {
			b.Fatalf("%+v", r)
		}
		for _, c := range r.Types {
			total += c.InTopic
		}
	}
	b.ReportMetric(float64(total)/time.Since(began).Seconds(), "facts/s")
}
