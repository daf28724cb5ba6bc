package state_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/state"
)

type colour uint8

// all has a field for every method; Seen is the version that was read.
type all struct {
	Seen    uint16
	Bool    bool
	U8      uint8
	U16     uint16
	U32     uint32
	U64     uint64
	U       uint
	I       int
	I32     int32
	I64     int64
	F32     uint32 // bits, so that NaNs compare
	F64     uint64
	Text    string
	Bytes   []byte
	Times   []int64
	Colours []colour
}

const version = 3

func (a *all) State(c *state.Codec) {
	a.Seen = c.Version(version)
	c.Bool(&a.Bool)
	c.Uint8(&a.U8)
	c.Uint16(&a.U16)
	c.Uint32(&a.U32)
	c.Uint64(&a.U64)
	c.Uint(&a.U)
	c.Int(&a.I)
	c.Int32(&a.I32)
	c.Int64(&a.I64)
	f32, f64 := math.Float32frombits(a.F32), math.Float64frombits(a.F64)
	c.Float32(&f32)
	c.Float64(&f64)
	a.F32, a.F64 = math.Float32bits(f32), math.Float64bits(f64)
	c.String(&a.Text)
	c.Bytes(&a.Bytes)
	state.Slice(c, &a.Times, (*state.Codec).Time)
	state.Slice(c, &a.Colours, func(c *state.Codec, v *colour) { state.Enum(c, v, 6) })
}

func encode(t testing.TB, a *all) []byte {
	t.Helper()
	w := state.NewWriter([]byte("before"))
	a.State(w)
	b, err := w.Done()
	if err != nil {
		t.Fatal(err)
	}
	return b[len("before"):]
}

func decode(b []byte) (*all, error) {
	var a all
	r := state.NewReader(b)
	a.State(r)
	_, err := r.Done()
	return &a, err
}

func draw(t *rapid.T) *all {
	f32 := rapid.SampledFrom([]uint32{0, 0x80000000, 0x7fc00000, 0x7fc00001, 0x3f800000, 0x7f800000})
	f64 := rapid.SampledFrom([]uint64{0, 1 << 63, math.Float64bits(math.NaN()), 0xfff8000000000000, 1, 0x3ff0000000000000})
	times := rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{0, 1, -1, math.MinInt64, math.MaxInt64, 1_700_000_000_000_000}))
	return &all{
		Seen: version, Bool: rapid.Bool().Draw(t, "bool"), U8: rapid.Uint8().Draw(t, "u8"), U16: rapid.Uint16().Draw(t, "u16"),
		U32: rapid.Uint32().Draw(t, "u32"), U64: rapid.Uint64().Draw(t, "u64"), U: rapid.Uint().Draw(t, "u"),
		I: rapid.Int().Draw(t, "i"), I32: rapid.Int32().Draw(t, "i32"), I64: rapid.Int64().Draw(t, "i64"),
		F32: rapid.OneOf(rapid.Uint32(), f32).Draw(t, "f32"), F64: rapid.OneOf(rapid.Uint64(), f64).Draw(t, "f64"),
		Text: rapid.String().Draw(t, "text"), Bytes: rapid.SliceOfN(rapid.Byte(), 1, 9).Draw(t, "bytes"),
		Times:   rapid.SliceOfN(times, 1, 9).Draw(t, "times"),
		Colours: rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 6), func(i int) colour { return colour(i) }), 1, 3).Draw(t, "colours"),
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := draw(rt)
		got, err := decode(encode(t, want))
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("(-written +read):\n%s", diff)
		}
	})
}

// Every part of a state is refused, and so is a state with something behind it.
func TestDamage(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		whole := encode(t, draw(rt))
		for n := range whole {
			if _, err := decode(whole[:n]); !errors.Is(err, state.ErrDamaged) {
				rt.Fatalf("cut at byte %d of %d: %v", n, len(whole), err)
			}
		}
		if _, err := decode(append(whole, 0)); !errors.Is(err, state.ErrDamaged) {
			rt.Fatalf("a byte too many: %v", err)
		}
	})
}

