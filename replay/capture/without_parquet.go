package capture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
)

// parquetTable is a capture that was converted.
type parquetTable struct {
	file   *file.Reader
	reader *pqarrow.FileReader
	fields *arrow.Schema
}

func openParquet(_ context.Context, path string) (_ tableFile, err error) {
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		return nil, fmt.Errorf("open capture %s: %w", path, err)
	}
	t := &parquetTable{file: f}
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	t.reader, err = pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: DefaultBatchRows}, memory.DefaultAllocator)
	if err == nil {
		t.fields, err = t.reader.Schema()
	}
	if err == nil {
		_, err = checkSchema(t.fields)
	}
	if err != nil {
		return nil, fmt.Errorf("open capture %s: %w", path, err)
	}
	return t, nil
}

func (t *parquetTable) schema() *arrow.Schema { return t.fields }

func (t *parquetTable) close() { _ = t.file.Close() } // only read

func (t *parquetTable) each(ctx context.Context, do func(arrow.Record) error) error {
	records, err := t.reader.GetRecordReader(ctx, nil, nil)
	if err != nil {
		return err
	}
	defer records.Release()
	for {
		rec, err := records.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(rec)
		}
		if err != nil {
			return err
		}
	}
}

func (t *parquetTable) rewrite(ctx context.Context, path string, p *pick) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		_ = out.Close()           // already closed when all went well
		_ = os.Remove(out.Name()) // renamed when all went well
	}()
	if err := t.write(ctx, out, p); err != nil {
		return err
	}
	return finish(out, path, info.Mode().Perm())
}

func (t *parquetTable) write(ctx context.Context, to io.Writer, p *pick) error {
	schema := p.schema(t.fields, "")
	buffered := bufio.NewWriterSize(to, 1<<20)
	w, err := pqarrow.NewFileWriter(schema, buffered, parquetProperties(), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return err
	}
	err = t.each(ctx, func(rec arrow.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return p.kept(schema, rec, w.WriteBuffered)
	})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}
