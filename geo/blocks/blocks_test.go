package blocks

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func bytesField(n protowire.Number, content ...byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, n, protowire.BytesType), content)
}

func varint(n protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), v)
}

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// framed is a block of the file; size is what its header says, where that is not 0.
func framed(kind string, blob []byte, size uint64) []byte {
	if size == 0 {
		size = uint64(len(blob))
	}
	head := cat(bytesField(1, []byte(kind)...), varint(3, size))
	return cat(binary.BigEndian.AppendUint32(nil, uint32(len(head))), head, blob)
}

func packed(content []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(content)
	_ = z.Close()
	return b.Bytes()
}

// block is one with two texts, "" and "a", and a group.
func block(group ...byte) []byte {
	return cat(bytesField(1, cat(bytesField(1), bytesField(1, 'a'))...), bytesField(2, group...))
}

func TestChecked(t *testing.T) {
	good := block(bytesField(3, cat(varint(1, 7), bytesField(2, 1), bytesField(3, 1), bytesField(8, 2, 2))...)...)
	dense := func(parts ...[]byte) []byte { return block(bytesField(2, cat(parts...)...)...) }
	two := [][]byte{bytesField(1, 2, 2), bytesField(8, 2, 2), bytesField(9, 2, 2)}
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":                     {nil, nil},
		"way":                         {framed("OSMData", bytesField(1, good...), 0), nil},
		"way, packed":                 {framed("OSMData", cat(varint(2, uint64(len(good))), bytesField(3, packed(good)...)), 0), nil},
		"nodes":                       {framed("OSMData", bytesField(1, dense(two...)...), 0), nil},
		"nodes with tags and users":   {framed("OSMData", bytesField(1, dense(append(two, bytesField(10, 1, 0, 0, 0), bytesField(5, bytesField(5, 2, 1)...))...)...), 0), nil},
		"a text that is none":         {framed("OSMData", bytesField(1, block(bytesField(3, cat(bytesField(2, 1), bytesField(3, 2))...)...)...), 0), ErrMalformed},
		"a key without its value":     {framed("OSMData", bytesField(1, block(bytesField(3, bytesField(2, 1)...)...)...), 0), ErrMalformed},
		"a writer that is none":       {framed("OSMData", bytesField(1, block(bytesField(3, bytesField(4, varint(5, 2)...)...)...)...), 0), ErrMalformed},
		"users that fall below none":  {framed("OSMData", bytesField(1, dense(append(two, bytesField(5, bytesField(5, 2, 3)...))...)...), 0), ErrMalformed},
		"tags of more nodes":          {framed("OSMData", bytesField(1, dense(append(two, bytesField(10, 0, 0, 0))...)...), 0), ErrMalformed},
		"fewer latitudes":             {framed("OSMData", bytesField(1, dense(two[0], bytesField(8, 2), two[2])...), 0), ErrMalformed},
		"roles without members":       {framed("OSMData", bytesField(1, block(bytesField(4, bytesField(8, 1)...)...)...), 0), ErrMalformed},
		"two tables":                  {framed("OSMData", bytesField(1, cat(good, good)...), 0), ErrMalformed},
		"an id that is a list":        {framed("OSMData", bytesField(1, block(bytesField(3, bytesField(1, 1)...)...)...), 0), ErrMalformed},
		"plain nodes":                 {framed("OSMData", bytesField(1, block(bytesField(1, 8, 2)...)...), 0), ErrPlainNodes},
		"a size below nothing":        {framed("OSMData", cat(varint(2, 1<<64-1), bytesField(3, packed(good)...)), 0), ErrMalformed},
		"a size of gigabytes":         {framed("OSMData", cat(varint(2, 2<<30), bytesField(3, packed(good)...)), 0), ErrMalformed},
		"more than its size":          {framed("OSMData", cat(varint(2, 3), bytesField(3, packed(good)...)), 0), ErrMalformed},
		"a block's size below none":   {framed("OSMData", good, 1<<64-1), ErrMalformed},
		"a header of gigabytes":       {[]byte{0x7f, 0, 0, 0, 1}, ErrMalformed},
		"cut off within a block":      {framed("OSMData", good, 1000), ErrTruncated},
		"cut off within a size":       {[]byte{0, 0}, ErrTruncated},
		"LZ4":                         {framed("OSMData", cat(varint(2, uint64(len(good))), bytesField(6, good...)), 0), ErrPacking},
		"Zstandard":                   {framed("OSMData", cat(varint(2, uint64(len(good))), bytesField(7, good...)), 0), ErrPacking},
		"an unknown way of packing":   {framed("OSMData", bytesField(9, good...), 0), ErrMalformed},
		"a header, which is not ours": {framed("OSMHeader", bytesField(1, 1, 2, 3), 0), nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := Checked(io.NopCloser(bytes.NewReader(c.file)))
			got, err := io.ReadAll(r)
			if !errors.Is(err, c.want) || err == nil && !bytes.Equal(got, c.file) {
				t.Errorf("%d of %d bytes: %v, want %v", len(got), len(c.file), err, c.want)
			}
			if err != nil && len(got) > 0 {
				t.Errorf("%d bytes were given of what is malformed", len(got))
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// FuzzChecked: whatever a file is, what is given of it stands in it, and in its order.
func FuzzChecked(f *testing.F) {
	good := block(bytesField(3, cat(varint(1, 7), bytesField(2, 1), bytesField(3, 1), bytesField(8, 2, 2))...)...)
	f.Add(framed("OSMData", bytesField(1, good...), 0))
	f.Add(framed("OSMData", cat(varint(2, uint64(len(good))), bytesField(3, packed(good)...)), 0))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := io.ReadAll(Checked(io.NopCloser(bytes.NewReader(file))))
		if !bytes.HasPrefix(file, got) || err == nil && len(got) != len(file) {
			t.Errorf("%d of %d bytes: %v", len(got), len(file), err)
		}
	})
}
