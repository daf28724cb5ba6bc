package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"milepost/geo/roads"
)

// kindOf is what a file holds, by its name: pbf, geojson, or "".
func kindOf(path string) string {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(path)), ".gz")
	switch filepath.Ext(name) {
	case ".pbf":
		return "pbf"
	case ".geojson", ".geojsonl", ".json", ".jsonl", ".ndjson":
		return "geojson"
	}
	return ""
}

// read adds the roads of a file.
func (c *roadsBuildCmd) read(ctx context.Context, b *roads.Builder, path string, out *terminal) error {
	return readMapFile(ctx, path, out, func(open opener) error { return b.ReadPBF(ctx, open) },
		func(r io.Reader) error { return b.ReadGeoJSON(r, roads.GeoJSON{Names: c.Names}) })
}

// opener begins a file anew.
type opener = func() (io.ReadCloser, error)

// readMapFile hands a file to what reads its kind, with a bar.
func readMapFile(ctx context.Context, path string, out *terminal, pbf func(opener) error, geojson func(io.Reader) error) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	readings := 1
	if kindOf(path) == "pbf" {
		readings = roads.PBFReadings // so are places
	}
	bar := newProgress(out, readings*int(info.Size()/kilobyte), "reading (kB)")
	defer bar.finish()
	open := func() (io.ReadCloser, error) { return openCounted(ctx, path, bar) }
	if kindOf(path) == "pbf" {
		return pbf(open)
	}
	r, err := open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // only read
	return geojson(afterMark(r))
}

// afterMark reads what follows the byte order mark that some programs begin a text with.
func afterMark(r io.Reader) io.Reader {
	const mark = "\ufeff"
	b := bufio.NewReader(r)
	if begin, err := b.Peek(len(mark)); err == nil && string(begin) == mark {
		_, _ = b.Discard(len(mark)) // what was peeked at is there
	}
	return b
}

// countedFile is a file that moves a bar on while it is read, and whose reading ends
// with the context.
type countedFile struct {
	ctx   context.Context
	file  *os.File
	bar   progress
	bytes int // since the bar moved
}

// Read reads the file as it is on disk.
func (f *countedFile) Read(p []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := f.file.Read(p)
	f.bytes += n
	f.bar.add(f.bytes / kilobyte)
	f.bytes %= kilobyte
	return n, err
}

// Close closes the file.
func (f *countedFile) Close() error { return f.file.Close() }

// unpacked reads what a file holds that gzip packed.
type unpacked struct {
	io.Reader
	io.Closer
}

// openCounted opens a file, packed by gzip or not.
func openCounted(ctx context.Context, path string, bar progress) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &countedFile{ctx: ctx, file: file, bar: bar}
	if !strings.HasSuffix(strings.ToLower(path), ".gz") {
		return f, nil
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("unpack it: %w", err), file.Close())
	}
	return unpacked{z, f}, nil
}
