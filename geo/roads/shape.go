package roads

import (
	"math"

	"github.com/paulmach/orb"
)

// cursor walks the points of a run. Damaged differences end it; they never panic.
type cursor struct {
	at   point
	rest []byte
}

func (m *Map) walk(r int) cursor {
	end := uint32(len(m.shapes))
	if r+1 < len(m.runs) {
		end = m.runs[r+1].shape
	}
	return cursor{m.runs[r].at, m.shapes[m.runs[r].shape:end]}
}

// next moves to the next point.
func (c *cursor) next() bool {
	lat, ok := c.difference()
	if !ok {
		return false
	}
	lon, ok := c.difference()
	c.at.lat += lat
	c.at.lon += lon
	return ok
}

// difference reads a zigzag varint.
func (c *cursor) difference() (int32, bool) {
	var v uint64
	for i, b := range c.rest {
		v |= uint64(b&0x7f) << (7 * uint(i))
		if b < 0x80 {
			c.rest = c.rest[i+1:]
			return int32(v>>1) ^ -int32(v&1), true
		}
		if i == 4 {
			break
		}
	}
	c.rest = nil
	return 0, false
}

// runsOf are the runs first up to end of a stretch.
func (m *Map) runsOf(s uint32) (first, end int) {
	if int(s)+1 < len(m.stretches) {
		return int(m.stretches[s].run), int(m.stretches[s+1].run)
	}
	return int(m.stretches[s].run), len(m.runs)
}

// Shape appends the points of the edge to buf, in its direction.
func (m *Map) Shape(e Edge, buf []orb.Point) []orb.Point {
	begin := len(buf)
	first, end := m.runsOf(uint32(e >> 1))
	for r := first; r < end; r++ {
		c := m.walk(r)
		if r == first {
			buf = append(buf, c.at.orb())
		}
		for c.next() {
			buf = append(buf, c.at.orb())
		}
	}
	if e&1 == 1 {
		reverse(buf[begin:])
	}
	return buf
}

func reverse(points []orb.Point) {
	for i, j := 0, len(points)-1; i < j; i, j = i+1, j-1 {
		points[i], points[j] = points[j], points[i]
	}
}

// PointAt is the place so many m along the edge, and the bearing there: degrees
// clockwise from north, in the edge's direction. What lies beyond an end is that end.
func (m *Map) PointAt(e Edge, along float64) (orb.Point, float64) {
	if e&1 == 1 {
		along = m.Length(e) - along
	}
	first, end := m.runsOf(uint32(e >> 1))
	r := first
	for r+1 < end && float64(m.runs[r+1].along)/mm <= along {
		r++
	}
	p, x, y := m.onRun(r, along-float64(m.runs[r].along)/mm)
	if e&1 == 1 {
		x, y = -x, -y
	}
	return p, bearing(x, y)
}

// shortest is a length of m that no segment has, so that those without any do no harm.
const shortest = 1e-6

// onRun is the place so many m along a run, and its segment's direction there.
func (m *Map) onRun(r int, along float64) (p orb.Point, x, y float64) {
	c := m.walk(r)
	here := scaleAt(float64(c.at.lat))
	p = c.at.orb()
	for {
		from := c.at
		if !c.next() {
			return p, x, y
		}
		x, y = here.apart(from, c.at)
		length := math.Sqrt(float64(x*x) + float64(y*y))
		if along <= length {
			return between(from, c.at, along/max(length, shortest)), x, y
		}
		along -= length
		p = c.at.orb()
	}
}

// between is the place at a share of the way from a to b.
func between(a, b point, share float64) orb.Point {
	share = min(max(share, 0), 1)
	lat := float64(a.lat) + float64(share*float64(int64(b.lat)-int64(a.lat)))
	lon := float64(a.lon) + float64(share*float64(int64(b.lon)-int64(a.lon)))
	return orb.Point{lon / unitsPerDegree, lat / unitsPerDegree}
}

// bearing is the compass bearing of a direction.
func bearing(east, north float64) float64 {
	deg := math.Atan2(east, north) * 180 / math.Pi
	if deg < 0 {
		deg += 360
	}
	return deg
}