func TestImpossibleValues(t *testing.T) {
	for name, c := range map[string]struct {
		bytes []byte
		read  func(*state.Codec)
	}{
		"truth":          {[]byte{2}, func(c *state.Codec) { c.Bool(new(bool)) }},
		"uint16":         {[]byte{0x80, 0x80, 4}, func(c *state.Codec) { c.Uint16(new(uint16)) }},
		"int32":          {[]byte{0x80, 0x80, 0x80, 0x80, 0x20}, func(c *state.Codec) { c.Int32(new(int32)) }},
		"long varint":    {[]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, func(c *state.Codec) { c.Uint64(new(uint64)) }},
		"float":          {[]byte{10}, func(c *state.Codec) { c.Float64(new(float64)) }},
		"float32":        {[]byte{6, 1, 1, 1, 1, 1, 1}, func(c *state.Codec) { c.Float32(new(float32)) }},
		"version 0":      {[]byte{0}, func(c *state.Codec) { c.Version(1) }},
		"enumeration":    {[]byte{7}, func(c *state.Codec) { state.Enum(c, new(colour), 6) }},
		"wide elements":  {[]byte{2, 1, 1, 1}, func(c *state.Codec) { c.Len(0, 2) }},
		"text":           {[]byte{200, 1, 'a'}, func(c *state.Codec) { c.String(new(string)) }},
		"a failed check": {nil, func(c *state.Codec) { c.Check(false, "phase") }},
	} {
		r := state.NewReader(c.bytes)
		c.read(r)
		if !errors.Is(r.Err(), state.ErrDamaged) {
			t.Errorf("%s: %v, want ErrDamaged", name, r.Err())
		}
	}
}

func TestVersions(t *testing.T) {
	write := func(v uint16) []byte {
		w := state.NewWriter(nil)
		w.Version(v)
		b, _ := w.Done()
		return b
	}
	r := state.NewReader(write(2))
	if v := r.Version(5); v != 2 || r.Err() != nil {
		t.Errorf("version 2 read as %d: %v", v, r.Err())
	}
	r = state.NewReader(write(6))
	r.Version(5)
	var newer *state.NewerError
	if _, err := r.Done(); !errors.As(err, &newer) || newer.Found != 6 || newer.Known != 5 {
		t.Errorf("version 6 where 5 is known: %v", err)
	}
	if got, want := newer.Error(), "state has version 6, this build knows up to 5"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// What is common is short.
func TestSizes(t *testing.T) {
	float := func(v float64) func(*state.Codec) { return func(c *state.Codec) { c.Float64(&v) } }
	times := func(v ...int64) func(*state.Codec) {
		return func(c *state.Codec) {
			for i := range v {
				c.Time(&v[i])
			}
		}
	}
	const now = 1_700_000_000_000_000
	for name, c := range map[string]struct {
		write func(*state.Codec)
		want  int
	}{
		"zero": {float(0), 1}, "NaN": {float(math.NaN()), 1}, "twelve": {float(12), 3}, "a float32": {float(float64(float32(0.1))), 6},
		"any number": {float(0.1), 9}, "no time": {times(0), 1}, "a time": {times(now), 8},
		"a second later": {times(now, now+1_000_000), 11}, "no time between": {times(now, 0, now), 10},
	} {
		w := state.NewWriter(nil)
		c.write(w)
		if b, _ := w.Done(); len(b) != c.want {
			t.Errorf("%s takes %d bytes, want %d", name, len(b), c.want)
		}
	}
}

// Reading uses the room that is there.
func TestReadingReusesSlices(t *testing.T) {
	b := encode(t, &all{Times: []int64{1, 2, 3}, Bytes: []byte{1}, Colours: []colour{1}})
	var a all
	if n := testing.AllocsPerRun(100, func() {
		r := state.NewReader(b)
		a.State(r)
		if r.Err() != nil {
			t.Fatal(r.Err())
		}
	}); n > 1 { // the Codec
		t.Errorf("%v allocations, want at most 1", n)
	}
}

// Any bytes are read or refused; what is read is written and read again the same.
func FuzzCodec(f *testing.F) {
	f.Add(encode(f, &all{}))
	f.Add(encode(f, &all{Bool: true, U64: 1 << 63, F64: 1, Text: "text", Times: []int64{1, 0, -1}, Colours: []colour{6}}))
	f.Add([]byte{4})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := decode(b)
		if err != nil {
			var newer *state.NewerError
			if !errors.Is(err, state.ErrDamaged) && !errors.As(err, &newer) {
				t.Fatal(err)
			}
			return
		}
		if held := cap(a.Times)*8 + cap(a.Bytes) + cap(a.Colours) + len(a.Text); held > 8*len(b)+64 {
			t.Fatalf("%d bytes held of %d", held, len(b))
		}
		a.Seen = version
		again, err := decode(encode(t, a))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
