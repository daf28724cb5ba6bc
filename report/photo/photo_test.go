package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

const place = "GPSLatitude 42.81234 GPSLongitude -1.64567"

// quarters is a picture with four colours: red and green above, blue and white below.
func quarters(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.SetRGBA(x, y, [2][2]color.RGBA{{red, green}, {blue, white}}[y*2/h][x*2/w])
		}
	}
	return p
}

var (
	red   = color.RGBA{220, 20, 20, 255}
	green = color.RGBA{20, 200, 20, 255}
	blue  = color.RGBA{20, 20, 220, 255}
	white = color.RGBA{255, 255, 255, 255}
)

func jpegOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is an APP1 segment with an orientation, and a place beside it.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	tiff := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II*\x00")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, tag := range []struct{ id, kind, value uint16 }{{0x010f, 2, 0}, {0x0112, 3, orientation}} {
		tiff = order.AppendUint16(order.AppendUint16(tiff, tag.id), tag.kind)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(order.AppendUint16(tiff, tag.value), 0)
	}
	return segment(0xe1, "Exif\x00\x00"+string(tiff)+place)
}

func segment(marker byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)), body...)
}

// with puts segments behind a JPEG's first marker, and a tail behind its end.
func with(jpeg []byte, tail string, segments ...[]byte) []byte {
	out := append([]byte{}, jpeg[:2]...)
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(append(out, jpeg[2:]...), tail...)
}

// Whatever stands beside the pixels is gone: Exif, XMP, IPTC, comments, what follows
// the end, and the same in a PNG.
func TestCleanKeepsPixelsAlone(t *testing.T) {
	plain := jpegOf(t, quarters(64, 48))
	pngText := pngOf(t, quarters(64, 48))
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(place)+8)), "tEXtComment\x00"...)
	chunk = append(chunk, place...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc(chunk[4:]))
	pngText = append(append(append([]byte{}, pngText[:33]...), chunk...), pngText[33:]...)
	pngText = append(pngText, place...)
	for name, c := range map[string]struct {
		content []byte
		kind    string
	}{
		"exif":    {with(plain, "", exif(binary.BigEndian, 1)), JPEG},
		"xmp":     {with(plain, "", segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x>"+place)), JPEG},
		"iptc":    {with(plain, "", segment(0xed, "Photoshop 3.0\x00"+place)), JPEG},
		"comment": {with(plain, "", segment(0xfe, place)), JPEG},
		"tail":    {with(plain, place), JPEG},
		"png":     {pngText, PNG},
	} {
		if !bytes.Contains(c.content, []byte(place)) {
			t.Fatalf("%s: the test's photo has no place", name)
		}
		kept, kind, err := Clean(c.content)
		if err != nil || kind != c.kind {
			t.Errorf("%s: %s, %v", name, kind, err)
			continue
		}
		for _, secret := range []string{"GPS", "42.8", "Exif", "adobe", "Photoshop", "tEXt"} {
			if bytes.Contains(kept, []byte(secret)) {
				t.Errorf("%s: %q is kept", name, secret)
			}
		}
		if again, _, err := Clean(kept); err != nil || len(again) > len(kept)+len(kept)/10 {
			t.Errorf("%s: cleaned again it has %d bytes of %d, %v", name, len(again), len(kept), err)
		}
	}
}

// A phone held upright writes its picture lying down and says so; what is kept stands
// upright by itself.
func TestCleanTurnsPhotos(t *testing.T) {
	upright := [4]color.RGBA{red, green, blue, white} // top left, top right, bottom left, bottom right
	// What each orientation stores of that picture (Exif 2.32, 4.6.4).
	stored := map[uint16][4]int{1: {0, 1, 2, 3}, 2: {1, 0, 3, 2}, 3: {3, 2, 1, 0}, 4: {2, 3, 0, 1}, 5: {0, 2, 1, 3}, 6: {1, 3, 0, 2}, 7: {3, 1, 2, 0}, 8: {2, 0, 3, 1}}
	for orientation, at := range stored {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			w, h := 64, 48
			if orientation > 4 {
				w, h = h, w
			}
			p := quarters(w, h)
			for y := range h {
				for x := range w {
					p.SetRGBA(x, y, upright[at[y*2/h*2+x*2/w]])
				}
			}
			kept, _, err := Clean(with(jpegOf(t, p), "", exif(order, orientation)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := jpeg.Decode(bytes.NewReader(kept))
			if err != nil || got.Bounds().Size() != image.Pt(64, 48) {
				t.Fatalf("orientation %d: %v, %v", orientation, got.Bounds(), err)
			}
			for i, corner := range []image.Point{{8, 8}, {56, 8}, {8, 40}, {56, 40}} {
				if !near(got.At(corner.X, corner.Y), upright[i]) {
					t.Errorf("orientation %d: at %v %v, want %v", orientation, corner, got.At(corner.X, corner.Y), upright[i])
				}
			}
		}
	}
}

func near(a color.Color, b color.RGBA) bool {
	r, g, bl, _ := a.RGBA()
	off := func(x uint32, y uint8) bool { d := int(x>>8) - int(y); return d > 30 || d < -30 }
	return !off(r, b.R) && !off(g, b.G) && !off(bl, b.B)
}

func TestCleanRefuses(t *testing.T) {
	whole := jpegOf(t, quarters(64, 48))
	vast := pngOf(t, quarters(8, 8))
	binary.BigEndian.PutUint32(vast[16:], 100_000)
	binary.BigEndian.PutUint32(vast[20:], 100_000)
	binary.BigEndian.PutUint32(vast[29:], crc(vast[12:29]))
	for name, c := range map[string]struct {
		content []byte
		want    error // nil: any
	}{
		"nothing":       {nil, ErrKind},
		"text":          {[]byte("photo.jpg"), ErrKind},
		"gif":           {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), ErrKind},
		"script":        {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), ErrKind},
		"half":          {whole[:len(whole)/2], nil},
		"only a marker": {whole[:3], nil},
		"vast":          {vast, ErrTooLarge},
		"a large file":  {append(append([]byte{}, whole...), make([]byte, MostRead)...), ErrTooLarge},
	} {
		kept, _, err := Clean(c.content)
		if err == nil || kept != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %d bytes, %v", name, len(kept), err)
		}
	}
}

