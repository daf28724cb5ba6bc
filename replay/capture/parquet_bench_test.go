package capture

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"

	"milepost/telemetry"
)

// BenchmarkParquetOptions measures what docs/captures.md quotes: 200,000 rows of
// a 10 Hz drive, by codec and with or without dictionaries.
func BenchmarkParquetOptions(b *testing.B) {
	path := filepath.Join(b.TempDir(), "a.arrow")
	writeDrive(b, path, 20_000)
	for _, codec := range []struct {
		name string
		of   compress.Compression
	}{{"none", compress.Codecs.Uncompressed}, {"snappy", compress.Codecs.Snappy}, {"zstd", compress.Codecs.Zstd}} {
		for _, dictionary := range []bool{false, true} {
			name := codec.name
			if dictionary {
				name += "+dictionary"
			}
			props := parquet.NewWriterProperties(parquet.WithCompression(codec.of),
				parquet.WithDictionaryDefault(dictionary), parquet.WithMaxRowGroupLength(rowGroupRows))
			b.Run(name, func(b *testing.B) { benchmarkParquet(b, path, props) })
		}
	}
}

func benchmarkParquet(b *testing.B, path string, props *parquet.WriterProperties) {
	var size counter
	var rows int64
	for b.Loop() {
		r, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		size = 0
		if rows, err = r.writeParquet(b.Context(), &size, props, nil); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(size)/float64(rows), "B/row")
}

// counter counts the bytes written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

var _ io.Writer = new(counter)

// writeDrive writes seconds of a drive at 10 Hz.
func writeDrive(b testing.TB, path string, seconds int) {
	w, err := Create(path, nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range seconds {
		f := telemetry.Frame{VehicleID: "car-1", Sequence: uint64(i), Start: int64(i) * 1e6, Arrived: int64(i+1) * 1e6}
		for j := range 10 {
			f.Motion.At = append(f.Motion.At, int32(j)*100_000)
			f.Speed.At = append(f.Speed.At, int32(j)*100_000)
			f.Motion.Longitudinal = append(f.Motion.Longitudinal, float32(i*7919%1000)/500-1)
			f.Motion.Lateral = append(f.Motion.Lateral, float32(i*104729%1000)/500-1)
			f.Speed.Speed = append(f.Speed.Speed, float32((i*31+j*7)%4000)/100)
		}
		f.Position = telemetry.Position{At: []int32{0}, Latitude: []float64{40 + float64(i)/1e5}, Longitude: []float64{-3 - float64(i)/1e5}}
		if err := w.Write(&f); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}
