package clickhouse

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	chcolumn "github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"

	"milepost/outcome"
)

// blockBatch is a batch of the driver without a server: columns are encoded, and
// then forgotten.
type blockBatch struct {
	driver.Batch
	block  *proto.Block
	buffer chproto.Buffer
	bytes  int
}

type blockColumn struct {
	driver.BatchColumn
	append func(any) ([]uint8, error)
}

func (c blockColumn) Append(v any) error {
	_, err := c.append(v)
	return err
}

func (b *blockBatch) Column(i int) driver.BatchColumn {
	return blockColumn{append: b.block.Columns[i].Append}
}

func (b *blockBatch) Flush() error {
	for i := range b.block.Columns {
		if err := b.block.EncodeColumn(&b.buffer, 54468, i); err != nil {
			return err
		}
	}
	b.bytes += len(b.buffer.Buf)
	b.buffer.Reset()
	b.block.Reset()
	return nil
}

// batchFor has the columns with the types that a migration gives them.
func batchFor[O any](b *testing.B, g *group[O], file string) *blockBatch {
	b.Helper()
	text, err := embedded.ReadFile("migrations/" + file)
	if err != nil {
		b.Fatal(err)
	}
	_, table, _ := strings.Cut(strings.ReplaceAll(string(text), "{{time}}", "DateTime64(6, 'UTC')"), fmt.Sprintf("local %q", g.table))
	batch := &blockBatch{block: proto.NewBlock()}
	for _, c := range g.columns {
		kind := regexp.MustCompile(`(?m)^  ` + c.name + ` +([A-Z]\w+(?:\([^()]*\))?)`).FindStringSubmatch(table)
		if kind == nil {
			b.Fatalf("no column %s in %s", c.name, file)
		}
		if err := batch.block.AddColumn(c.name, chcolumn.Type(kind[1])); err != nil {
			b.Fatal(err)
		}
	}
	return batch
}

// BenchmarkMapping makes columns of rows, as an insert does before it compresses and
// sends them.
func BenchmarkMapping(b *testing.B) {
	trip, event, month := exampleOutcomes(b)
	for _, c := range []struct {
		name, file string
		dialect    Dialect
	}{{"current", "0001_outcomes.sql", Dialect{}}, {"plain", "0002_outcomes_plain.sql", Dialect{PlainTimes: true}}} {
		b.Run("trips/"+c.name, func(b *testing.B) { mapRows(b, newGroup(&trips, c.dialect), c.file, trip) })
		b.Run("events/"+c.name, func(b *testing.B) { mapRows(b, newGroup(&events, c.dialect), c.file, event) })
		b.Run("months/"+c.name, func(b *testing.B) { mapRows(b, newGroup(&months, c.dialect), c.file, month) })
	}
}

func mapRows[O any](b *testing.B, g *group[O], file string, like *O) {
	batch := batchFor(b, g, file)
	rows := apart(b, g, like)
	var s scratch
	b.ReportAllocs()
	n, cpu := 0, cpuTime(b)
	for b.Loop() {
		if err := g.fill(batch, &s, rows); err != nil {
			b.Fatal(err)
		}
		s.forget()
		n += len(rows)
	}
	cpu = cpuTime(b) - cpu
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(n), "CPU-ns/row")
	b.ReportMetric(float64(n)/cpu.Seconds(), "rows/CPU-s")
	b.ReportMetric(float64(batch.bytes)/float64(n), "B/row")
}

// apart gives as many rows as a large insert has, each with memory of its own, as they
// come out of pipeline: what is far from the caches costs most. Thresholds are shared,
// as they are there.
func apart[O any](b *testing.B, g *group[O], like *O) []*O {
	b.Helper()
	text, err := json.Marshal(like)
	if err != nil {
		b.Fatal(err)
	}
	thresholds := map[string]float64{"harsh_braking_g": 0.3}
	rows := make([]*O, 16<<10)
	for i := range rows {
		rows[i] = new(O)
		if err := json.Unmarshal(text, rows[i]); err != nil {
			b.Fatal(err)
		}
		g.head(rows[i]).VehicleID = fmt.Sprintf("vehicle-%d", i)
		if t, ok := any(rows[i]).(*outcome.Trip); ok {
			if i == 0 {
				thresholds = t.Receipt.Thresholds
			}
			t.Receipt.Thresholds = thresholds
		}
	}
	return rows
}

// cpuTime is what this process has used: the machine may be busy with others.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// exampleOutcomes are a trip, an event and a month as pipeline makes them.
func exampleOutcomes(b *testing.B) (trip *outcome.Trip, event *outcome.Event, month *outcome.Month) {
	b.Helper()
	f, err := os.Open("../../pipeline/testdata/trip.golden.json")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for d := json.NewDecoder(f); d.More(); {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			b.Fatal(err)
		}
		o, err := outcome.Decode(raw)
		if err != nil {
			b.Fatal(err)
		}
		switch o := o.(type) {
		case *outcome.Trip:
			trip = o
		case *outcome.Event:
			event = o
		case *outcome.Month:
			month = o
		}
	}
	return trip, event, month
}
