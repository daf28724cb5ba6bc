package snapshot_test

import (
	"errors"
	"strings"
	"testing"

	"milepost/ingest/snapshot"
)

func TestChunksAreReadBeforeAndAfterTheirCommit(t *testing.T) {
	onStores(t, func(t *testing.T, s snapshot.Store) {
		l := begin(t, s, "first", nil)
		c := l.Begin()
		type ref struct {
			file           uint64
			offset, length uint32
		}
		pieces := map[ref]string{}
		live := map[uint64]int64{}
		var gone ref
		for i, content := range []string{"one", "", "three", strings.Repeat("four", 5000), "five"} {
			file, offset, length, err := c.Chunk(i%2 == 0, []byte(content))
			if err != nil {
				t.Fatal(err)
			}
			r := ref{file, offset, length}
			pieces[r] = content
			live[file] += int64(length)
			gone = r
		}
		check := func(l *snapshot.Log) {
			t.Helper()
			for r, content := range pieces {
				got, err := l.ReadChunk(t.Context(), r.file, r.offset, r.length)
				if err != nil || string(got) != content {
					t.Errorf("%+v: %d bytes, %v", r, len(got), err)
				}
			}
			for _, r := range []ref{{gone.file, gone.offset + 1, gone.length}, {gone.file, gone.offset, gone.length + 1},
				{gone.file, 1 << 31, 5}, {gone.file, gone.offset, 1 << 31}, {gone.file + 99, 0, 1}} {
				if _, err := l.ReadChunk(t.Context(), r.file, r.offset, r.length); !errors.Is(err, snapshot.ErrDamaged) {
					t.Errorf("%+v: %v", r, err)
				}
			}
		}
		check(l)
		fill(c, map[string]string{"a": "refers to them"})
		if err := c.Commit(t.Context(), meta(1), live); err != nil {
			t.Fatal(err)
		}
		check(l)

		second := claim(t, s, "second")
		_, m, _, err := restore(t.Context(), second)
		if err != nil || len(m.ChunkFiles) != 2 {
			t.Fatal(m, err)
		}
		for _, f := range m.ChunkFiles {
			if f.Live != live[f.File] || f.Kept != (f.File == gone.file) {
				t.Errorf("%+v, want %d live", f, live[f.File])
			}
		}
		check(second)

		// Only the kept file is needed now; two commits later the other is deleted.
		for offset := range int64(2) {
			if err := second.Begin().Commit(t.Context(), meta(2+offset), map[uint64]int64{gone.file: 4}); err != nil {
				t.Fatal(err)
			}
			second.Settle()
		}
		for r, content := range pieces {
			got, err := second.ReadChunk(t.Context(), r.file, r.offset, r.length)
			if kept := r.file == gone.file; kept && string(got) != content || !kept && !errors.Is(err, snapshot.ErrDamaged) {
				t.Errorf("kept %v: %d bytes, %v", kept, len(got), err)
			}
		}
	})
}
