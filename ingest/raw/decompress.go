package raw

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/snappy"
	"github.com/segmentio/kafka-go/compress"
)

// open gives a batch's records as they were before compression, in into where they were compressed.
func open(b *batch, into *buffer, source *bytes.Reader) ([]byte, error) {
	codec := compress.Compression(b.codec())
	switch codec {
	case compress.None:
		return b.payload, nil
	case compress.Snappy:
		err := openSnappy(b.payload, into)
		return into.b, err
	case compress.Gzip, compress.Lz4, compress.Zstd:
		source.Reset(b.payload)
		if err := readAll(codec.Codec(), source, into); err != nil {
			return nil, fmt.Errorf("opening %s: %w", codec, err)
		}
		return into.b, nil
	}
	return nil, fmt.Errorf("its compression is unknown: %d", codec)
}

// readAll reads what a codec makes of source.
func readAll(codec compress.Codec, source io.Reader, into *buffer) error {
	r := codec.NewReader(source)
	defer func() { _ = r.Close() }() // nothing to lose: it was read to its end, or has failed already
	into.b = into.b[:0]
	for idle := 0; idle < 100; {
		if len(into.b) == cap(into.b) {
			into.grow(maxBatch + 1)
		}
		n, err := r.Read(into.b[len(into.b):cap(into.b)])
		into.b = into.b[:len(into.b)+n]
		switch {
		case len(into.b) > maxBatch:
			return errTooLarge
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case n == 0:
			idle++
		}
	}
	return io.ErrNoProgress
}

var errTooLarge = fmt.Errorf("it opens to more than %d bytes", maxBatch)

// Snappy in blocks, as Java's library frames it: 8 bytes of magic, 8 of versions, then blocks behind their lengths.
var xerial = []byte("\x82SNAPPY\x00")

const xerialHeader = 16

// openSnappy is own code because kafka-go's reader allocates whatever a length claims, up to 4 GiB.
func openSnappy(payload []byte, into *buffer) error {
	into.b = into.b[:0]
	if !bytes.HasPrefix(payload, xerial) || len(payload) < xerialHeader {
		return appendSnappy(payload, into)
	}
	for rest := payload[xerialHeader:]; len(rest) > 0; {
		if len(rest) < 4 {
			return fmt.Errorf("opening snappy: %w", io.ErrUnexpectedEOF)
		}
		n := int64(binary.BigEndian.Uint32(rest))
		if n > int64(len(rest)-4) {
			return fmt.Errorf("opening snappy: %w", io.ErrUnexpectedEOF)
		}
		if err := appendSnappy(rest[4:4+n], into); err != nil {
			return err
		}
		rest = rest[4+n:]
	}
	return nil
}

func appendSnappy(block []byte, into *buffer) error {
	n, err := snappy.DecodedLen(block)
	if err != nil {
		return fmt.Errorf("opening snappy: %w", err)
	}
	at := len(into.b)
	if n > maxBatch-at {
		return fmt.Errorf("opening snappy: %w", errTooLarge)
	}
	into.b = slices.Grow(into.b, n)
	out, err := snappy.Decode(into.b[at:at+n], block)
	if err != nil {
		return fmt.Errorf("opening snappy: %w", err)
	}
	into.b = into.b[:at+len(out)]
	return nil
}
