package detectors

import (
	"milepost/telemetry"
)

// What an ordinary drive shows, m/s² off the sensor's offsets: less than may be part of a
// collision or of a fall.
const (
	glideH  = 9.0 // on each axis: 12.7 on both
	glideZ  = 5.0 // downwards
	glideUp = 100.0
	glideA  = 1000.0 // far from the largest that can be packed
	evenly  = 15     // µs by which a step may differ and leave the usual one as it is
)

// within is an open range of accelerations, m/s². No number that is unknown lies in it.
type within struct{ from, to float32 }

func around(offset, down, up float32) within {
	return within{max(offset-down, -glideA), min(offset+up, glideA)}
}

func (r within) has(a float32) bool { return a > r.from && a < r.to }

// plain packs what is known and far from the largest that can be packed, as pack does.
func plain(a float32) int32 { return int32(float32(a*perUnit)+(1<<15+0.5)) - 1<<15 }

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
	x := around(float32(float32(mt.packed[0])/perUnit), glideH, glideH)
	y := around(float32(float32(mt.packed[1])/perUnit), glideH, glideH)
	z := around(mt.offset[2], glideZ, glideUp)
	for i < end {
		r.deep(pack(z.from))
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
// even and within ranges; it gives their number.
func (w *watch) fill(to []ringSample, m *telemetry.Motion, i int, last int32, x, y, z within) int {
	offsets, xs, ys, zs := m.At[i:][:len(to)], m.Longitudinal[i:][:len(to)], m.Lateral[i:][:len(to)], m.Vertical[i:][:len(to)]
	least := int32(w.step) - evenly
	var sx, sy, sz int32
	n := len(to)
	for k := range to {
		step, ax, ay, az := offsets[k]-last, xs[k], ys[k], zs[k]
		if uint32(step-least) > 2*evenly || !x.has(ax) || !y.has(ay) || !z.has(az) {
			n = k
			break
		}
		px, py, pz := plain(ax), plain(ay), plain(az)
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
