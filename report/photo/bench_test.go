package photo

import "testing"

// A phone's photo of 12 million pixels, as it is taken in and as it is printed.
func BenchmarkPhoto(b *testing.B) {
	content := jpegOf(b, quarters(4000, 3000))
	b.Run("clean", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := Clean(content); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("reduce", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := Reduce(content, 1000); err != nil {
				b.Fatal(err)
			}
		}
	})
}
