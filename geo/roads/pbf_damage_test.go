package roads

import (
	"bytes"
	"testing"
)

// readBlock reads an extract of one block; what comes of it is a map or an error.
func readBlock(block []byte) error {
	header := newPBF().file("DenseNodes")
	header = header[:len(header)-len(blob("OSMData", field(nil, 1, field(nil, 1, nil))))]
	var b Builder
	if err := readExtract(&b, append(bytes.Clone(header), blob("OSMData", block)...)); err != nil {
		return err
	}
	if m, err := b.Build(); err == nil {
		tell(m)
	}
	return nil
}

// Blocks that are well packed, and malformed inside.
func TestMalformedBlocks(t *testing.T) {
	p := village()
	whole := append(field(nil, 1, p.table), p.groups...)
	if err := readBlock(whole); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for at := 0; at < len(whole); at += 11 {
		bent := bytes.Clone(whole)
		bent[at] ^= 0x7f
		if readBlock(bent) != nil {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no block was refused")
	}
}

// TestDamagedExtracts cuts and bends an extract; it is an error or a smaller map.
func TestDamagedExtracts(t *testing.T) {
	whole := village().file("DenseNodes")
	for at := 0; at < len(whole); at += 5 {
		var b Builder
		if readExtract(&b, whole[:at]) == nil { // a file may end between two blobs
			if _, err := b.Build(); err == nil {
				t.Fatalf("nothing said that all from byte %d on is missing", at)
			}
		}
		bent := bytes.Clone(whole)
		bent[at] ^= 0x55
		var c Builder
		if readExtract(&c, bent) == nil {
			if m, err := c.Build(); err == nil {
				tell(m)
			}
		}
	}
}
