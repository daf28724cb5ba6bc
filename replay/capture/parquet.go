package capture

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
)

// rowGroupRows is how many rows a Parquet row group holds: the usual size, that
// readers skip by and work on in parallel.
const rowGroupRows = 1 << 20

// Convert writes the table of the capture at from as Parquet at to and returns
// the number of rows. The file appears complete or not at all. progress, if not
// nil, is told after each record batch how many of how many are done.
func Convert(ctx context.Context, from, to string, progress func(done, total int)) (rows int64, err error) {
	r, err := Open(from)
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }() // only read
	out, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+".*.tmp")
	if err != nil {
		return 0, fmt.Errorf("create %s: %w", to, err)
	}
	defer func() {
		_ = out.Close()           // already closed when all went well
		_ = os.Remove(out.Name()) // renamed when all went well
	}()
	if rows, err = r.writeParquet(ctx, out, parquetProperties(), progress); err != nil {
		return rows, fmt.Errorf("convert %s to %s: %w", from, to, err)
	}
	if err := finish(out, to, madeMode); err != nil {
		return rows, fmt.Errorf("convert %s to %s: %w", from, to, err)
	}
	return rows, nil
}

func finish(out *os.File, to string, mode os.FileMode) error {
	if err := out.Chmod(mode); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return publish(out.Name(), to)
}

// parquetProperties: zstd and no dictionaries, which is the smallest file and
// nearly the fastest; docs/captures.md has the measurement behind the choice.
func parquetProperties() *parquet.WriterProperties {
	return parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithDictionaryDefault(false),
		parquet.WithMaxRowGroupLength(rowGroupRows),
		parquet.WithCreatedBy("milepost"),
	)
}

func (r *Reader) writeParquet(ctx context.Context, out io.Writer, props *parquet.WriterProperties, progress func(done, total int)) (rows int64, err error) {
	defer recovered(&err)
	schema := parquetSchema(r.ipc.Schema())
	buffered := bufio.NewWriterSize(out, 1<<20)
	w, err := pqarrow.NewFileWriter(schema, buffered, props, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return 0, err
	}
	for r.next < r.ipc.NumRecords() {
		if err := ctx.Err(); err != nil {
			return rows, err
		}
		rec, err := r.ipc.RecordAt(r.next)
		if err != nil {
			return rows, fmt.Errorf("batch %d: %w", r.next, err)
		}
		r.next++
		err = w.WriteBuffered(rec)
		rows += rec.NumRows()
		rec.Release()
		if err != nil {
			return rows, fmt.Errorf("batch %d: %w", r.next-1, err)
		}
		if progress != nil {
			progress(r.Batches())
		}
	}
	if err := w.Close(); err != nil {
		return rows, err
	}
	return rows, buffered.Flush()
}

// parquetSchema is the capture's schema without its checksum, which is of the
// Arrow file's bytes.
func parquetSchema(s *arrow.Schema) *arrow.Schema {
	var keys, values []string
	for i, k := range s.Metadata().Keys() {
		if k != keyChecksum {
			keys, values = append(keys, k), append(values, s.Metadata().Values()[i])
		}
	}
	meta := arrow.NewMetadata(keys, values)
	return arrow.NewSchema(s.Fields(), &meta)
}
