package roads

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"unsafe"

	"github.com/edsrzf/mmap-go"
)

// What a file can be that cannot be opened.
var (
	ErrEmpty     = errors.New("the file is empty")
	ErrForeign   = errors.New("the file is no map of roads (milepost roads build makes one)")
	ErrNewer     = errors.New("the file is of a newer milepost")
	ErrTruncated = errors.New("the file is cut short")
	ErrDamaged   = errors.New("the file is damaged (build it anew)")
	ErrPlatform  = errors.New("maps of roads need a little-endian processor")
)

// Open maps a file into memory and checks it: errors are Err..., or the system's. The
// file may be replaced by another of its name while it is open, but not be written to.
// The map must not be used after Close.
func Open(path string) (*Map, error) {
	data, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("open the map of roads %s: %w", path, err)
	}
	m, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("open the map of roads %s: %w", path, errors.Join(err, data.Unmap()))
	}
	m.unmap = data.Unmap
	return m, nil
}

func mapFile(path string) (mmap.MMap, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // the mapping stays
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, ErrForeign
	}
	if info.Size() == 0 {
		return nil, ErrEmpty
	}
	return mmap.Map(f, mmap.RDONLY, 0)
}

// Close gives the file back. Names that the map gave stay; its slices do not.
func (m *Map) Close() error {
	if m.unmap == nil {
		return nil
	}
	unmap := m.unmap
	m.unmap = nil
	return unmap()
}

// read makes a map of a file's bytes, which it keeps.
func read(data []byte) (*Map, error) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		return nil, ErrPlatform
	}
	m := &Map{}
	if err := m.readDirectory(data); err != nil {
		return nil, err
	}
	if err := m.readSections(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return m, nil
}

// readDirectory finds the sections.
func (m *Map) readDirectory(data []byte) error {
	switch {
	case len(data) == 0:
		return ErrEmpty
	case string(data[:min(len(magic), len(data))]) != magic[:min(len(magic), len(data))]:
		return ErrForeign
	case len(data) < headerSize:
		return ErrTruncated
	}
	got := binary.LittleEndian.Uint32(data[8:])
	size := binary.LittleEndian.Uint64(data[16:])
	const whole = headerSize + sections*entrySize
	switch {
	case got > format:
		return fmt.Errorf("%w: format %d, and this one reads %d", ErrNewer, got, format)
	case got != format || binary.LittleEndian.Uint32(data[12:]) != sections:
		return fmt.Errorf("%w: its header", ErrDamaged)
	case uint64(len(data)) < size || len(data) < whole:
		return fmt.Errorf("%w: %d of %d bytes", ErrTruncated, len(data), max(size, whole))
	case uint64(len(data)) > size:
		return fmt.Errorf("%w: %d bytes too many", ErrDamaged, uint64(len(data))-size)
	case headSum(data[:whole]) != binary.LittleEndian.Uint32(data[44:]):
		return fmt.Errorf("%w: its header", ErrDamaged)
	}
	m.version = versionOf([versionBytes]byte(data[24:]))
	return m.cut(data)
}

// cut takes the sections out of the file and checks their sums.
func (m *Map) cut(data []byte) error {
	for i := range m.sections {
		e := data[headerSize+i*entrySize:]
		begin, length := binary.LittleEndian.Uint64(e), binary.LittleEndian.Uint64(e[8:])
		if begin > uint64(len(data)) || length > uint64(len(data))-begin || begin%alignment != 0 {
			return fmt.Errorf("%w: section %d lies outside", ErrDamaged, i)
		}
		s := data[begin : begin+length : begin+length]
		if crc32.Checksum(s, castagnoli) != binary.LittleEndian.Uint32(e[16:]) {
			return fmt.Errorf("%w: the checksum of section %d", ErrDamaged, i)
		}
		m.sections[i] = s
	}
	return nil
}

// readSections makes tables of the sections.
func (m *Map) readSections() (err error) {
	if err := json.Unmarshal(m.sections[secMeta], &m.meta); err != nil {
		return err
	}
	var ends []uint32
	err = errors.Join(
		table(m.sections[secNodes], &m.nodes), table(m.sections[secFirst], &m.first),
		table(m.sections[secLeaving], &m.leaving), table(m.sections[secStretches], &m.stretches),
		table(m.sections[secRuns], &m.runs), table(m.sections[secAttrs], &m.attrs),
		table(m.sections[secBanned], &m.banned), table(m.sections[secBoxes], &m.boxes),
		table(m.sections[secNameEnds], &ends))
	m.shapes = m.sections[secShapes]
	if err != nil {
		return err
	}
	if m.names, err = splitNames(ends, m.sections[secNames]); err != nil {
		return err
	}
	if m.limits, err = readLimits(m.sections[secLimits]); err != nil {
		return err
	}
	return m.check()
}

// table is a section as the table it holds.
func table[T any](section []byte, to *[]T) error {
	var one T
	size := int(unsafe.Sizeof(one))
	if len(section)%size != 0 {
		return fmt.Errorf("a table of %d bytes has rows of %d", len(section), size)
	}
	if len(section) == 0 {
		*to = nil
		return nil
	}
	if uintptr(unsafe.Pointer(&section[0]))%unsafe.Alignof(one) != 0 {
		return errors.New("a table is not aligned")
	}
	*to = unsafe.Slice((*T)(unsafe.Pointer(&section[0])), len(section)/size)
	return nil
}

// splitNames cuts names. They are copied out of the file, so that one that was given
// away outlives it.
func splitNames(ends []uint32, all []byte) ([]string, error) {
	whole, names := string(all), make([]string, len(ends))
	begin := uint32(0)
	for i, end := range ends {
		if end < begin || int(end) > len(whole) {
			return nil, fmt.Errorf("name %d ends at byte %d", i, end)
		}
		names[i] = whole[begin:end]
		begin = end
	}
	return names, nil
}
