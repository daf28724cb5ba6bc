package detectors

import (
	"milepost/telemetry"
)

// What an ordinary drive shows, packed, off the sensor's offsets: less than may be part
// of a collision or of a fall.
const (
	glideH  = 9 * perUnit // on each axis: 12.7 m/s² on both
	glideZ  = 5 * perUnit // downwards
	glideUp = 100 * perUnit
	glideA  = 1000 * perUnit // far from the largest that can be packed
	evenly  = 15             // µs by which a step may differ and leave the usual one as it is
)

// band is a range of packed accelerations. What is unknown lies in none.
type band struct{ from, width int32 }

func around(offset int16, down, up int32) band {
	return band{min(max(int32(offset), -glideA), glideA) - down, down + up}
}

func (b band) has(a int32) bool { return uint32(a-b.from) <= uint32(b.width) }

// plain packs as pack does what is known and far from the largest that can be packed; what
// it makes of anything else lies in no band.
func plain(a float32) int32 { return int32(a*perUnit+(1<<15+0.5)) - 1<<15 }

// glide is run for the samples at its beginning that are even and ordinary, each of which
// the ring takes: all that they can do is looked at in advance. It gives the index after
// them.
func (w *watch) glide(m *telemetry.Motion, start int64, i, end int, until int64, mt *mounting) int {
	r, pace := &w.ring, w.step
	if i == end || pace < fineStep || pace >= longStep-evenly || r.at != w.last || start-w.last > second {
		return i
	}
	if int64(m.At[end-1]) > until || start+int64(m.At[i]) <= w.hotUntil {
		return i
	}
	x, y := around(mt.packed[0], glideH, glideH), around(mt.packed[1], glideH, glideH)
	z := around(pack(mt.offset[2]), glideZ, glideUp)
	for i < end {
		r.deep(int16(z.from))
		room := min(end-i, len(r.s)-r.head)
		n := w.fill(r.s[r.head:r.head+room], m, i, int32(w.last-start), x, y, z)
		if n > 0 {
			w.last = start + int64(m.At[i+n-1])
			r.at, r.n = w.last, min(r.n+n, len(r.s))
			if r.head += n; r.head == len(r.s) {
				r.round()
			}
		}
		if i += n; n < room {
			break
		}
	}
	return i
}

// fill writes samples from index i on, the one before them at an offset, while they are
// even and within bands; it gives their number.
func (w *watch) fill(to []ringSample, m *telemetry.Motion, i int, last int32, x, y, z band) int {
	offsets, xs, ys, zs := m.At[i:][:len(to)], m.Longitudinal[i:][:len(to)], m.Lateral[i:][:len(to)], m.Vertical[i:][:len(to)]
	least := int32(w.step) - evenly
	var sx, sy, sz int32
	n := len(to)
	for k := range to {
		step, px, py, pz := offsets[k]-last, plain(xs[k]), plain(ys[k]), plain(zs[k])
		if uint32(step-least) > 2*evenly || !x.has(px) || !y.has(py) || !z.has(pz) {
			n = k
			break
		}
		last = offsets[k]
		s := &to[k]
		s.step, s.a[0], s.a[1], s.a[2] = uint16(step), int16(px), int16(py), int16(pz)
		sx, sy, sz = sx+px, sy+py, sz+pz
	}
	w.sums.n += int32(n)
	w.sums.a[0] += sx
	w.sums.a[1] += sy
	w.sums.a[2] += sz
	return n
}

// steady reports whether no roll rate is more than bends and bumps make.
func steady(rates []float32) bool {
	for _, rate := range rates {
		if rate >= rollRate || rate <= -rollRate {
			return false
		}
	}
	return true
}
