package detectors

import "math"

// hit is a crash pulse, or a bump, from its trigger until it is judged.
type hit struct {
	stretch
	mounted
	t0     int64 // time zero, µs
	by     int64 // time of the sample that triggered
	rate   float64
	speed  float64   // at impact, m/s, NaN where unknown
	before []SpeedAt // the half minute before
	body   known     // as of the trigger
	swing            // of the yaw rate since the trigger
}

// stretch is a run of motion samples.
type stretch struct {
	at int64 // of the newest, µs
	s  []ringSample
}

// longestGap is the number of unknown samples that stand for a gap, 4 s.
const longestGap = 64

// follow appends what the ring has newer than the stretch.
func (t *stretch) follow(r *ring) {
	if t.s == nil {
		t.s, t.at = r.appendTo(make([]ringSample, 0, 2*r.n)), r.at
		return
	}
	k, at, first := 0, r.at, r.at
	for ; k < r.n && at > t.at; k++ {
		first, at = at, at-int64(r.back(k).step)
	}
	// The first after a gap has no step in the ring.
	step := first - t.at
	for n := 0; step > longStep && n < longestGap; n++ {
		t.s = append(t.s, ringSample{longStep, [axes]int16{unknownA, unknownA, unknownA}})
		step -= longStep
	}
	for k--; k >= 0; k-- {
		s := *r.back(k)
		if step != 0 {
			s.step, step = uint16(min(step, longStep)), 0
		}
		t.s = append(t.s, s)
	}
	t.at = r.at
}

// hot looks at the newest sample of a stretch that may be part of a collision.
func (d *Collisions) hot(at int64, out []Collision) []Collision {
	w := d.watch
	if w.ring.n == 0 {
		return out
	}
	for _, x := range d.open {
		x.gather(&w.ring, w.yawNow)
	}
	if w.pulse == nil {
		if at > w.hotUntil || at < w.loose || !w.triggers(0, &d.mount) {
			return d.unpulsed(at, out)
		}
		if d.begin(); w.airbag != 0 {
			out = append(out, d.deployed(w.pulse, w.airbag).tell(at))
		}
	}
	return d.judge(false, at, out)
}

// triggers reports whether a window of at most 150 ms that ends at the sample before
// one, itself that many before the newest, gathers 8 km/h. The sample after a window is
// needed to tell a spike.
func (w *watch) triggers(skip int, m *mounting) bool {
	r := &w.ring
	span, vx, vy := int64(0), 0.0, 0.0
	px, py, have := 0.0, 0.0, false
	end := r.at
	for i := range skip + 1 {
		end -= int64(r.back(i).step)
	}
	for i := skip + 1; i < r.n-1; i++ {
		s := r.back(i)
		x, y := w.flat(i, 0, m, px), w.flat(i, 1, m, py)
		if end-span < w.after || w.spiky(i, m) {
			x, y = px, py
		}
		if have {
			dt := float64(r.back(i-1).step) / second
			vx += float64((px + x) / 2 * dt)
			vy += float64((py + y) / 2 * dt)
			if float64(vx*vx)+float64(vy*vy) >= leastDelta*leastDelta {
				return true
			}
		}
		px, py, have = x, y, true
		if span += int64(s.step); span > triggerWindow || end-span < w.after || int64(s.step) > reachOver(w.step) {
			return false
		}
	}
	return false
}

// flat is an axis of a sample without its offset, or another value where it is unknown.
func (w *watch) flat(i, axis int, m *mounting, other float64) float64 {
	a := w.ring.back(i).a[axis]
	if a == unknownA {
		return other
	}
	return float64(int32(a)-int32(m.packed[axis])) / perUnit
}

// spiky reports whether a sample stands alone among calm ones.
func (w *watch) spiky(i int, m *mounting) bool {
	if w.step > slowStep || i == 0 || i+1 >= w.ring.n {
		return false
	}
	h := w.level(i, m)
	if h < hotA {
		return false
	}
	reach := reachOfCalm(w.step)
	for k := max(0, i-reach); k <= min(w.ring.n-1, i+reach); k++ {
		if k != i && w.level(k, m) >= max(calm, calmShare*h) {
			return false
		}
	}
	return true
}

// level is the horizontal acceleration of the sample i before the newest.
func (w *watch) level(i int, m *mounting) float64 {
	return resultant(w.flat(i, 0, m, 0), w.flat(i, 1, m, 0))
}

// begin starts a pulse at a trigger.
func (d *Collisions) begin() {
	w := d.watch
	p := &hit{mounted: d.mount.now(), rate: w.rate(), body: d.body, swing: swing{from: w.sums.turning()}}
	p.follow(&w.ring)
	if !d.mount.sound() {
		p.settle(w.ring.at)
	}
	u := unroll(p.s, p.at, &p.mounted)
	k := len(u.t) - 2
	p.by = u.t[k]
	p.t0 = u.onset(k, w.after)
	p.speed, p.before = w.speeds.atImpact(p.t0), w.speeds.before(p.t0)
	w.pulse = p
}

// settle takes the offset from the calm before a pulse, where driving has not told it yet.
func (p *hit) settle(now int64) {
	var sum [axes]float64
	var n [axes]int
	at := p.at
	for i := len(p.s) - 1; i >= 0; i-- {
		for axis, a := range p.s[i].a {
			if a != unknownA && now-at >= longestHit {
				sum[axis] += float64(unpack(a))
				n[axis]++
			}
		}
		at -= int64(p.s[i].step)
	}
	for axis := range sum {
		if n[axis] >= 5 && math.Abs(sum[axis]/float64(n[axis])) < 2*gravity {
			p.offset[axis] = sum[axis] / float64(n[axis])
		}
	}
}