// What is too large to keep is made smaller.
func TestCleanMakesSmaller(t *testing.T) {
	noise := image.NewNRGBA(image.Rect(0, 0, 5000, 1500))
	seed := uint32(1)
	for i := range noise.Pix {
		seed = seed*1664525 + 1013904223
		noise.Pix[i] = byte(seed >> 24)
	}
	kept, kind, err := Clean(pngOf(t, noise))
	if err != nil || kind != JPEG || len(kept) > MostKept {
		t.Fatalf("%s of %d bytes, %v", kind, len(kept), err)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(kept))
	if err != nil || size.Width != longest || size.Height != 1500*longest/5000 {
		t.Errorf("%d x %d, %v", size.Width, size.Height, err)
	}
	small, at, err := Reduce(kept, 500)
	if err != nil || at != image.Pt(500, 149) || len(small) > 100_000 {
		t.Errorf("%v, %d bytes, %v", at, len(small), err)
	}
}

// Whatever is handed in: no panic, and what is kept can be read.
func FuzzClean(f *testing.F) {
	whole := jpegOf(f, quarters(16, 12))
	f.Add(whole)
	f.Add(with(whole, "tail", exif(binary.BigEndian, 6), segment(0xfe, place)))
	f.Add(with(whole, "", exif(binary.LittleEndian, 8)))
	f.Add(with(whole, "", segment(0xe1, "Exif\x00\x00II*\x00\xff\xff\xff\xff")))
	f.Add(pngOf(f, quarters(16, 12)))
	f.Add(whole[:40])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		if size, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil && size.Width*size.Height > 1_000_000 {
			t.Skip("slow")
		}
		kept, kind, err := Clean(content)
		if err != nil {
			return
		}
		if _, again, err := Clean(kept); err != nil || again != kind || strings.Contains(string(kept), place) {
			t.Errorf("%s, then %s, %v", kind, again, err)
		}
	})
}

// crc is that of a PNG's chunk.
func crc(chunk []byte) uint32 { return crc32.ChecksumIEEE(chunk) }
