package advice

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"

	"milepost/outcome"
	"milepost/state"
)

// Kind says which trips are like one another.
type Kind struct {
	Driver      int64  // 0 where unknown
	Way         uint32 // origin and destination, hashed to 24 bits; 0 where they are not known
	Distance    uint8  // band
	Temperature uint8  // band; 0 where it is not known
}

// Place is a disclosed end of a trip, degrees.
type Place struct{ Lat, Lon float64 }

// Bands are counted by their lower edges.
var (
	distanceBands    = [...]float64{2, 5, 10, 20, 50, 100} // km
	temperatureBands = [...]float64{0, 10, 20, 30}         // degrees Celsius
)

// KindOf gives the kind of a trip of at least 1 km; false for a shorter one. Ambient is in
// degrees Celsius, NaN where it is not known. A trip that is partial has no way: its ends
// may be others than those that are disclosed.
func KindOf(o *outcome.Trip, driver int64, ambient float64, way uint32) (Kind, bool) {
	k := Kind{Driver: driver, Distance: band(distanceBands[:], o.DistanceM/1000), Way: way}
	if !math.IsNaN(ambient) {
		k.Temperature = 1 + band(temperatureBands[:], ambient)
	}
	if o.Partial {
		k.Way = 0
	}
	return k, o.DistanceM >= leastM
}

func band(from []float64, x float64) uint8 {
	n := uint8(0)
	for _, lo := range from {
		if x >= lo {
			n++
		}
	}
	return n
}

// cellDeg is the height of a cell, about 500 m, in degrees of latitude.
const cellDeg = 0.0045

// WayOf gives the hash of the cells of two disclosed ends, from 1 to 2^24-1. It is of the
// vehicle, so that those of two vehicles tell nothing of one another.
func WayOf(vehicle string, from, to Place) uint32 {
	h := sha256.New()
	h.Write([]byte(vehicle))
	for _, p := range [...]Place{from, to} {
		row := math.Floor(p.Lat / cellDeg)
		// Cells of a row are as wide as the row's middle makes them about 500 m.
		wide := cellDeg / max(math.Cos((row+0.5)*cellDeg*math.Pi/180), 0.01)
		var b [8]byte
		binary.BigEndian.PutUint32(b[:4], uint32(int32(row)))
		binary.BigEndian.PutUint32(b[4:], uint32(int32(math.Floor(p.Lon/wide))))
		h.Write(b[:])
	}
	return max(binary.BigEndian.Uint32(h.Sum(nil))>>8, 1)
}

// Like reports whether trips of both kinds are of one driver, distance and temperature.
func (k Kind) Like(o Kind) bool {
	k.Way, o.Way = 0, 0
	return k == o
}

func (k Kind) compare(o Kind) int {
	return cmp.Or(cmp.Compare(k.Driver, o.Driver), cmp.Compare(k.Distance, o.Distance),
		cmp.Compare(k.Temperature, o.Temperature), cmp.Compare(k.Way, o.Way))
}

// The parts of the byte that begins a kind's state.
const (
	temperatureBits = 3 // from this bit on
	otherDriver     = 1 << 6
	hasWay          = 1 << 7
)

// state visits the kind; driver is that of the kind before.
func (k *Kind) state(c *state.Codec, driver int64) {
	b := k.Distance | k.Temperature<<temperatureBits
	if k.Driver != driver {
		b |= otherDriver
	}
	if k.Way != 0 {
		b |= hasWay
	}
	c.Uint8(&b)
	k.Distance, k.Temperature = b&7, b>>temperatureBits&7
	c.Check(int(k.Distance) <= len(distanceBands) && int(k.Temperature) <= len(temperatureBands)+1, "kind of trip")
	if c.Reading() {
		k.Driver, k.Way = driver, 0
	}
	if b&otherDriver != 0 {
		c.Int64(&k.Driver)
	}
	if b&hasWay != 0 {
		hash := [...]uint8{uint8(k.Way >> 16), uint8(k.Way >> 8), uint8(k.Way)}
		for i := range hash {
			c.Uint8(&hash[i])
		}
		k.Way = uint32(hash[0])<<16 | uint32(hash[1])<<8 | uint32(hash[2])
		c.Check(k.Way != 0, "way of a trip")
	}
}
