package snapshot_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"milepost/ingest/snapshot"
)

// refusal is an error that a reader of damaged bytes may give.
func refusal(err error) bool {
	var newer *snapshot.NewerError
	return errors.Is(err, snapshot.ErrDamaged) || errors.As(err, &newer)
}

func FuzzManifest(f *testing.F) {
	s := newMemory()
	l := begin(f, s, "owner", nil)
	commit(f, l, 1, map[string]string{"a": "1"})
	whole := s.blobs[s.names("/manifest/")[0]]
	f.Add(whole, false)
	f.Add(whole[:len(whole)/2], false)
	_, body, _ := bytes.Cut(whole, []byte("\n"))
	f.Add(body, true)
	f.Add([]byte(`{"base":[{"bytes":-1}]}`), true)
	f.Add([]byte("milepost-manifest 2 0 00000000\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, reseal bool) {
		if reseal {
			data = snapshot.Reseal(1, data) // past the checksum
		}
		again, err := snapshot.DecodeManifest(key, data)
		if err != nil {
			if !refusal(err) {
				t.Fatal(err)
			}
			return
		}
		twice, err := snapshot.DecodeManifest(key, again)
		if err != nil || !bytes.Equal(again, twice) {
			t.Fatalf("%v: written and read again\n%s\ngives\n%s", err, again, twice)
		}
	})
}

func FuzzEntriesFile(f *testing.F) {
	whole, err := snapshot.WriteEntries(key, 7, []snapshot.Entry{{Vehicle: "a", State: "1"}, {Vehicle: "b", Removed: true}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte("mileposte"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := snapshot.ReadEntries(key, 7, data); err != nil && !refusal(err) {
			t.Fatal(err)
		}
	})
}

func FuzzEntries(f *testing.F) {
	f.Add(snapshot.AppendEntry(snapshot.AppendEntry(nil, snapshot.Entry{Vehicle: "a", State: "1"}), snapshot.Entry{Vehicle: "b", Removed: true}))
	f.Add([]byte{1, 'a', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, block []byte) {
		found, err := snapshot.CutEntries(block)
		if err != nil && !refusal(err) {
			t.Fatal(err)
		}
		var again []byte
		for _, e := range found {
			again = snapshot.AppendEntry(again, e)
		}
		if twice, err := snapshot.CutEntries(again); err != nil || !slices.Equal(found, twice) {
			t.Fatalf("%v: %v, then %v", err, found, twice)
		}
	})
}

func FuzzPiece(f *testing.F) {
	offset, framed := snapshot.Frame(9, key, []byte("a piece"))
	f.Add(offset, uint32(7), framed)
	f.Add(offset, uint32(8), framed)
	f.Add(offset, uint32(7), framed[:9])
	f.Fuzz(func(t *testing.T, at, length uint32, data []byte) {
		piece, err := snapshot.OpenPiece(9, at, length, data)
		if err != nil && !refusal(err) || err == nil && len(piece) != int(length) {
			t.Fatalf("%d bytes of %d: %v", len(piece), length, err)
		}
	})
}
