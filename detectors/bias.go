package detectors

import "math"

// radians per degree.
const radians = math.Pi / 180

// bias tracks what the accelerometer shows without the car changing speed: the
// sensor's offset and the pull of a slope. It is the slow difference between the
// accelerometer's mean over a whole second and the change of speed over it.
type bias struct {
	forward, leftward axis
}

// axis is one axis's offset. Means are kept for the second in progress and three
// before it, so that the change of speed is known when a second is used.
type axis struct {
	value   float64 // m/s²
	seconds int     // learned from
	sum     [4]float64
	n       [4]int
	now     int64
}

const (
	biasMemory = 20  // s
	biasLimit  = 3.0 // m/s²: a larger difference is not an offset
)

func (x *axis) add(a float32) {
	i := x.now % 4
	x.sum[i] += float64(a)
	x.n[i]++
}

func (x *axis) ready() bool { return x.seconds >= 3 }

// roll learns from the second three before now, over which speed changed by dv
// (NaN where unknown), and starts the new second.
func (x *axis) roll(now int64, dv float64) {
	if now != x.now+1 {
		x.sum, x.n = [4]float64{}, [4]int{}
	}
	x.now = now
	i := (now - 3) % 4
	if x.n[i] > 0 {
		if d := x.sum[i]/float64(x.n[i]) - dv; math.Abs(d) < biasLimit {
			x.seconds++
			x.value += (d - x.value) / float64(min(x.seconds, biasMemory))
		}
	}
	x.sum[now%4], x.n[now%4] = 0, 0
}

// roll learns both axes; sideways the car does not gather speed, so its long-term
// mean is the offset.
func (b *bias) roll(now int64, dv float64) {
	b.forward.roll(now, dv)
	b.leftward.roll(now, 0)
}
