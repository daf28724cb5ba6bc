package report

import (
	"io"
	"testing"
)

// How long a driver waits.
func BenchmarkPDF(b *testing.B) {
	for _, c := range samples {
		b.Run(c.name, func(b *testing.B) {
			r := c.make()
			for b.Loop() {
				if err := r.PDF(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
