package detectors

// Free fall: a sensor that falls shows no gravity, so that what is left, offset taken off,
// is -1 g upwards and nothing sideways. A car's springs do not let it go for so long. Such
// a sensor is not fixed to the car, and shows nothing of it until it is put back.
const (
	fallA     = -7.0 // m/s²
	fallLeast = -12.5
	fallH     = 4.0
	fallSpan  = 80 * millisecond
	looseSpan = 60 * second
)

// falling reports whether the offset-free acceleration is that of a free fall.
func falling(x, y, z float64) bool { return z <= fallA && z >= fallLeast && resultant(x, y) <= fallH }

// fell reports whether the sensor fell freely in what is known before a time.
func (w *wave) fell(t0 int64) bool {
	from := -1
	for i, at := range w.t {
		switch {
		case at > t0 || !w.known[2]:
			return false
		case !falling(w.a[0][i], w.a[1][i], w.a[2][i]):
			from = -1
		case from < 0:
			from = i
		case at-w.t[from] >= fallSpan:
			return true
		}
	}
	return false
}

// fell reports whether the sensor fell freely within the ring.
func (r *ring) fell(m *mounting) bool {
	low := int32(m.offset[2]*perUnit) + fallA*perUnit
	if int32(min(r.low[0], r.low[1]))-1<<15 > low {
		return false // nothing so low in it
	}
	span := int64(0)
	for i := range r.n {
		s := r.back(i)
		if int32(s.a[2]) > low || s.a[2] == unknownA {
			span = 0
			continue
		}
		x, y, z := unpack(s.a[0])-float64(m.offset[0]), unpack(s.a[1])-float64(m.offset[1]), unpack(s.a[2])-float64(m.offset[2])
		if span += int64(s.step); !falling(x, y, z) {
			span = 0
		}
		if span >= fallSpan {
			return true
		}
	}
	return false
}
