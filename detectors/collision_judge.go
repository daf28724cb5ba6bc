package detectors

import "math"

// The bump test [science of the bump: it gives back what it takes, and is mostly vertical].
const (
	leastStraight = 0.3  // |integral a_h| over integral |a_h|
	leastKept     = 0.35 // of delta-V, 100 ms after the end
	mostVertical  = 2.0  // integral |a_z| over integral |a_h|
	stuckSpan     = 160 * millisecond
	shortHit      = 0.027         // s: crushing a car takes longer
	tyres         = 1.3 * gravity // m/s²: no road car brakes or corners harder
	leastBeyond   = 0.5           // m/s beyond tyres: a pulse of 8 km/h in 150 ms has 0.6
	goodBeyond    = 1.2           // m/s: an emergency stop on a bad road, with a kerb at its end, reaches 1.0
	wildest       = 120 / 3.6     // m/s: no car survives it to tell
	mostRough     = 3.0           // noise has 5, a crash that rings at half its mean 2
	goodRough     = 2.2
	absurd        = 300 / 3.6 // m/s: no car at all, but a sensor
	goodKept      = 0.6
	goodStraight  = 0.5
	tumbling      = 30.0        // deg of roll: half of gravity is then sideways
	mostTumbling  = 2 * gravity // m/s²: gravity and tyres or a body that slides, with some ringing; what it hits is harder
)

// bump reports whether a pulse is none of a collision.
func (s *shape) bump(slowed bool) bool {
	return s.straight < leastStraight || s.kept < leastKept || s.flat >= stuckSpan || s.fell || s.faulty || s.rough > mostRough ||
		s.vertical > mostVertical && !slowed || s.beyond < leastBeyond
}

// mild reports whether a pulse is never more than possible without an airbag. A sensor
// that reached its limit hides what was beyond.
func (s *shape) mild(saturated bool) bool {
	return s.wild || s.ends || s.beyond < goodBeyond && !saturated
}

// weak reports whether a pulse alone does not make a collision probable.
func (s *shape) weak(stepUS int64) bool {
	short := s.duration < shortHit && stepUS < slowStep*6/10 || stepUS > slowStep && s.duration < 2.1*float64(stepUS)/second
	return short || s.square || s.kept < goodKept || s.straight < goodStraight || s.lasting || s.rough > goodRough || s.vertical > mostVertical/2
}

// judge looks at the pulse under way: told of at once where it is beyond doubt, judged
// 100 ms after its end, or now, where nothing more comes.
func (d *Collisions) judge(now bool, at int64, out []Collision) []Collision {
	w := d.watch
	p := w.pulse
	p.follow(&w.ring)
	u := unroll(p.s, p.at, &p.mounted)
	end, ended := u.ending(p.t0, p.by)
	if !ended && now {
		end, ended = min(u.newest(), p.t0+longestHit), true
	}
	if !ended || !now && u.newest() < end+rebound {
		return out
	}
	im, s := u.measure(p.t0, end)
	w.pulse, w.after, w.hotUntil = nil, end, u.newest()+triggerWindow
	if im.DeltaV() < leastDelta || im.DeltaV() > absurd || s.bump(d.slowed(p, &im)) || d.tumbles(&im, &s) {
		if s.fell {
			w.loose = at + looseSpan
		}
		return out
	}
	if !d.blows.believe(im.At) {
		return out
	}
	im.weak, im.mild = s.weak(u.step), s.mild(im.Saturated) || d.mount.loose(p.t0)
	return append(out, d.collide(p, im).tell(at))
}

// tumbles reports whether a pulse is that of a vehicle which rolls after an impact:
// gravity turns through the horizontal axes, for as long as an event may last.
func (d *Collisions) tumbles(im *Impact, s *shape) bool {
	n, r := len(d.open), &d.watch.roll
	return n > 0 && len(d.open[n-1].impacts) > 0 && im.At-d.open[n-1].last() <= multiSpan &&
		(r.over || math.Abs(float64(r.angle)) >= tumbling) && s.lasting && im.Peak < mostTumbling
}

// slowed reports whether the wheels felt the pulse so far.
func (d *Collisions) slowed(p *hit, im *Impact) bool {
	v := d.watch.speeds.newest
	if v.At <= im.At || math.IsNaN(p.speed) {
		return false
	}
	return math.Abs(v.V-p.speed) >= 0.5*math.Abs(im.DeltaX) && math.Abs(v.V-p.speed) >= leastDelta/2
}
