package capture

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The checksum is the SHA-256 of the whole file with its own 64 hex digits
// replaced by zeros. It is metadata of the schema, which an Arrow file holds twice:
// in its first message and in its footer. Both are found by their bytes, so that
// nothing of a damaged file is ever parsed.
const (
	digestPrefix = "sha256:"
	digestLen    = 2 * sha256.Size
	markerLen    = len(digestPrefix) + digestLen + markerGap + len(keyChecksum)
	// Arrow's Go writer puts a value before its key: the value's closing zero,
	// padding to four bytes and the key's length stand between them.
	markerGap = 1 + 4
	// maxWindow bounds how much of either end is searched, and so the memory used.
	maxWindow = 256 << 20

	arrowMagic = "ARROW1"
	headStart  = 8 // the magic, padded
	tailLen    = 4 + len(arrowMagic)
)

var placeholder = digestPrefix + strings.Repeat("0", digestLen)

// verify checks the file's checksum and returns nil, or ErrNotCapture or
// ErrChecksum wrapped with the reason.
func verify(r io.ReaderAt, size int64) error {
	places, claimed, err := findMarkers(r, size)
	if err != nil {
		return err
	}
	sum, err := hashWithZeros(r, size, places)
	if err != nil {
		return err
	}
	if sum != claimed {
		return ErrChecksum
	}
	return nil
}

// findMarkers gives the offsets of the checksum's digits and the digest they claim.
func findMarkers(r io.ReaderAt, size int64) (places []int64, claimed string, err error) {
	head, tail, err := windows(r, size)
	if err != nil {
		return nil, "", err
	}
	for _, w := range []window{head, tail} {
		at, digest := w.find()
		if at < 0 {
			return nil, "", fmt.Errorf("%w: no %s in its %s; bring foreign files in by import", ErrNotCapture, keyChecksum, w.name)
		}
		if claimed != "" && claimed != digest {
			return nil, "", fmt.Errorf("%w (its two copies differ)", ErrChecksum)
		}
		places, claimed = append(places, w.offset+int64(at)), digest
	}
	return places, claimed, nil
}

// window is a part of the file that holds one copy of the schema.
type window struct {
	name   string
	offset int64
	bytes  []byte
}

// windows reads the first message and the footer, whose lengths stand at fixed
// places.
func windows(r io.ReaderAt, size int64) (head, tail window, err error) {
	if size < headStart+8+int64(tailLen) {
		return head, tail, fmt.Errorf("%w: %d bytes are too few", ErrNotCapture, size)
	}
	var first [headStart + 8]byte
	var last [tailLen]byte
	if _, err := r.ReadAt(first[:], 0); err != nil {
		return head, tail, fmt.Errorf("read the head: %w", err)
	}
	if _, err := r.ReadAt(last[:], size-int64(tailLen)); err != nil {
		return head, tail, fmt.Errorf("read the tail: %w", err)
	}
	if string(first[:len(arrowMagic)]) != arrowMagic {
		return head, tail, fmt.Errorf("%w: it is no Arrow file", ErrNotCapture)
	}
	if string(last[4:]) != arrowMagic {
		return head, tail, fmt.Errorf("%w: it is an Arrow file, damaged or cut short", ErrChecksum)
	}
	headLen := int64(binary.LittleEndian.Uint32(first[headStart+4:]))
	tailSize := int64(binary.LittleEndian.Uint32(last[:4]))
	if head, err = readWindow(r, "first message", int64(len(first)), headLen, size); err != nil {
		return head, tail, err
	}
	tail, err = readWindow(r, "footer", size-int64(tailLen)-tailSize, tailSize, size)
	return head, tail, err
}

func readWindow(r io.ReaderAt, name string, offset, length, size int64) (window, error) {
	if offset < 0 || length > maxWindow || offset+length > size {
		return window{}, fmt.Errorf("%w (the length of its %s is impossible)", ErrChecksum, name)
	}
	w := window{name: name, offset: offset, bytes: make([]byte, length)}
	if _, err := r.ReadAt(w.bytes, offset); err != nil && !errors.Is(err, io.EOF) {
		return window{}, fmt.Errorf("read the %s: %w", name, err)
	}
	return w, nil
}

// find gives the place of the digest's digits in the window, -1 for none. A text
// of the same look elsewhere, say in a vehicle's id, lacks the key after it.
func (w window) find() (at int, digest string) {
	for from := 0; ; {
		i := bytes.Index(w.bytes[from:], []byte(digestPrefix))
		if i < 0 || from+i+markerLen > len(w.bytes) {
			return -1, ""
		}
		i += from
		if bytes.HasSuffix(w.bytes[i:i+markerLen], []byte(keyChecksum)) {
			at = i + len(digestPrefix)
			return at, string(w.bytes[at : at+digestLen])
		}
		from = i + 1
	}
}

// hashWithZeros is the SHA-256 of the file with '0' written over the digits at
// the given, ascending places.
func hashWithZeros(r io.ReaderAt, size int64, places []int64) (string, error) {
	h := sha256.New()
	zeros := []byte(placeholder[len(digestPrefix):])
	pos := int64(0)
	for _, p := range append(places, size) {
		if p < pos {
			return "", fmt.Errorf("%w (its parts overlap)", ErrChecksum)
		}
		if _, err := io.Copy(h, io.NewSectionReader(r, pos, p-pos)); err != nil {
			return "", fmt.Errorf("hash: %w", err)
		}
		if p < size {
			h.Write(zeros)
		}
		pos = p + digestLen
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
