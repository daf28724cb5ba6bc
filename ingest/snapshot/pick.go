package snapshot

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"milepost/ingest/blob"
)

// Refusal is a snapshot that was not used, and why.
type Refusal struct {
	Manifest        string // its name in the store
	Epoch, Sequence uint64
	Err             error // what was missing, torn or altered
}

// cacheBytes bounds the files that are kept from the checking to the reading.
const cacheBytes = 32 << 20

// picked is a snapshot all of whose files were found whole.
type picked struct {
	*manifest
	cached map[uint64][]byte
}

// pick finds the newest whole snapshot; nil where there is none at all. Where an
// owner at work deletes files under it, there is a newer manifest, and it looks again.
func pick(ctx context.Context, store Reader, k Key) (*picked, []Refusal, error) {
	var refused []Refusal
	tried := map[mark]bool{}
	for {
		found, err := list(ctx, store, k, manifests)
		if err != nil {
			return nil, refused, err
		}
		marks := slices.DeleteFunc(found[manifests], func(m mark) bool { return tried[m] })
		switch {
		case len(marks) == 0 && len(tried) == 0:
			return nil, nil, nil
		case len(marks) == 0:
			return nil, refused, fmt.Errorf("%w: %d were refused, the newest because of: %w", ErrNoneWhole, len(refused), refused[0].Err)
		}
		at := marks[len(marks)-1]
		tried[at] = true
		p, err := check(ctx, store, k, at)
		switch {
		case err == nil:
			return p, refused, nil
		case !errors.Is(err, ErrDamaged):
			return nil, refused, err
		}
		refused = append(refused, Refusal{Manifest: k.manifest(at), Epoch: at.epoch, Sequence: at.number, Err: err})
	}
}

// check reads a manifest and everything that it names; ErrDamaged where that is not
// whole.
func check(ctx context.Context, store Reader, k Key, at mark) (*picked, error) {
	data, err := store.Get(ctx, k.manifest(at))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", k.manifest(at), missing(err))
	}
	m, err := decodeManifest(k, at, data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", k.manifest(at), err)
	}
	p := &picked{manifest: m, cached: map[uint64][]byte{}}
	room := cacheBytes
	for _, f := range m.files() {
		data, err := getWhole(ctx, store, k.file(entries, f.ID), f)
		if err != nil {
			return nil, err
		}
		if room -= len(data); room >= 0 {
			p.cached[f.ID] = data
		}
	}
	for _, c := range m.ChunkFiles {
		if err := checkChunks(ctx, store, k.file(chunks, c.File), c); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func getWhole(ctx context.Context, store Reader, name string, f file) ([]byte, error) {
	data, err := store.Get(ctx, name)
	switch {
	case err != nil:
		err = missing(err)
	case int64(len(data)) != f.Bytes:
		err = damaged("%d bytes where its manifest says %d", len(data), f.Bytes)
	case crc32.Checksum(data, castagnoli) != f.Sum:
		err = damaged("its checksum is another than its manifest says")
	}
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", name, err)
	}
	return data, nil
}

// checkChunks looks at a chunk file's end alone, which tells a missing or torn one:
// there may be days of them, and each piece has its own checksum.
func checkChunks(ctx context.Context, store Reader, name string, c ChunkFile) error {
	tail, err := store.GetRange(ctx, name, c.Bytes-endSize, endSize)
	if err == nil {
		_, err = openEnd(c.File, c.Bytes, tail)
	}
	if err != nil {
		return fmt.Errorf("check %s: %w", name, missing(err))
	}
	return nil
}

// each gives the entries of the snapshot, sorted by vehicle, without tombstones.
func (p *picked) each(ctx context.Context, store Reader, k Key, give func(vehicle string, state []byte) error) error {
	var m merging
	for rank, f := range p.files() {
		read := inStore(ctx, store, k.file(entries, f.ID))
		if data, ok := p.cached[f.ID]; ok {
			read = inMemory(data)
		}
		c, err := openCursor(k, f, rank, read)
		if err != nil {
			return interrupted(err)
		}
		m = append(m, c)
	}
	var refused error
	err := m.each(func(e entry) error {
		if e.removed {
			return nil
		}
		refused = give(string(e.vehicle), e.state)
		return refused
	})
	if err != nil && refused == nil {
		return interrupted(err)
	}
	return err
}

// interrupted says that files which were whole a moment ago could not be read.
func interrupted(err error) error {
	var newer *NewerError
	if errors.As(err, &newer) {
		return err
	}
	return &blob.RetryableError{Err: fmt.Errorf("%w: %w", ErrInterrupted, err)}
}
