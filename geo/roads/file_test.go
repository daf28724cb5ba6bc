package roads

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

// noon is a Wednesday in March.
var noon = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

// hamlet is a small map with all that a file keeps.
func hamlet(tb testing.TB) *Map {
	tb.Helper()
	var b Builder
	b.SetCountry("DE")
	add := func(id int64, from, to NodeID, a, c orb.Point, tags map[string]string) {
		b.AddWay(id, []NodeID{from, to}, []orb.Point{a, c}, tags)
	}
	p := []orb.Point{{11.5, 48.1}, {11.51, 48.1}, {11.51, 48.11}, {11.52, 48.1}}
	add(1, 0, 1, p[0], p[1], map[string]string{"highway": "residential", "name": "Hauptstraße", "maxspeed": "30"})
	add(2, 1, 2, p[1], p[2], map[string]string{"highway": "primary", "ref": "B 304", "maxspeed": "100", "oneway": "yes",
		"maxspeed:conditional": "80 @ (22:00-06:00); 60 @ wet", "tunnel": "yes"})
	var nodes []NodeID
	var line []orb.Point
	for i := range 40 {
		nodes, line = append(nodes, NodeID(i+1)), append(line, orb.Point{p[1][0] + float64(i)/4000, p[1][1]})
	}
	nodes[1] = 100
	b.AddWay(3, nodes, line, map[string]string{"highway": "motorway", "junction": "roundabout"})
	b.AddRestriction(Restriction{Kind: "no_left_turn", From: 1, Via: 1, To: 2})
	m, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func fileOf(tb testing.TB, m *Map) []byte {
	tb.Helper()
	var file bytes.Buffer
	n, err := m.WriteTo(&file)
	if err != nil || n != int64(file.Len()) || n != m.Size() {
		tb.Fatalf("wrote %d of %d bytes, said %d: %v", file.Len(), m.Size(), n, err)
	}
	return file.Bytes()
}

// told is all that a map tells of an edge.
type told struct {
	From, To         Node
	Length, FreeFlow float64
	Shape            []orb.Point
	Drivable, Tunnel bool
	Class            Class
	Name, Ref        string
	Country, Limit   string
	Leaving          []Edge
	Near             []Near
}

func tell(m *Map) (all []told) {
	for e := range Edge(m.Edges()) {
		p, _ := m.PointAt(e, m.Length(e)/3)
		all = append(all, told{m.From(e), m.To(e), m.Length(e), m.FreeFlow(e), m.Shape(e, nil), m.Drivable(e), m.Tunnel(e),
			m.Class(e), m.Name(e), m.Ref(e), m.Country(e), m.Limit(e).String(), m.Leaving(m.From(e)), m.Near(p, 100, nil)})
	}
	return all
}

func TestFileGivesTheMapBack(t *testing.T) {
	built := hamlet(t)
	path := filepath.Join(t.TempDir(), "town.roads")
	for range 2 { // the second replaces the first
		if err := built.WriteFile(path); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if opened.Version() != built.Version() || opened.Version() == "" || opened.Size() != built.Size() {
		t.Errorf("version %s of %d bytes, want %s of %d", opened.Version(), opened.Size(), built.Version(), built.Size())
	}
	if diff := cmp.Diff(tell(built), tell(opened)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(built.meta, opened.meta); diff != "" {
		t.Error(diff)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("files left behind: %v", entries)
	}
}

func TestVersionIsOfTheContent(t *testing.T) {
	if a, b := hamlet(t), hamlet(t); a.Version() != b.Version() || !bytes.Equal(fileOf(t, a), fileOf(t, b)) {
		t.Error("the same input made two maps")
	}
	var b Builder
	b.AddWay(1, []NodeID{0, 1}, []orb.Point{{11.5, 48.1}, {11.51, 48.1}}, map[string]string{"highway": "residential"})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	if m.Version() == hamlet(t).Version() {
		t.Error("two maps have one version")
	}
}

func TestOpenSaysWhatIsWrongWithAFile(t *testing.T) {
	whole := fileOf(t, hamlet(t))
	change := func(at int, to byte) []byte {
		file := bytes.Clone(whole)
		file[at] ^= to
		return file
	}
	newer := change(8, 0)
	binary.LittleEndian.PutUint32(newer[8:], format+1)
	older := change(8, 0)
	binary.LittleEndian.PutUint32(older[8:], 0)
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"empty":               {nil, ErrEmpty},
		"text":                {[]byte("<html>not found</html>"), ErrForeign},
		"a pbf":               {append([]byte{0, 0, 0, 14}, "\n\tOSMHeader................................................"...), ErrForeign},
		"newer":               {newer, ErrNewer},
		"older":               {older, ErrDamaged},
		"magic alone":         {whole[:8], ErrTruncated},
		"header alone":        {whole[:headerSize], ErrTruncated},
		"half":                {whole[:len(whole)/2], ErrTruncated},
		"one byte short":      {whole[:len(whole)-1], ErrTruncated},
		"one byte too many":   {append(bytes.Clone(whole), 0), ErrDamaged},
		"a bit of the header": {change(25, 1), ErrDamaged},
		"a bit of the table":  {change(headerSize+3, 1), ErrDamaged},
		"a bit of the data":   {change(len(whole)-3, 1), ErrDamaged},
		"a bit of the nodes":  {change(headerSize+sections*entrySize+600, 1), ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "broken.roads")
			if err := os.WriteFile(path, c.file, 0o600); err != nil {
				t.Fatal(err)
			}
			m, err := Open(path)
			if !errors.Is(err, c.want) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			if m != nil {
				t.Error("a map beside an error")
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrForeign) {
		t.Errorf("a folder: %v", err)
	}
}

// repair gives a damaged file the checksums of a whole one.
func repair(file []byte) {
	const whole = headerSize + sections*entrySize
	if len(file) < whole {
		return
	}
	for i := range sections {
		e := file[headerSize+i*entrySize:]
		begin, length := binary.LittleEndian.Uint64(e), binary.LittleEndian.Uint64(e[8:])
		if begin <= uint64(len(file)) && length <= uint64(len(file))-begin {
			binary.LittleEndian.PutUint32(e[16:], crc32.Checksum(file[begin:begin+length], castagnoli))
		}
	}
	binary.LittleEndian.PutUint64(file[16:], uint64(len(file)))
	binary.LittleEndian.PutUint32(file[44:], headSum(file[:whole]))
}

// FuzzRead looks for files that break the opener, or a map that it let through: as
// damage leaves them, and with their checksums made right.
func FuzzRead(f *testing.F) {
	whole := fileOf(f, hamlet(f))
	f.Add(whole, 0, byte(0))
	for _, at := range []int{16, headerSize, headerSize + 8, 400, 500, 600, 700, len(whole) - 10} {
		f.Add(whole, at, byte(0x80))
	}
	f.Fuzz(func(t *testing.T, file []byte, at int, flip byte) {
		file = bytes.Clone(file)
		if at >= 0 && at < len(file) {
			file[at] ^= flip
		}
		for range 2 {
			if m, err := read(file); err == nil {
				tell(m)
			}
			repair(file)
		}
	})
}

// TestEveryDamagedByteIsHarmless flips each byte under right checksums.
func TestEveryDamagedByteIsHarmless(t *testing.T) {
	whole := fileOf(t, hamlet(t))
	refused := 0
	for at := range whole {
		for _, flip := range []byte{1, 0x80, 0xff} {
			file := bytes.Clone(whole)
			file[at] ^= flip
			if _, err := read(file); err == nil && at >= headerSize && !padding(whole, at) {
				t.Fatalf("byte %d changed, and nothing said so", at)
			}
			repair(file)
			if m, err := read(file); err == nil {
				tell(m)
			} else {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("no damage was refused")
	}
}

// Runs of no stretch would lead whoever looks near a place out of the table.
func TestRunsOfNoStretch(t *testing.T) {
	m := hamlet(t)
	m.stretches, m.leaving, m.first = nil, nil, make([]uint32, len(m.nodes)+1)
	if m.check() == nil {
		t.Error("runs without a stretch were let through")
	}
}

// padding reports whether a byte lies between sections, or is one of those that the
// directory has spare.
func padding(file []byte, at int) bool {
	if at < headerSize+sections*entrySize {
		return (at-headerSize)%entrySize >= 20
	}
	for i := range sections {
		e := file[headerSize+i*entrySize:]
		begin, length := int(binary.LittleEndian.Uint64(e)), int(binary.LittleEndian.Uint64(e[8:]))
		if at >= begin && at < begin+length {
			return false
		}
	}
	return true
}
