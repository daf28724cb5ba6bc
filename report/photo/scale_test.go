package photo

import (
	"image"
	"image/color"
	"runtime"
	"testing"
)

// allocated is how many bytes a call asks for in all.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A photo of any shape is made smaller in little more room than it takes itself: a small file may
// hold 64 million pixels.
func TestScalingTakesLittleRoom(t *testing.T) {
	for _, size := range []image.Point{{6000, 2000}, {2000, 6000}, {3_000_000, 1}} {
		picture := image.NewRGBA(image.Rectangle{Max: size})
		var got image.Image
		if n := allocated(func() { got = within(picture, longest) }); n > 2*uint64(len(picture.Pix)) {
			t.Errorf("%v: %d bytes for %d", size, n, len(picture.Pix))
		}
		if s := got.Bounds().Size(); max(s.X, s.Y) != longest || min(s.X, s.Y) < 1 {
			t.Errorf("%v: %v", size, s)
		}
	}
}

// Fine patterns become grey: no pixel is passed over.
func TestScalingTakesTheMean(t *testing.T) {
	picture := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for y := range 64 {
		for x := range 64 {
			picture.SetRGBA(x, y, color.RGBA{uint8(255 * ((x + y) % 2)), 0, 0, 255})
		}
	}
	small := within(picture, 8)
	for y := range 8 {
		for x := range 8 {
			if r, _, _, _ := small.At(x, y).RGBA(); r>>8 < 120 || r>>8 > 135 {
				t.Fatalf("%d, %d: %d", x, y, r>>8)
			}
		}
	}
}
