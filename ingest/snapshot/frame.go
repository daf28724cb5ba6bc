package snapshot

import (
	"encoding/binary"
	"hash/crc32"
)

// A file of entries or chunks is a preamble, frames and an end. A frame is a
// length, a checksum and so many bytes; the checksum covers the file's identity and
// the frame's place in it, too, so that nothing passes at another place. The end is
// a frame of its own kind that counts the others.
//
//	preamble  "milepost" kind(1) | frame: format(2) identity(8) partition(4) topic
//	frame     length(4) crc32c(4) payload
//	end       length(4) with the highest bit, crc32c(4) count(8)
//
// Numbers are little-endian. What is said here of the preamble and of frames holds
// for all formats to come; what the frames hold may change with the format.
const (
	magic      = "milepost"
	fileFormat = 1
	headSize   = len(magic) + 1 // before the first frame
	frameSize  = 8              // length and checksum
	endSize    = frameSize + 8
	endBit     = 1 << 31
)

// The kinds of file.
const (
	entriesKind = 'e'
	chunksKind  = 'c'
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func frameSum(id uint64, offset int64, length uint32, payload []byte) uint32 {
	var place [20]byte
	binary.LittleEndian.PutUint64(place[0:], id)
	binary.LittleEndian.PutUint64(place[8:], uint64(offset))
	binary.LittleEndian.PutUint32(place[16:], length)
	return crc32.Update(crc32.Checksum(place[:], castagnoli), castagnoli, payload)
}

// frames writes a file into memory.
type frames struct {
	id    uint64
	buf   []byte
	count uint64 // of what the file holds: entries or pieces
}

func newFrames(kind byte, id uint64, k Key) *frames {
	f := &frames{id: id}
	f.buf = append(append(f.buf, magic...), kind)
	f.add(identity(id, k))
	return f
}

// identity is what a file says of itself.
func identity(id uint64, k Key) []byte {
	b := binary.LittleEndian.AppendUint16(nil, fileFormat)
	b = binary.LittleEndian.AppendUint64(b, id)
	b = binary.LittleEndian.AppendUint32(b, uint32(k.Partition))
	return append(b, k.Topic...)
}

// preambleSize is where the first frame with content begins.
func preambleSize(k Key) int { return headSize + frameSize + len(identity(0, k)) }

// add appends a frame and gives its offset.
func (f *frames) add(payload []byte) (offset int) { return f.frame(uint32(len(payload)), payload) }

func (f *frames) end() { f.frame(endBit|8, binary.LittleEndian.AppendUint64(nil, f.count)) }

func (f *frames) frame(length uint32, payload []byte) (offset int) {
	offset = len(f.buf)
	f.buf = binary.LittleEndian.AppendUint32(f.buf, length)
	f.buf = binary.LittleEndian.AppendUint32(f.buf, frameSum(f.id, int64(offset), length, payload))
	f.buf = append(f.buf, payload...)
	return offset
}

// openFrame reads the frame at the beginning of b, which lies at an offset of the
// file, and says how many bytes it takes. An end comes with its length's bit.
func openFrame(id uint64, offset int64, b []byte) (payload []byte, end bool, err error) {
	if len(b) < frameSize {
		return nil, false, damaged("a frame at %d is cut off", offset)
	}
	length, sum := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	b = b[frameSize:]
	size := int(length &^ endBit)
	if size > len(b) {
		return nil, false, damaged("a frame of %d bytes at %d is cut off", size, offset)
	}
	if frameSum(id, offset, length, b[:size]) != sum {
		return nil, false, damaged("the checksum of the frame at %d does not fit", offset)
	}
	return b[:size], length&endBit != 0, nil
}

// openEnd reads the count from a file's last endSize bytes.
func openEnd(id uint64, size int64, b []byte) (count uint64, err error) {
	payload, end, err := openFrame(id, size-endSize, b)
	if err == nil && (!end || len(payload) != 8) {
		err = damaged("the file has no end")
	}
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(payload), nil
}

// checkPreamble tells whether the file is of this kind and is the one that its name
// says.
func checkPreamble(name string, kind byte, id uint64, k Key, b []byte) error {
	if len(b) < headSize || string(b[:len(magic)]) != magic || b[len(magic)] != kind {
		return damaged("it does not begin as such a file does")
	}
	payload, _, err := openFrame(id, int64(headSize), b[headSize:])
	switch {
	case err != nil:
		return err
	case len(payload) >= 2 && binary.LittleEndian.Uint16(payload) > fileFormat:
		return &NewerError{Name: name, Format: int(binary.LittleEndian.Uint16(payload)), Known: fileFormat}
	case string(payload) != string(identity(id, k)):
		return damaged("it belongs to another partition")
	}
	return nil
}
