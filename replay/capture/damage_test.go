package capture_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"milepost/replay/capture"
	"milepost/telemetry"
)

// small gives the bytes of a good capture of a few rows.
func small(t testing.TB) []byte {
	t.Helper()
	frames := carSeconds(3)
	frames[1].RecordID = "r-1"
	frames[2].Body = telemetry.Body{At: []int32{5}, Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOn}}
	b, err := os.ReadFile(write(t, 10, frames...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tryRead opens and reads a file of these bytes to its end or first error.
func tryRead(t testing.TB, path string, b []byte) (frames int, err error) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := capture.Open(path)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	var f telemetry.Frame
	for {
		if err := r.Next(&f); errors.Is(err, io.EOF) {
			return frames, nil
		} else if err != nil {
			return frames, err
		}
		frames++
	}
}

// stride is the step between the bytes that a test damages; primes, so that they
// fall on every place within the words of the format.
func stride(full, short, race int) int {
	switch {
	case raced:
		return race
	case testing.Short():
		return short
	}
	return full
}

func TestAnyFlippedByteIsAnError(t *testing.T) {
	good, path := small(t), filepath.Join(t.TempDir(), "a.arrow")
	if n, err := tryRead(t, path, good); n != 3 || err != nil {
		t.Fatalf("undamaged: %d frames, %v", n, err)
	}
	stride := stride(23, 101, 211)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := 0; i < len(good); i += stride {
		b := append([]byte(nil), good...)
		b[i] ^= 1 << (i % 8)
		if _, err := tryRead(t, path, b); err == nil {
			t.Fatalf("bit %d of byte %d flipped: no error", i%8, i)
		} else if !strings.Contains(err.Error(), path) {
			t.Fatalf("byte %d: the error does not name the file: %v", i, err)
		}
	}
	runtime.ReadMemStats(&after)
	tries := uint64(len(good)/stride + 1)
	if each := (after.TotalAlloc - before.TotalAlloc) / tries; each > 4<<20 {
		t.Errorf("%d bytes allocated for each damaged file of %d", each, len(good))
	}
}

func TestAnyTruncationIsAnError(t *testing.T) {
	good, path := small(t), filepath.Join(t.TempDir(), "a.arrow")
	for n := 0; n < len(good); n += 31 {
		if _, err := tryRead(t, path, good[:n]); err == nil {
			t.Fatalf("cut to %d of %d bytes: no error", n, len(good))
		}
	}
}

func TestWhatIsNoCaptureIsRefused(t *testing.T) {
	good := small(t)
	foreign := regexp.MustCompile(`milepost\.checksum`).ReplaceAll(good, []byte("somebody.checksum"))
	appended := append(append([]byte(nil), good...), "more"...)
	for _, c := range []struct {
		name string
		file []byte
		want error
		says string
	}{
		{"empty", nil, capture.ErrNotCapture, "too few"},
		{"text", []byte(strings.Repeat("speed,time\n", 20)), capture.ErrNotCapture, "no Arrow file"},
		{"foreign Arrow", foreign, capture.ErrNotCapture, "import"},
		{"half", good[:len(good)/2], capture.ErrChecksum, "damaged or cut short"},
		{"appended", appended, capture.ErrChecksum, "damaged or cut short"},
		{"last byte", append(good[:len(good)-1:len(good)-1], good[len(good)-1]^1), capture.ErrChecksum, "damaged or cut short"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := tryRead(t, filepath.Join(t.TempDir(), "a.arrow"), c.file)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %v saying %q", err, c.want, c.says)
			}
		})
	}
	if _, err := capture.Open(filepath.Join(t.TempDir(), "none.arrow")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

var digest = regexp.MustCompile(`sha256:[0-9a-f]{64}`)

// reseal gives a damaged file a right checksum, so that what lies behind the
// checksum is put to the test too.
func reseal(b []byte) []byte {
	zero := []byte("sha256:" + strings.Repeat("0", 64))
	out := digest.ReplaceAll(b, zero)
	sum := sha256.Sum256(out)
	return digest.ReplaceAll(out, []byte("sha256:"+hex.EncodeToString(sum[:])))
}

func TestTheChecksumIsThatOfTheDocument(t *testing.T) {
	good := small(t)
	if string(reseal(good)) != string(good) {
		t.Error("SHA-256 of the file with its digits zeroed is not the digits")
	}
}

// body gives the place of the record batches, between the two copies of the
// schema. A crafted schema can make the Arrow library allocate without bound; the
// checksum keeps damage from it, not malice.
func body(b []byte) (from, to int) {
	from = 16 + int(binary.LittleEndian.Uint32(b[12:]))
	return from, len(b) - 10 - int(binary.LittleEndian.Uint32(b[len(b)-10:]))
}

func TestResealedDamageNeverPanics(t *testing.T) {
	good, path := small(t), filepath.Join(t.TempDir(), "a.arrow")
	from, to := body(good)
	for i := from; i < to; i += stride(67, 211, 607) {
		b := append([]byte(nil), good...)
		b[i] ^= 0xff
		_, _ = tryRead(t, path, reseal(b)) // an error or other values, but no panic
	}
}

func FuzzBatches(f *testing.F) {
	good := small(f)
	from, to := body(good)
	for _, i := range []uint16{0, 8, 200, uint16(to - from - 1)} {
		f.Add(i, byte(0x10), i/2, byte(0xff))
	}
	path := filepath.Join(f.TempDir(), "a.arrow")
	f.Fuzz(func(t *testing.T, i uint16, x byte, j uint16, y byte) {
		b := append([]byte(nil), good...)
		b[from+int(i)%(to-from)] ^= x
		b[from+int(j)%(to-from)] ^= y
		_, _ = tryRead(t, path, reseal(b))
	})
}

func FuzzOpen(f *testing.F) {
	good := small(f)
	f.Add(good)
	for _, n := range []int{0, 8, 100, len(good) / 2, len(good) - 4} {
		f.Add(good[:n])
	}
	for _, i := range []int{9, 200, len(good) / 2, len(good) - 20} {
		b := append([]byte(nil), good...)
		b[i] ^= 0x10
		f.Add(b)
	}
	path := filepath.Join(f.TempDir(), "a.arrow")
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := tryRead(t, path, b)
		if err == nil && string(reseal(b)) != string(b) {
			t.Error("read without a right checksum")
		}
	})
}
