package places

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// A list's file is JSON lines, compressed by zstd: a head, then a line for each place.
const (
	format        = "milepost places"
	formatVersion = 1
	mostInFile    = 1 << 30 // bytes, expanded
	zstdMagic     = "\x28\xb5\x2f\xfd"
)

type head struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Places  int    `json:"places"`
	Content string `json:"content"` // the list's version
}

// Why a file is no list of places.
var (
	ErrForeign = errors.New("no list of places")
	ErrNewer   = errors.New("of another version of the format: build it again")
	ErrBroken  = errors.New("damaged or cut off")
)

// Write saves the list. The same list gives the same bytes.
func (l *List) Write(w io.Writer) error {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil {
		return fmt.Errorf("write places: %w", err)
	}
	e := json.NewEncoder(z)
	e.SetEscapeHTML(false)
	err = e.Encode(head{format, formatVersion, len(l.places), l.version})
	for i := 0; i < len(l.places) && err == nil; i++ {
		err = e.Encode(&l.places[i])
	}
	if err := errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("write places: %w", err)
	}
	return nil
}

// Read loads a list. What it says of itself is checked against its content. Errors are
// ErrForeign, ErrNewer and ErrBroken, or the reader's.
func Read(r io.Reader) (*List, error) {
	in := bufio.NewReader(r)
	if magic, err := in.Peek(len(zstdMagic)); string(magic) != zstdMagic {
		return nil, fmt.Errorf("read places: %w", errors.Join(ErrForeign, err))
	}
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return nil, fmt.Errorf("read places: %w: %w", ErrForeign, err)
	}
	defer z.Close()
	d := json.NewDecoder(bufio.NewReader(io.LimitReader(z, mostInFile)))
	var h head
	if err := d.Decode(&h); err != nil {
		return nil, fmt.Errorf("read places: %w: %w", ErrBroken, err)
	}
	if h.Format != format {
		return nil, fmt.Errorf("read places: %w", ErrForeign)
	}
	if h.Version != formatVersion {
		return nil, fmt.Errorf("read places: format %d: %w", h.Version, ErrNewer)
	}
	var all []Place
	for {
		var p Place
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read places: place %d: %w: %w", len(all)+1, ErrBroken, err)
		}
		all = append(all, p)
	}
	l := newList(all)
	if len(all) != h.Places || l.version != h.Content {
		return nil, fmt.Errorf("read places: %w: %d of %d places", ErrBroken, len(all), h.Places)
	}
	return l, nil
}

// hash makes a version of the content.
func (l *List) hash() string {
	h := sha256.New()
	e := json.NewEncoder(h)
	for i := range l.places {
		_ = e.Encode(&l.places[i]) // numbers are on the earth, and a hash takes all
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
