package snapshot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"strconv"
	"time"
)

// manifestFormat is the newest format of manifests that this build reads, and the
// one that it writes. The files that a manifest names have formats of their own,
// of which it is raised together.
const manifestFormat = 1

// Meta is what a snapshot says beside its entries.
type Meta struct {
	Format     int              `json:"format"`            // of the manifest; set by Commit
	Partitions int              `json:"partitions"`        // of the topic when it was cut; a caller refuses another number
	Offsets    map[string]int64 `json:"offsets"`           // the next offset to read, by topic
	Cluster    string           `json:"cluster,omitempty"` // whose offsets they are; empty where it is not known
	Watermark  int64            `json:"watermark"`         // µs since 1970
	WrittenAt  time.Time        `json:"written_at"`        // set by Commit where it is zero
	// Epoch and Sequence are the manifest's own; set by Commit. Merging files gives
	// a snapshot a new sequence and changes nothing else here.
	Epoch    uint64 `json:"epoch"`
	Sequence uint64 `json:"sequence"`
	// ChunkFiles are the files that pieces of the entries' state are in, set by
	// Commit, in the order of their identities.
	ChunkFiles []ChunkFile `json:"chunk_files"`
}

// ChunkFile is a file of pieces put by Checkpoint.Chunk.
type ChunkFile struct {
	File  uint64 `json:"file"`
	Kept  bool   `json:"kept"`  // false: its pieces die with their trips
	Bytes int64  `json:"bytes"` // of the file
	Live  int64  `json:"live"`  // of pieces still needed, as the last Commit was told
}

// clone shares nothing with m.
func (m Meta) clone() Meta {
	m.Offsets = maps.Clone(m.Offsets)
	m.ChunkFiles = append([]ChunkFile(nil), m.ChunkFiles...)
	return m
}

// manifest is a whole snapshot: what its files are, and the order in which a later
// file's entry takes the place of an earlier one's.
type manifest struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	Owner     string `json:"owner"`
	Meta
	Base   []file   `json:"base"`
	Deltas [][]file `json:"deltas"` // oldest first
}

// file is a file of entries.
type file struct {
	ID      uint64 `json:"file"`
	Bytes   int64  `json:"bytes"`
	Sum     uint32 `json:"crc32c"`
	Entries uint64 `json:"entries"`
}

func (m *manifest) mark() mark { return mark{m.Epoch, m.Sequence} }

// files are all files of entries, in the order in which they count.
func (m *manifest) files() []file {
	all := append([]file(nil), m.Base...)
	for _, d := range m.Deltas {
		all = append(all, d...)
	}
	return all
}

func totalBytes(files []file) (n int64) {
	for _, f := range files {
		n += f.Bytes
	}
	return n
}

// deltaBytes is what the deltas take.
func (m *manifest) deltaBytes() (n int64) {
	for _, d := range m.Deltas {
		n += totalBytes(d)
	}
	return n
}

// names adds the names of the manifest and all its files.
func (m *manifest) names(k Key, into map[string]bool) {
	into[k.manifest(m.mark())] = true
	for _, f := range m.files() {
		into[k.file(entries, f.ID)] = true
	}
	for _, c := range m.ChunkFiles {
		into[k.file(chunks, c.File)] = true
	}
}

// A manifest is a line "milepost-manifest FORMAT BYTES CRC32C", which holds for all
// formats to come, and so many bytes of JSON; the checksum covers the format too.
const manifestMagic = "milepost-manifest"

func manifestSum(format int, body []byte) uint32 {
	return crc32.Update(crc32.Checksum(strconv.AppendInt(nil, int64(format), 10), castagnoli), castagnoli, body)
}

func (m *manifest) encode() ([]byte, error) {
	m.Format = manifestFormat
	body, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode a manifest: %w", err)
	}
	return sealManifest(manifestFormat, body), nil
}

func firstLine(format, size int, sum uint32) []byte {
	return fmt.Appendf(nil, "%s %d %d %08x", manifestMagic, format, size, sum)
}

func sealManifest(format int, body []byte) []byte {
	line := firstLine(format, len(body), manifestSum(format, body))
	return append(append(line, '\n'), body...)
}

// decodeManifest fails with ErrDamaged, or with *NewerError for a whole manifest of
// a later format.
func decodeManifest(k Key, at mark, data []byte) (*manifest, error) {
	line, body, _ := bytes.Cut(data, []byte("\n"))
	var format, size int
	var sum uint32
	n, err := fmt.Sscanf(string(line), manifestMagic+" %d %d %x", &format, &size, &sum)
	switch {
	case err != nil || n != 3:
		return nil, damaged("it does not begin as a manifest does")
	case size != len(body):
		return nil, damaged("%d bytes where the first line says %d", len(body), size)
	case manifestSum(format, body) != sum || !bytes.Equal(line, firstLine(format, size, sum)):
		return nil, damaged("the checksum does not fit")
	case format > manifestFormat:
		return nil, &NewerError{Name: k.manifest(at), Format: format, Known: manifestFormat}
	}
	m := &manifest{}
	if err := json.Unmarshal(body, m); err != nil {
		return nil, damaged("%v", err)
	}
	if m.Topic != k.Topic || m.Partition != k.Partition || m.mark() != at {
		return nil, damaged("it is the manifest %v of %s/%d", m.mark(), m.Topic, m.Partition)
	}
	return m, m.check()
}

// check refuses values that no writer gives.
func (m *manifest) check() error {
	for _, f := range m.files() {
		if f.Bytes < endSize {
			return damaged("a file of entries of %d bytes", f.Bytes)
		}
	}
	for _, c := range m.ChunkFiles {
		if c.Bytes < endSize || c.Live < 0 {
			return damaged("a chunk file of %d bytes, %d of them live", c.Bytes, c.Live)
		}
	}
	return nil
}
