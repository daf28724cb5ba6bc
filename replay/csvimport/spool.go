package csvimport

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"

	"milepost/telemetry"
)

// spool holds the frames of all drives in one temporary file until they are put
// in order: each drive's stand together, so a frame can be fetched when its turn
// comes and nothing but its place need be remembered. Its file lives no longer
// than the import, so it is neither synced nor checksummed.
type spool struct {
	file *os.File
	out  *bufio.Writer
	size int64
	buf  []byte
}

// frameHead comes before each frame.
type frameHead struct {
	Length         uint32 // of what follows, bytes
	Sequence       uint64
	Start, Arrived int64
}

var headSize = binary.Size(frameHead{})

var errSpool = errors.New("the temporary file is damaged")

// newSpool makes the file in the given folder. Its name is taken away at once
// where the system lets it, so that nothing is left even after a kill.
func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, ".import-*.tmp")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // else by close
	return &spool{file: f, out: bufio.NewWriterSize(f, 1<<20)}, nil
}

func (s *spool) close() {
	_ = s.file.Close()           // of no use any more
	_ = os.Remove(s.file.Name()) // mostly gone already
}

// add appends a frame; the drive it belongs to is known by its place.
func (s *spool) add(f *telemetry.Frame) error {
	b := s.buf[:0]
	for t := range telemetry.TrackCount {
		track := telemetry.Track(t)
		b = appendColumn(b, *f.Offsets(track))
		for _, c := range f.Floats(track) {
			b = appendColumn(b, *c)
		}
		for _, c := range f.Doubles(track) {
			b = appendColumn(b, *c)
		}
	}
	b = appendColumn(b, f.Body.Signal)
	b = appendColumn(b, f.Body.Value)
	s.buf = b
	head := frameHead{uint32(len(b)), f.Sequence, f.Start, f.Arrived}
	if err := binary.Write(s.out, binary.LittleEndian, head); err != nil {
		return err
	}
	s.size += int64(headSize + len(b))
	_, err := s.out.Write(b)
	return err
}

// flush ends the writing.
func (s *spool) flush() error { return s.out.Flush() }

// head reads what stands before the frame at the given place.
func (s *spool) head(at int64) (h frameHead, err error) {
	b := slices.Grow(s.buf[:0], headSize)[:headSize]
	s.buf = b
	if _, err := s.file.ReadAt(b, at); err != nil {
		return h, fmt.Errorf("read the temporary file: %w", err)
	}
	_, err = binary.Decode(b, binary.LittleEndian, &h)
	return h, err
}

// frame reads the frame whose head stands at the given place, reusing f's
// buffers.
func (s *spool) frame(at int64, h frameHead, f *telemetry.Frame) error {
	b := slices.Grow(s.buf[:0], int(h.Length))[:h.Length]
	s.buf = b
	if _, err := s.file.ReadAt(b, at+int64(headSize)); err != nil {
		return fmt.Errorf("read the temporary file: %w", err)
	}
	f.Reset()
	f.Sequence, f.Start, f.Arrived = h.Sequence, h.Start, h.Arrived
	var err error
	for t := range telemetry.TrackCount {
		track := telemetry.Track(t)
		b = readColumn(b, f.Offsets(track), &err)
		for _, c := range f.Floats(track) {
			b = readColumn(b, c, &err)
		}
		for _, c := range f.Doubles(track) {
			b = readColumn(b, c, &err)
		}
	}
	b = readColumn(b, &f.Body.Signal, &err)
	readColumn(b, &f.Body.Value, &err)
	return err
}

// element is what the columns of a frame hold.
type element interface {
	int32 | int64 | float32 | float64 | telemetry.BodySignal
}

func appendColumn[T element](b []byte, column []T) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(column)))
	if len(column) == 0 {
		return b
	}
	b, err := binary.Append(b, binary.LittleEndian, column)
	if err != nil {
		panic(err) // the elements have fixed sizes
	}
	return b
}

// readColumn fills a column and gives what comes after it.
func readColumn[T element](b []byte, column *[]T, failed *error) []byte {
	if *failed != nil || len(b) < 4 {
		*failed = errSpool
		return nil
	}
	n := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	if n == 0 {
		return b
	}
	if n > len(b) {
		*failed = errSpool
		return nil
	}
	*column = slices.Grow((*column)[:0], n)[:n]
	used, err := binary.Decode(b, binary.LittleEndian, *column)
	if err != nil {
		*failed = errSpool
		return nil
	}
	return b[used:]
}
