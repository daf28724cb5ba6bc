package state

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Bool writes or reads a truth value, in a byte.
func (c *Codec) Bool(v *bool) {
	var u uint8
	if *v {
		u = 1
	}
	c.Uint8(&u)
	*v = u == 1
	if u > 1 {
		c.damaged("truth value %d", u)
	}
}

// Uint8 writes or reads a byte.
func (c *Codec) Uint8(v *uint8) {
	if !c.reading {
		c.buf = append(c.buf, *v)
		return
	}
	*v = 0
	if b := c.take(1); b != nil {
		*v = b[0]
	}
}

// Uint16 writes or reads a number as a varint.
func (c *Codec) Uint16(v *uint16) { *v = uint16(c.unsigned(uint64(*v), math.MaxUint16)) }

// Uint32 writes or reads a number as a varint.
func (c *Codec) Uint32(v *uint32) { *v = uint32(c.unsigned(uint64(*v), math.MaxUint32)) }

// Uint64 writes or reads a number as a varint.
func (c *Codec) Uint64(v *uint64) { *v = c.unsigned(*v, math.MaxUint64) }

// Uint writes or reads a number as a varint.
func (c *Codec) Uint(v *uint) { *v = uint(c.unsigned(uint64(*v), math.MaxUint)) }

// Int writes or reads a number as a varint, short near zero.
func (c *Codec) Int(v *int) { *v = int(c.signed(int64(*v), math.MinInt, math.MaxInt)) }

// Int32 writes or reads a number as a varint, short near zero.
func (c *Codec) Int32(v *int32) { *v = int32(c.signed(int64(*v), math.MinInt32, math.MaxInt32)) }

// Int64 writes or reads a number as a varint, short near zero.
func (c *Codec) Int64(v *int64) { *v = c.signed(*v, math.MinInt64, math.MaxInt64) }

// unsigned writes v and gives it back, or gives the number read.
func (c *Codec) unsigned(v, most uint64) uint64 {
	if !c.reading {
		c.uvarint(v)
		return v
	}
	v = c.readUvarint()
	if v > most {
		c.damaged("number %d above %d", v, most)
		return 0
	}
	return v
}

// signed writes v and gives it back, or gives the number read.
func (c *Codec) signed(v, least, most int64) int64 {
	if !c.reading {
		c.uvarint(zigzag(v))
		return v
	}
	v = unzigzag(c.readUvarint())
	if v < least || v > most {
		c.damaged("number %d out of range", v)
		return 0
	}
	return v
}

func zigzag(i int64) uint64   { return uint64(i<<1) ^ uint64(i>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

// Time writes or reads a time, short where it is zero or near the one before it;
// any unit will do that the times of one state share.
func (c *Codec) Time(v *int64) {
	// Code 0 is time zero, whose distance from the last time needs no other code:
	// the distances below it move up by one.
	zero := zigzag(-c.last)
	if c.reading {
		u := c.readUvarint()
		if u == 0 {
			*v = 0
			return
		}
		if u <= zero {
			u--
		}
		*v = c.last + unzigzag(u)
		c.last = *v
		return
	}
	if *v == 0 {
		c.buf = append(c.buf, 0)
		return
	}
	u := zigzag(*v - c.last)
	if u < zero {
		u++
	}
	c.uvarint(u)
	c.last = *v
}

// A float is a byte that counts its bytes, then those bytes, high ones first,
// without the zeros at the end: zero takes 1 byte, small whole numbers 3. Every bit
// is kept; the NaN of math.NaN has a count of its own.
const (
	nan64 = 9
	nan32 = 5
)

var (
	nan64Bits = math.Float64bits(math.NaN())
	nan32Bits = math.Float32bits(float32(math.NaN()))
)

// Float64 writes or reads a number bit for bit.
func (c *Codec) Float64(v *float64) {
	if c.reading {
		*v = math.Float64frombits(c.readFloat(nan64, nan64Bits))
		return
	}
	c.float(math.Float64bits(*v), nan64, nan64Bits)
}

// Float32 writes or reads a number bit for bit.
func (c *Codec) Float32(v *float32) {
	if c.reading {
		*v = math.Float32frombits(uint32(c.readFloat(nan32, uint64(nan32Bits)<<32) >> 32))
		return
	}
	c.float(uint64(math.Float32bits(*v))<<32, nan32, uint64(nan32Bits)<<32)
}

// float writes the high bytes of b.
func (c *Codec) float(b uint64, nan byte, nanBits uint64) {
	if b == nanBits {
		c.buf = append(c.buf, nan)
		return
	}
	n := 8 - bits.TrailingZeros64(b)/8
	var all [9]byte
	all[0] = byte(n)
	binary.BigEndian.PutUint64(all[1:], b)
	c.buf = append(c.buf, all[:1+n]...)
}

func (c *Codec) readFloat(nan byte, nanBits uint64) uint64 {
	var n uint8
	c.Uint8(&n)
	if n == nan {
		return nanBits
	}
	if n > nan {
		c.damaged("number of %d bytes", n)
		return 0
	}
	if len(c.buf) >= 8 { // the usual case, without a loop; a shift by 64 gives 0
		b := binary.BigEndian.Uint64(c.buf) >> (64 - 8*n) << (64 - 8*n)
		c.buf = c.buf[n:]
		return b
	}
	var all [8]byte
	copy(all[:], c.take(int(n)))
	return binary.BigEndian.Uint64(all[:])
}

// String writes or reads a text.
func (c *Codec) String(v *string) {
	n := c.Len(len(*v), 1)
	if c.reading {
		*v = string(c.take(n))
		return
	}
	c.buf = append(c.buf, *v...)
}

// Bytes writes or reads a slice of bytes. Reading, it reuses the slice's room.
func (c *Codec) Bytes(v *[]byte) {
	n := c.Len(len(*v), 1)
	if c.reading {
		*v = append((*v)[:0], c.take(n)...)
		return
	}
	c.buf = append(c.buf, *v...)
}
