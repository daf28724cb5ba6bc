package detectors

import (
	"math"

	"milepost/telemetry"
)

// Sample is one estimate of acceleration along an axis.
type Sample struct {
	At, Step  int64   // µs
	A         float64 // m/s², forward or left positive
	V         float64 // m/s
	Estimator Estimator
	Rate      rateClass
}

// Peak is one motion sample of a sensor that holds each second's peaks.
type Peak struct {
	At, Step          int64
	Forward, Leftward float64 // m/s²
	V                 float64
}

// Kinematics are the estimates that a chunk completed. The buffers are scratch,
// shared by all vehicles of a worker.
type Kinematics struct {
	Longitudinal []Sample
	Lateral      []Sample
	Peaks        []Peak
}

// motionKind is what a trip's motion track is good for.
type motionKind uint8

const (
	noMotion  motionKind = iota
	heldPeaks            // slower than 4 Hz: no waveform, peaks at best
	sampledWave
)

// waveStep is the longest sample interval of a usable waveform.
const waveStep = 250 * millisecond

// Estimators turns a trip's samples into Kinematics. Longitudinal acceleration
// comes from the motion track where there is a waveform, else from speed; lateral
// from yaw rate times speed, else the lateral accelerometer, else the course.
// The zero value is ready for a trip.
type Estimators struct {
	kind       motionKind
	lastMotion int64
	speed      speedHold
	frozen     frozen
	slope      slope
	forward    boxcar
	leftward   boxcar
	yaw        boxcar
	bias       bias
	course     course
	means      means
	fused      int64 // time of the newest estimate that speed alone can judge
	held       Peak  // the newest motion sample while the interval to the next is unknown
}

// speedHold is the last known speed at or before a sample.
type speedHold struct {
	at int64
	v  float32
	ok bool
}

// staleSpeed is how old a held speed may be.
const staleSpeed = 3 * second

func (h *speedHold) get(at int64) (float64, bool) {
	return float64(h.v), h.ok && at-h.at <= staleSpeed
}

// Apply appends what the chunk completes to k. Roll must have been called for the
// chunk's second. Samples of different tracks are taken in the order of their time.
func (e *Estimators) Apply(c *Chunk, t *Thresholds, k *Kinematics) {
	m := merge{c: c, speed: c.Lo[telemetry.TrackSpeed], fix: c.Lo[telemetry.TrackPosition]}
	for i := c.Lo[telemetry.TrackMotion]; i < c.Hi[telemetry.TrackMotion]; i++ {
		off := c.Frame.Motion.At[i]
		m.upTo(e, off, k)
		e.onMotion(&c.Frame.Motion, c.Frame.Start+int64(off), t.Window, i, k)
	}
	m.upTo(e, telemetry.MaxSpan, k)
}

// merge walks the speed and position samples of a chunk in the order of time.
type merge struct {
	c          *Chunk
	speed, fix int
}

// upTo hands e every speed sample and fix not after the offset; speed goes first.
func (m *merge) upTo(e *Estimators, off int32, k *Kinematics) {
	f := m.c.Frame
	for {
		hasSpeed := m.speed < m.c.Hi[telemetry.TrackSpeed] && f.Speed.At[m.speed] <= off
		hasFix := m.fix < m.c.Hi[telemetry.TrackPosition] && f.Position.At[m.fix] <= off
		switch {
		case hasSpeed && (!hasFix || f.Speed.At[m.speed] <= f.Position.At[m.fix]):
			e.onSpeed(&f.Speed, f.Start, m.speed, k)
			m.speed++
		case hasFix:
			e.onFix(&f.Position, f.Start, m.fix, k)
			m.fix++
		default:
			return
		}
	}
}

func (e *Estimators) onSpeed(s *telemetry.Speed, start int64, i int, k *Kinematics) {
	if len(s.Speed) == 0 || !telemetry.Known(s.Speed[i]) {
		return
	}
	at, v := start+int64(s.At[i]), s.Speed[i]
	e.speed = speedHold{at: at, v: v, ok: true}
	if e.kind == heldPeaks {
		return
	}
	if e.frozen.next(at, v) != sound {
		e.slope.n = 0
	}
	step := at - e.slope.newest()
	out := e.slope.push(at, v)
	for _, est := range out.e[:out.n] {
		e.judged(est, step/int64(out.n), k)
	}
}

// judged passes an estimate from speed on: by itself where there is no waveform,
// averaged with the accelerometer where there is one and speed is as fast. A slow
// speed leaves the waveform to itself.
func (e *Estimators) judged(est estimate, step int64, k *Kinematics) {
	s := Sample{At: est.at, Step: step, A: est.a, V: est.v, Estimator: SpeedSlope, Rate: est.rate}
	if e.kind == sampledWave {
		if est.rate == rate1Hz {
			return
		}
		e.fused = est.at
		if a, ok := e.means.near(est.at); ok {
			s.A, s.Estimator = (est.a+a)/2, Fused
		}
	}
	k.Longitudinal = append(k.Longitudinal, s)
}

