package detectors

import (
	"math"

	"milepost/telemetry"
)

// Without a waveform only the wheels tell: a drop of speed that no tyre gives, which
// stays.
const (
	tyreLimit  = 1.3 * gravity
	dropSpan   = 1500 * millisecond // the longest step between readings that is looked at
	dropSettle = 3 * second         // it must stay down for that long
	dropBack   = 0.3                // of the drop that may come back
	heldSpan   = 900 * millisecond  // readings equal to the bit for that long: a signal that was held
	jolt       = 6.0                // m/s²: the motion samples nearby show at least that
	joltNear   = 300 * millisecond
)

// wheelDrop is a drop of speed that may be a collision.
type wheelDrop struct {
	sameSince int64   // the newest reading has been the same since then
	at        int64   // time before the drop, µs; 0 for none
	from, to  float32 // m/s
	done      int64   // time after it
	failed    bool
	jolted    int64 // time of the newest motion sample that shows a jolt
	heard     int64 // time of the newest motion sample
}

// add takes a reading later than the newest one that the watch has.
func (p *wheelDrop) add(at int64, v float32, w *watch) {
	last := w.speeds.newest
	if p.at != 0 {
		p.failed = p.failed || float64(v-p.to) > dropBack*float64(p.from-p.to)
	} else if dt := at - last.At; last.At != 0 && dt <= dropSpan && w.ring.s == nil {
		drop := last.V - float64(v)
		held := last.At-p.sameSince >= heldSpan
		if v >= 0 && drop >= leastDelta+float64(tyreLimit*float64(dt)/second) && !held {
			p.at, p.from, p.to, p.done, p.failed = last.At, float32(last.V), v, at, false
		}
	}
	if last.At == 0 || float64(v) != last.V || at-last.At > dropSpan {
		p.sameSince = at
	}
}

// dropped tells of a drop that stayed for long enough, if something else agrees: with a
// motion track, a jolt; without, readings on the way down or after it, as a signal that
// broke off reads 0 at once and for good.
func (d *Collisions) dropped(upTo int64, out []Collision) []Collision {
	w := d.watch
	p := &w.drop
	if p.at == 0 || upTo < p.done+dropSettle {
		return out
	}
	felt := p.to != 0
	if p.heard >= p.at-joltNear {
		felt = p.jolted >= p.at-joltNear && p.jolted <= p.done+joltNear
	}
	good := felt && !p.failed && w.speeds.newest.At >= p.done+dropSettle-dropSpan && len(d.open) == 0
	if good && d.blows.believe(p.at) {
		x := &crash{at: p.at, wheels: true, speed: float64(p.from), before: w.speeds.before(p.at + 1), body: d.body}
		x.rate = math.Round(10*float64(second)/float64(p.done-p.at)) / 10
		d.open = append(d.open, x)
		out = append(out, x.tell(upTo))
	}
	*p = wheelDrop{sameSince: p.sameSince, jolted: p.jolted, heard: p.heard}
	return out
}

// felt notes what a motion track too slow for a waveform shows.
func (p *wheelDrop) felt(at int64, m *telemetry.Motion, i int) {
	x, y := telemetry.At(m.Longitudinal, i), telemetry.At(m.Lateral, i)
	if x != x {
		x = 0
	}
	if y != y {
		y = 0
	}
	if p.heard = at; !calmly(x, y) {
		p.jolted = at
	}
}
