package scoring

import (
	"math/bits"

	"milepost/state"
)

// packer writes or reads numbers bit by bit, each as its length against that of the same
// field before, then its digits: what changes little from day to day takes few bits.
type packer struct {
	buf     []byte
	at      int // bit
	reading bool
	short   bool // read beyond its end
	lengths [fields]uint8
	field   int
}

// fields is the number of fields of a share.
const fields = 20 + 2*int(tolds) + causes

// usual are the lengths of fields before any is known.
var usual = [fields]uint8{0, 0, 1, 18, 22, 24, 24, 16, 8, 8, 2, 12}

// packed writes or reads what visit passes on, as bytes of their own. It is false where
// what is read is damaged.
func packed(c *state.Codec, visit func(*packer)) bool {
	k := packer{reading: c.Reading(), lengths: usual}
	if k.reading {
		c.Bytes(&k.buf)
		visit(&k)
		return c.Check(!k.short, "sums of a month")
	}
	visit(&k)
	c.Bytes(&k.buf)
	return true
}

// number visits the next field, which is seldom negative.
func (k *packer) number(v *int64) { k.near(v, 0) }

// near visits the next field, which is about a number.
func (k *packer) near(v *int64, likely int64) {
	d := *v - likely
	u := uint64(d<<1) ^ uint64(d>>63)
	n := uint8(bits.Len64(u))
	before := &k.lengths[k.field]
	k.field++
	k.length(&n, *before)
	*before = n
	if n > 1 {
		k.bits(&u, n-1) // the first is 1
	}
	if !k.reading {
		return
	}
	if u &= 1<<max(n, 1)>>1 - 1; n > 0 {
		u |= 1 << (n - 1)
	}
	*v = likely + (int64(u>>1) ^ -int64(u&1))
}

// length visits a length, 0 to 64: a bit where it is as before, then how far it is off,
// above or below, as that many ones.
func (k *packer) length(n *uint8, before uint8) {
	off := uint64(0)
	if d := int(*n) - int(before); d > 0 {
		off = uint64(2*d - 1)
	} else {
		off = uint64(-2 * d)
	}
	size := uint64(bits.Len64(off + 1))
	for i := uint64(1); ; i++ { // size in ones, then a zero
		more := uint64(0)
		if i < size {
			more = 1
		}
		if k.bits(&more, 1); more == 0 {
			size = i
			break
		}
		if i > 8 {
			k.short = true
			return
		}
	}
	rest := (off + 1) &^ (1 << (size - 1))
	k.bits(&rest, uint8(size-1))
	if !k.reading {
		return
	}
	off = (rest | 1<<(size-1)) - 1
	d := -int(off / 2)
	if off%2 == 1 {
		d = int(off+1) / 2
	}
	if d += int(before); d < 0 || d > 64 {
		k.short, d = true, 0
	}
	*n = uint8(d)
}

// bits visits the lowest n bits.
func (k *packer) bits(v *uint64, n uint8) {
	if k.reading {
		*v = k.read(n)
		return
	}
	for u := *v; n > 0; {
		used := uint8(k.at % 8)
		if used == 0 {
			k.buf = append(k.buf, 0)
		}
		take := min(8-used, n)
		k.buf[k.at/8] |= byte(u&(1<<take-1)) << used
		u, n, k.at = u>>take, n-take, k.at+int(take)
	}
}

// read takes the next n bits; those beyond the end are 0.
func (k *packer) read(n uint8) (u uint64) {
	if k.at+int(n) > 8*len(k.buf) {
		k.short, k.at = true, 8*len(k.buf)
		return 0
	}
	for got := uint8(0); got < n; {
		used := uint8(k.at % 8)
		take := min(8-used, n-got)
		u |= uint64(k.buf[k.at/8]>>used&(1<<take-1)) << got
		got, k.at = got+take, k.at+int(take)
	}
	return u
}
