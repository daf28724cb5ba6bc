package roads

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"io"
	"unsafe"
)

// The file is a header, a directory, and sections: tables as they are in memory, so
// that opening one is mapping it. Numbers are little-endian.
//
//	header     magic 8, format u32, sections u32, size u64, version 16, reserved u32, CRC-32C of header and directory u32
//	directory  per section: begin u64, length u64, CRC-32C u32, reserved u32
const (
	magic        = "milepost"
	format       = 1
	headerSize   = 48
	entrySize    = 24
	alignment    = 8 // of a section's begin
	versionBytes = 16
)

// The sections, in the order of the file.
const (
	secMeta = iota // JSON
	secNodes
	secFirst
	secLeaving
	secStretches
	secRuns
	secShapes
	secAttrs
	secBanned
	secBoxes
	secNameEnds
	secNames
	secLimits
	sections
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// bytesOf is a table as the file has it.
func bytesOf[T any](table []T) []byte {
	if len(table) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&table[0])), len(table)*int(unsafe.Sizeof(table[0])))
}

// seal makes the file's sections, and the version of them.
func (m *Map) seal() error {
	about, err := json.Marshal(m.meta)
	if err != nil {
		return err
	}
	ends, names := joinNames(m.names)
	m.sections = [sections][]byte{
		secMeta: about, secNodes: bytesOf(m.nodes), secFirst: bytesOf(m.first), secLeaving: bytesOf(m.leaving),
		secStretches: bytesOf(m.stretches), secRuns: bytesOf(m.runs), secShapes: m.shapes, secAttrs: bytesOf(m.attrs),
		secBanned: bytesOf(m.banned), secBoxes: bytesOf(m.boxes), secNameEnds: bytesOf(ends), secNames: names,
		secLimits: appendLimits(nil, m.limits),
	}
	hash := sha256.New()
	for _, s := range m.sections {
		var length [8]byte
		binary.LittleEndian.PutUint64(length[:], uint64(len(s)))
		_, _ = hash.Write(length[:]) // a hash never fails
		_, _ = hash.Write(s)
	}
	m.version = versionOf([versionBytes]byte(hash.Sum(nil)))
	return nil
}

// versionOf is the name of a content.
func versionOf(hash [versionBytes]byte) string { return hex.EncodeToString(hash[:]) }

// joinNames writes names one after the other, and where each ends.
func joinNames(names []string) (ends []uint32, all []byte) {
	for _, name := range names {
		all = append(all, name...)
		ends = append(ends, uint32(len(all)))
	}
	return ends, all
}

// directory is the header and the directory of the sections.
func (m *Map) directory() []byte {
	head := make([]byte, headerSize+sections*entrySize)
	at := uint64(len(head))
	for i, s := range m.sections {
		at = aligned(at)
		e := head[headerSize+i*entrySize:]
		binary.LittleEndian.PutUint64(e, at)
		binary.LittleEndian.PutUint64(e[8:], uint64(len(s)))
		binary.LittleEndian.PutUint32(e[16:], crc32.Checksum(s, castagnoli))
		at += uint64(len(s))
	}
	copy(head, magic)
	binary.LittleEndian.PutUint32(head[8:], format)
	binary.LittleEndian.PutUint32(head[12:], sections)
	binary.LittleEndian.PutUint64(head[16:], at)
	version, _ := hex.DecodeString(m.version) // made by versionOf
	copy(head[24:], version)
	binary.LittleEndian.PutUint32(head[44:], headSum(head))
	return head
}

// headSum is the checksum of a header and its directory, without itself.
func headSum(head []byte) uint32 {
	sum := crc32.Checksum(head[:44], castagnoli)
	return crc32.Update(sum, castagnoli, head[headerSize:])
}

func aligned(at uint64) uint64 { return (at + alignment - 1) &^ (alignment - 1) }

// WriteTo writes the file. It implements io.WriterTo.
func (m *Map) WriteTo(w io.Writer) (written int64, err error) {
	put := func(b []byte) {
		if err == nil {
			var n int
			n, err = w.Write(b)
			written += int64(n)
		}
	}
	put(m.directory())
	for _, s := range m.sections {
		put(make([]byte, aligned(uint64(written))-uint64(written)))
		put(s)
	}
	return written, err
}

// Size is the file's size in bytes.
func (m *Map) Size() int64 {
	size := uint64(headerSize + sections*entrySize)
	for _, s := range m.sections {
		size = aligned(size) + uint64(len(s))
	}
	return int64(size)
}
