package roads

import (
	"math"

	"github.com/paulmach/orb"
)

// Near is a stretch near a place: Edge is its even edge, Along where on it the nearest
// point lies (m), Off how far that is from the place (m).
type Near struct {
	Edge       Edge
	Along, Off float64
}

// Near appends the stretches within radius m of p to buf, each once, in the order of
// their edges. Both directions are one entry, whether drivable or not.
func (m *Map) Near(p orb.Point, radius float64, buf []Near) []Near {
	if len(m.runs) == 0 || !(radius >= 0) || math.IsNaN(p[0]+p[1]) || math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
		return buf
	}
	at := pointOf(p)
	q := query{m: m, at: at, scale: scaleAt(float64(at.lat)), radius: radius, buf: buf, begin: len(buf)}
	q.px = q.scale.cos * metresPerUnit
	q.box = around(at, radius, q.px)
	l := levelsOf(len(m.runs))
	q.descend(&l, l.n-1, 0)
	return q.buf
}

// around is the box of all places within radius m.
func around(p point, radius, perEast float64) box {
	north := radius/metresPerUnit + 1
	east := 2*radius/max(perEast, metresPerUnit/1000) + 1
	if perEast > metresPerUnit/10 {
		east = 1.01*radius/perEast + 1
	}
	clip := func(v float64) int32 { return int32(min(max(v, math.MinInt32), math.MaxInt32)) }
	lat, lon := float64(p.lat), float64(p.lon)
	return box{clip(lat - north), clip(lon - east), clip(lat + north), clip(lon + east)}
}

type query struct {
	m      *Map
	at     point
	scale  scale
	px     float64
	radius float64
	box    box
	buf    []Near
	begin  int
}

// descend visits the boxes of a level that lie under one of the level above.
func (q *query) descend(l *levels, level, group int) {
	from := group * fanout
	to := min(from+fanout, l.size[level])
	boxes := q.m.boxes[l.begin[level]+from : l.begin[level]+to]
	for i := range boxes {
		if !boxes[i].meets(&q.box) {
			continue
		}
		if level == 0 {
			q.try(from + i)
		} else {
			q.descend(l, level-1, from+i)
		}
	}
}

// try measures one run, and keeps its stretch where it is near enough.
func (q *query) try(r int) {
	along, off := q.nearest(r)
	if off > q.radius {
		return
	}
	run := &q.m.runs[r]
	e := Edge(2 * run.stretch)
	along = min(along+float64(run.along)/mm, q.m.Length(e))
	if n := len(q.buf); n > q.begin && q.buf[n-1].Edge == e {
		if off < q.buf[n-1].Off {
			q.buf[n-1] = Near{e, along, off}
		}
		return
	}
	q.buf = append(q.buf, Near{e, along, off})
}

// nearest is the point of a run that is nearest to the place: m along the run, m off.
func (q *query) nearest(r int) (along, off float64) {
	c := q.m.walk(r)
	best, segment, share := math.Inf(1), 0, 0.0
	x, y := q.relative(c.at)
	for i := 0; ; i++ {
		fromX, fromY := x, y
		if !c.next() {
			break
		}
		x, y = q.relative(c.at)
		d, s := fromOrigin(fromX, fromY, x, y)
		if d < best {
			best, segment, share = d, i, s
		}
	}
	if math.IsInf(best, 1) {
		return 0, best
	}
	off = math.Sqrt(best)
	if off > q.radius {
		return 0, off
	}
	return q.m.alongRun(r, segment, share), off
}

// relative is where a point lies from the place, m.
func (q *query) relative(p point) (x, y float64) {
	return float64(float64(int64(p.lon)-int64(q.at.lon)) * q.px), float64(float64(int64(p.lat)-int64(q.at.lat)) * metresPerUnit)
}

// fromOrigin gives the square of the distance between (0, 0) and a segment, and the
// share of the segment at which it is least.
func fromOrigin(ax, ay, bx, by float64) (square, share float64) {
	dx, dy := bx-ax, by-ay
	if length := float64(dx*dx) + float64(dy*dy); length > 0 {
		share = min(max(-(float64(ax*dx)+float64(ay*dy))/length, 0), 1)
	}
	x, y := ax+float64(share*dx), ay+float64(share*dy)
	return float64(x*x) + float64(y*y), share
}

// alongRun is how many m lie before a share of a run's segment.
func (m *Map) alongRun(r, segment int, share float64) (along float64) {
	c := m.walk(r)
	here := scaleAt(float64(c.at.lat))
	for i := 0; ; i++ {
		from := c.at
		if !c.next() {
			return along
		}
		length := here.distance(from, c.at)
		if i == segment {
			return along + float64(share*length)
		}
		along += length
	}
}
