package capture_test

import (
	"errors"
	"io"
	"path/filepath"
	"testing"

	"milepost/replay/capture"
	"milepost/telemetry"
)

const benchFrames = 10_000 // car-seconds of ten rows each

func rate(b *testing.B, rows int64) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
}

func BenchmarkWrite(b *testing.B) {
	frames := carSeconds(benchFrames)
	path := filepath.Join(b.TempDir(), "a.arrow")
	b.ReportAllocs()
	for b.Loop() {
		writeTo(b, path, capture.DefaultBatchRows, frames...)
	}
	rate(b, benchFrames*10)
}

func BenchmarkRead(b *testing.B) {
	path := write(b, capture.DefaultBatchRows, carSeconds(benchFrames)...)
	var f telemetry.Frame
	var rows int64
	b.ReportAllocs()
	for b.Loop() {
		r, err := capture.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		for {
			if err := r.Next(&f); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		rows = r.Rows()
		r.Close()
	}
	rate(b, rows)
}

func BenchmarkConvert(b *testing.B) {
	path := write(b, capture.DefaultBatchRows, carSeconds(benchFrames)...)
	out := filepath.Join(b.TempDir(), "a.parquet")
	for b.Loop() {
		if _, err := capture.Convert(b.Context(), path, out, nil); err != nil {
			b.Fatal(err)
		}
	}
	rate(b, benchFrames*10)
}
