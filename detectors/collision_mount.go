package detectors

import "math"

// mounting is what driving tells of how the accelerometer is mounted: the offset of
// each axis, and whether it points the wrong way.
type mounting struct {
	turned  int64         // µs, the last second in which the vertical axis was another, 0 for never
	seconds uint8         // learned from, at most offsetMemory
	packed  [2]int16      // offset, for quick looks
	offset  [axes]float32 // m/s²
	along   [2]agreement  // of the axis with what the wheels and the yaw rate tell
}

const (
	offsetMemory = 20  // s
	offsetSound  = 3   // s: from then on it is taken
	strangeSpan  = 10  // s of that: the sensor lies otherwise than it did
	offsetLimit  = 4.0 // m/s²: a second that differs more from those before shows no driving
)

// agreement is the correlation of an axis with what else tells of the same motion, about
// the means of both, with the past forgotten slowly.
type agreement struct {
	both, axis, other float32 // sums of products, (m/s²)²
	strange           uint8   // seconds in a row that show no driving
	told              uint8   // seconds that told something, up to agreementCount

	meanAxis, meanOther float32 // over offsetMemory, m/s²
}

const (
	agreementMemory = 600  // s
	agreementWeight = 6    // (m/s²)²: half a minute of driving at 0.45 m/s²
	agreementLeast  = 0.3  // m/s²: seconds that tell something
	agreementCount  = 12   // such seconds
	agreementClear  = -0.7 // the correlation from which an axis is reversed
)

func (g *agreement) add(a, b float64) {
	const keep = 1 - 1.0/agreementMemory
	g.both = float32(float64(float64(g.both)*keep) + float64(a*b))
	g.axis = float32(float64(float64(g.axis)*keep) + float64(a*a))
	g.other = float32(float64(float64(g.other)*keep) + float64(b*b))
	if math.Abs(b) >= agreementLeast {
		g.told = min(g.told+1, agreementCount)
	}
}

// reversed reports whether the axis clearly points the wrong way.
func (g *agreement) reversed() bool {
	return g.told >= agreementCount && g.other >= agreementWeight && g.axis >= agreementWeight/4 &&
		float64(g.both) < agreementClear*math.Sqrt(float64(g.axis)*float64(g.other))
}

// secondSums are the sums of one second of motion, packed units.
type secondSums struct {
	n       int32
	a       [axes]int32
	unknown [axes]int32
	yaw     float32 // deg/s
	k       int32
	before  float32 // mean yaw rate of the second before, deg/s
	v       float32 // the last speed before it, m/s
	vAt     int64
	lying   uint8 // seconds in a row in which gravity was not below
}

func (s *secondSums) add(x, y, z int16) {
	s.n++
	s.put(0, x)
	s.put(1, y)
	s.put(2, z)
}

func (s *secondSums) put(axis int, a int16) {
	if a == unknownA {
		s.unknown[axis]++
		return
	}
	s.a[axis] += int32(a)
}

// turn adds yaw rates.
func (s *secondSums) turn(rates []float32) {
	sum := s.yaw
	for _, yaw := range rates {
		if yaw == yaw {
			sum += yaw
			s.k++
		}
	}
	s.yaw = sum
}

// turning is the mean yaw rate of late: of the second under way, or before its first
// fifth at 100 Hz of the one before.
func (s *secondSums) turning() float32 {
	if s.k < 20 {
		return s.before
	}
	return s.yaw / float32(s.k)
}

// known is the number of samples that have an axis.
func (s *secondSums) known(axis int) int32 { return s.n - s.unknown[axis] }

func (s *secondSums) mean(axis int) float64 {
	return float64(s.a[axis]) / perUnit / float64(s.known(axis))
}

// learn takes a second that is complete: its sums, and the last speed of it.
func (t *mounting) learn(s *secondSums, now SpeedAt, upTo int64) {
	defer s.begin(now)
	s.lie(t, upTo)
	if s.known(0)+s.known(1) <= 0 {
		return
	}
	lapse := now.At - s.vAt
	moved := s.vAt != 0 && lapse >= second/2 && lapse <= 2*second
	drive, turn := 0.0, 0.0
	if moved {
		drive = (now.V - float64(s.v)) / (float64(lapse) / second)
	}
	if s.k > 0 && moved {
		turn = now.V * float64(s.yaw) / float64(s.k) * radians
	}
	t.seconds = min(t.seconds+1, offsetMemory)
	for axis, b := range [axes]float64{drive, turn, 0} {
		if s.known(axis) > 0 && (axis > 0 || moved || s.vAt == 0) {
			t.axis(axis, s.mean(axis), b, moved && (axis == 0 || s.k > 0))
		}
	}
}

// begin starts a new second.
func (s *secondSums) begin(now SpeedAt) {
	mean := float32(0)
	if s.k > 0 {
		mean = s.yaw / float32(s.k)
	}
	*s = secondSums{before: mean, v: float32(now.V), vAt: now.At, lying: s.lying}
}

// axis learns one axis' second: mean is what it shows, other what else tells of the same
// motion, if it is told.
func (t *mounting) axis(axis int, mean, other float64, told bool) {
	n := float64(t.seconds)
	if axis == 2 {
		t.offset[2] += float32((mean - float64(t.offset[2])) / n)
		return
	}
	g := &t.along[axis]
	a, b := mean-float64(g.meanAxis), other-float64(g.meanOther)
	if math.Abs(a) > offsetLimit && t.sound() {
		if g.strange++; g.strange < strangeSpan {
			return
		}
		*g, a, b, n = agreement{meanAxis: float32(mean), meanOther: float32(other)}, 0, 0, 1
	}
	g.strange = 0
	if told {
		g.add(a, b)
	}
	g.meanAxis += float32(a / n)
	g.meanOther += float32(b / n)
	if t.offset[axis] = g.meanAxis - g.meanOther; g.reversed() {
		t.offset[axis] = g.meanAxis + g.meanOther
	}
	t.packed[axis] = pack(t.offset[axis])
}

// A second's mean of the vertical axis that is off by so much is no road's: the sensor, or
// the vehicle, has turned or falls.
const (
	turnedZ    = 3.0         // m/s²
	turnedSpan = 60 * second // in which what it shows is not trusted
)

// loose reports whether the sensor has turned within the minute before a time.
func (t *mounting) loose(at int64) bool { return t.turned != 0 && at-t.turned < turnedSpan }

// now is how the sensor is mounted as far as is known; axes never learned have the
// offset that a stretch before the pulse shows.
func (t *mounting) now() mounted {
	m := mounted{turned: [2]bool{t.along[0].reversed(), t.along[1].reversed()}}
	if t.along[1].told < agreementCount {
		// Bends have not told yet: a sensor that looks backwards was turned, not mirrored.
		m.turned[1] = m.turned[0]
	}
	for axis := range m.offset {
		m.offset[axis] = float64(t.offset[axis])
	}
	return m
}

// sound reports whether the offsets are learned.
func (t *mounting) sound() bool { return t.seconds >= offsetSound }

// lie counts seconds in which gravity, where the sensor shows it, is off the axis.
func (s *secondSums) lie(t *mounting, upTo int64) {
	if s.known(2) <= 0 {
		return
	}
	if t.sound() && math.Abs(s.mean(2)-float64(t.offset[2])) > turnedZ {
		t.turned = upTo
	}
	upright := float64(t.offset[2])
	if !t.sound() || math.Abs(upright-gravity) > 2 || s.mean(2) > uprightZ {
		s.lying = 0
		return
	}
	s.lying = min(s.lying+1, lyingFor)
}