func (e *Estimators) onMotion(m *telemetry.Motion, at, window int64, i int, k *Kinematics) {
	step := at - e.lastMotion
	if e.lastMotion != 0 && step <= waveStep {
		e.kind = sampledWave
	} else if e.lastMotion != 0 && step <= 3*second && e.kind == noMotion {
		e.kind = heldPeaks
	}
	e.lastMotion = at
	if e.kind == sampledWave {
		e.onWave(m, at, step, window, i, k)
		return
	}
	e.onPeak(m, at, step, i, k)
}

// meanStep is how often at most a mean over half a second is told: what it can
// show changes little in less, and a vehicle at 100 Hz is judged as often as one at 25.
const meanStep = 40 * millisecond

// onWave runs the means over one motion sample, and tells them where a step of the clock is begun.
func (e *Estimators) onWave(m *telemetry.Motion, at, step, window int64, i int, k *Kinematics) {
	if step > second {
		e.forward.reset()
		e.leftward.reset()
		e.yaw.reset()
	}
	forward, leftward, yaw := telemetry.At(m.Longitudinal, i), telemetry.At(m.Lateral, i), telemetry.At(m.YawRate, i)
	if telemetry.Known(forward) {
		e.bias.forward.add(forward)
		e.forward.push(at, window, forward)
	}
	switch {
	case telemetry.Known(yaw):
		e.yaw.push(at, window, yaw)
	case telemetry.Known(leftward):
		e.bias.leftward.add(leftward)
		e.leftward.push(at, window, leftward)
	}
	v, moving := e.speed.get(at)
	if !moving || at/meanStep == (at-step)/meanStep {
		return
	}
	s := Sample{At: at, Step: max(step, meanStep), V: v, Rate: rate10Hz}
	if telemetry.Known(forward) {
		e.tellForward(s, window, k)
	}
	switch {
	case telemetry.Known(yaw):
		e.tellYaw(s, window, k)
	case telemetry.Known(leftward):
		e.tellLeftward(s, window, k)
	}
}

func (e *Estimators) tellForward(s Sample, window int64, k *Kinematics) {
	mid, mean, ok := e.forward.mean(s.At, window)
	if !ok || !e.bias.forward.ready() {
		return
	}
	at := s.At
	s.At, s.A, s.Estimator = mid, mean-e.bias.forward.value, MotionMean
	e.means.add(mid, s.A)
	// Fused estimates come half a second later; none for longer means slow speed.
	if at-e.fused > 2*second {
		k.Longitudinal = append(k.Longitudinal, s)
	}
}

func (e *Estimators) tellYaw(s Sample, window int64, k *Kinematics) {
	if mid, mean, ok := e.yaw.mean(s.At, window); ok {
		s.At, s.A, s.Estimator = mid, float64(s.V*mean*radians), YawSpeed
		k.Lateral = append(k.Lateral, s)
	}
}

func (e *Estimators) tellLeftward(s Sample, window int64, k *Kinematics) {
	if mid, mean, ok := e.leftward.mean(s.At, window); ok && e.bias.leftward.ready() {
		s.At, s.A, s.Estimator = mid, mean-e.bias.leftward.value, MotionMean
		k.Lateral = append(k.Lateral, s)
	}
}

// onPeak passes the sample before this one on as a held peak, now that the
// interval between them is known to be a slow one.
func (e *Estimators) onPeak(m *telemetry.Motion, at, step int64, i int, k *Kinematics) {
	if e.kind == heldPeaks && e.held.At != 0 {
		e.held.Step = step
		k.Peaks = append(k.Peaks, e.held)
	}
	v, ok := e.speed.get(at)
	if !ok {
		v = math.NaN()
	}
	e.held = Peak{At: at, Forward: float64(telemetry.At(m.Longitudinal, i)), Leftward: float64(telemetry.At(m.Lateral, i)), V: v}
}

// End gives what was still held back when the trip ended.
func (e *Estimators) End(k *Kinematics) {
	if e.kind == heldPeaks && e.held.At != 0 {
		e.held.Step = second
		k.Peaks = append(k.Peaks, e.held)
		e.held = Peak{}
	}
}

// Roll tells that all samples before the given second have been applied, and
// hands over the speeds at the whole seconds around the one now three back.
func (e *Estimators) Roll(now int64, g *Grid) {
	dv := g.change(now - 3)
	e.bias.roll(now, dv)
}
