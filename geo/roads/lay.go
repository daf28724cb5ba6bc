package roads

import (
	"errors"
	"math"
)

// runPoints is how many segments a run has at most: enough that boxes are few, and few
// enough that they are tight.
const runPoints = 8

// ErrTooLarge is a map with more than a file of 32-bit offsets holds.
var ErrTooLarge = errors.New("more roads than one file can hold: cut the extract")

// lay writes stretches, runs, shapes and the index.
func (g *graph) lay(m *Map) error {
	if len(g.pieces) > math.MaxInt32/2 {
		return ErrTooLarge
	}
	var leaves []box
	among := g.houses()
	for i, p := range g.pieces {
		way := &g.ways[p.way]
		s := stretch{p.from, p.to, 0, uint32(len(m.runs)), way.open, way.flags, way.class, way.country}
		if among.houses(g.points[(p.begin+p.end)/2]) {
			s.attr = way.builtUp
		}
		along := 0.0
		for begin := p.begin; begin < p.end; begin += runPoints {
			points := g.points[begin : min(begin+runPoints, p.end)+1]
			if len(m.shapes) > math.MaxUint32-2*runPoints*5 || along*mm > math.MaxUint32/2 {
				return ErrTooLarge
			}
			m.runs = append(m.runs, run{uint32(i), points[0], uint32(len(m.shapes)), uint32(math.Round(along * mm))})
			var b box
			m.shapes, b = appendShape(m.shapes, points)
			leaves = append(leaves, b)
			along += lengthOf(points)
		}
		s.length = uint32(math.Round(along * mm))
		m.stretches = append(m.stretches, s)
	}
	m.boxes = pack(leaves)
	return nil
}

// lengthOf is the length of a run in m.
func lengthOf(points []point) (length float64) {
	here := scaleAt(float64(points[0].lat))
	for i := 1; i < len(points); i++ {
		length += here.distance(points[i-1], points[i])
	}
	return length
}

// appendShape writes the points after the first as differences, and gives their box.
func appendShape(shapes []byte, points []point) ([]byte, box) {
	b := box{points[0].lat, points[0].lon, points[0].lat, points[0].lon}
	for i := 1; i < len(points); i++ {
		p := points[i]
		shapes = appendDifference(shapes, p.lat-points[i-1].lat)
		shapes = appendDifference(shapes, p.lon-points[i-1].lon)
		b.add(box{p.lat, p.lon, p.lat, p.lon})
	}
	return shapes, b
}

// appendDifference writes a zigzag varint. Differences wrap around: so does their sum.
func appendDifference(to []byte, d int32) []byte {
	v := uint32(d)<<1 ^ uint32(d>>31)
	for v >= 0x80 {
		to = append(to, byte(v)|0x80)
		v >>= 7
	}
	return append(to, byte(v))
}
