package detectors

import "math"

// Part 563's window and limit for time zero and the end of an event: 0.8 km/h in
// 20 ms, on the resultant; docs/method/collision.md says why not 5 ms sideways.
const (
	eventWindow = 20 * millisecond
	eventDelta  = 0.8 / 3.6 // m/s
	lull        = 30 * millisecond
	longestHit  = 300 * millisecond
	rebound     = 100 * millisecond // after the end, in which a bump gives back what it took
	onsetDelta  = 0.02              // m/s: what is gathered before the force sets in
)

// active reports whether an event is under way in the 20 ms from a time on.
func (w *wave) active(at int64) bool { return w.change(at, at+eventWindow) > eventDelta }

// lull is the longest quiet within one event, at least one sample.
func (w *wave) lull() int64 { return max(lull, w.step*3/2) }

// onset is time zero of the event that a trigger at sample k belongs to: found by
// looking back through samples not before a time.
func (w *wave) onset(k int, after int64) int64 {
	i, most := k, -1.0
	for j := k; j >= 0 && w.t[k]-w.t[j] <= triggerWindow && w.t[j] >= after; j-- {
		if c := w.change(w.t[j], w.t[j]+eventWindow); c > most {
			i, most = j, c
		}
	}
	for j := i - 1; j >= 0 && w.t[k]-w.t[j] <= longestHit && w.t[j] >= after && w.t[i]-w.t[j] <= w.lull(); j-- {
		if w.active(w.t[j]) {
			i = j
		}
	}
	at := w.t[i]
	for at < w.t[i]+eventWindow && w.change(w.t[i], at+millisecond) <= onsetDelta {
		at += millisecond
	}
	return at
}

// ending is the end of the event that began at t0 and triggered by a time: false while
// it is not known yet. An event is cut off after 300 ms.
func (w *wave) ending(t0, by int64) (int64, bool) {
	from, quiet := int64(0), false
	for i, at := range w.t {
		switch {
		case at < by:
			continue
		case at-t0 >= longestHit:
			if !quiet {
				from = t0 + longestHit
			}
			return from, true
		case at+eventWindow > w.newest():
			return 0, false
		case w.active(at):
			quiet = false
		case !quiet:
			from, quiet = at, true
		}
		if quiet && (at-from >= w.lull() || i == len(w.t)-1) {
			return from, true
		}
	}
	return 0, false
}

// shape is what a pulse looks like to the tests that tell a collision from a bump.
type shape struct {
	kept     float64 // share of delta-V still there 100 ms after the end
	straight float64 // |integral of a_h| over the integral of |a_h|
	vertical float64 // integral of |a_z| over that of |a_h|
	duration float64 // s: delta-V over the smoothed peak
	flat     int64   // µs: longest run of one value beyond what cars do
	fell     bool    // the sensor fell freely before
	faulty   bool    // a fault of the sensor makes all of it
	rough    float64 // way that the acceleration went, over twice its peak: about 1 for a smooth pulse
	lasting  bool    // did not end within 300 ms
	beyond   float64 // m/s: integral of what exceeds the tyres' limit
	ends     bool    // all axes at the end of the range: a sensor that fails
	square   bool    // from calm to one value and back, on one axis: likewise, or a short crash that was clipped
	wild     bool    // more than a car takes
}

// measure gives the impact between time zero and the end of the event, and its shape.
func (w *wave) measure(t0, end int64) (Impact, shape) {
	im := Impact{At: t0, End: end}
	s := shape{lasting: end-t0 >= longestHit}
	x0, y0 := w.velocity(0, t0), w.velocity(1, t0)
	most, smooth, h, z := 0.0, 0.0, 0.0, 0.0
	bx, by := w.before(t0)
	im.brakeX = bx
	note := func(at int64) {
		dx, dy := w.velocity(0, at)-x0, w.velocity(1, at)-y0
		if r := resultant(dx, dy); r > most {
			lapse := float64(at-t0) / second
			most, im.DeltaX, im.DeltaY = r, dx, dy
			im.excessX, im.excessY = dx-float64(bx*lapse), dy-float64(by*lapse)
		}
	}
	im.SamplesMissing = w.newest() < end+eventWindow // it broke off
	for i := 1; i < len(w.t); i++ {
		// A hole that begins or ends where the event does may hold a part of it.
		im.SamplesMissing = im.SamplesMissing || w.missing[i] && w.t[i] > t0-eventWindow && w.t[i-1] < end+eventWindow
		if w.t[i] <= t0 || w.t[i-1] >= end+eventWindow {
			continue
		}
		note(min(w.t[i], end+eventWindow))
		if w.t[i-1] >= end {
			continue
		}
		dt := float64(min(w.t[i]-w.t[i-1], w.reach)) / second
		h += float64((w.h(i-1) + w.h(i)) / 2 * dt)
		s.beyond += float64((max(w.h(i-1)-tyres, 0) + max(w.h(i)-tyres, 0)) / 2 * dt)
		z += float64((math.Abs(w.a[2][i-1]) + math.Abs(w.a[2][i])) / 2 * dt)
		s.rough += resultant(w.a[0][i]-w.a[0][i-1], w.a[1][i]-w.a[1][i-1])
		im.Peak = max(im.Peak, w.h(i))
		smooth = max(smooth, w.smooth(i))
	}
	if most > 0 {
		kept := w.change(t0, end+rebound)
		s.rough /= 2 * im.Peak
		s.kept, s.straight, s.vertical, s.duration = kept/most, min(kept, most)/h, z/h, most/smooth
	}
	im.Saturated, s.flat = w.flatTops(t0, end)
	s.fell, s.wild = w.fell(t0), most > wildest
	s.ends, s.square = w.glitch(t0, end)
	s.faulty = w.faulty(t0, end)
	return im, s
}

// before is the mean horizontal acceleration in the quarter of a second before a time, of
// tyres: 0 where it is more than they do, or not known.
func (w *wave) before(t0 int64) (x, y float64) {
	n := 0.0
	for i, at := range w.t {
		if at >= t0-250*millisecond && at <= t0-30*millisecond {
			x, y, n = x+w.a[0][i], y+w.a[1][i], n+1
		}
	}
	if n < 3 || resultant(x, y) > n*tyreLimit {
		return 0, 0
	}
	return x / n, y / n
}

// smooth is the horizontal acceleration at a sample, weighed with its neighbours.
func (w *wave) smooth(i int) float64 {
	if i+1 >= len(w.t) {
		return w.h(i) / 2
	}
	mean := func(axis int) float64 {
		a := w.a[axis]
		return (a[i-1] + 2*a[i] + a[i+1]) / 4
	}
	return resultant(mean(0), mean(1))
}
