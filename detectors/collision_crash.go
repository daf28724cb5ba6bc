package detectors

import (
	"math"
	"slices"

	"milepost/outcome"
	"milepost/telemetry"
)

// crash is a collision of which evidence is still awaited.
type crash struct {
	at       int64
	impacts  []Impact
	evidence []Evidence
	rate     float64
	wheels   bool // only the wheels tell of it
	rolled   bool
	speed    float64 // at impact, m/s, NaN where unknown
	before   []SpeedAt
	body     known // as of time zero
	felt     felt

	stretch // of motion, from 1 s before At to 2 s after
	mounted
	swing

	told told
}

// told is what the last snapshot said of what matters.
type told struct {
	confidence outcome.Confidence
	severity   outcome.Severity
	impacts    int
}

// Spans of a collision.
const (
	pulseBefore = second
	pulseAfter  = 2 * second
	multiSpan   = 5 * second // impacts that begin closer than that are one collision
	awaited     = 30 * second
)

// collide takes a judged impact to the collision it belongs to.
func (d *Collisions) collide(p *hit, im Impact) *crash {
	if n := len(d.open); n > 0 {
		if x := d.open[n-1]; im.At-x.last() <= multiSpan && (!x.wheels || im.At <= x.at+second) {
			x.impacts = append(x.impacts, im)
			x.wheels = false
			if len(x.impacts) == 1 { // an airbag came first
				x.adopt(p, &im, d.watch)
			}
			return x
		}
	}
	x := &crash{at: im.At, impacts: []Impact{im}, speed: p.speed, before: p.before, body: p.body}
	x.adopt(p, &im, d.watch)
	d.open = append(d.open, x)
	return x
}

// adopt takes over what the pulse knows.
func (x *crash) adopt(p *hit, im *Impact, w *watch) {
	x.stretch, x.mounted, x.swing, x.rate = p.stretch, p.mounted, p.swing, p.rate
	x.felt = felt{}
	if v := w.speeds.newest; v.At >= im.End+feltAfter {
		x.feel(v)
	}
}

// gather takes the newest motion.
func (x *crash) gather(r *ring, yaw float32) {
	if len(x.s) > 0 && x.stretch.at < x.at+pulseAfter {
		x.follow(r)
	}
	if r.at >= x.at && r.at <= x.last()+yawSpan && yaw == yaw {
		x.add(yaw)
	}
}

// last is when the newest impact began.
func (x *crash) last() int64 {
	if n := len(x.impacts); n > 0 {
		return max(x.at, x.impacts[n-1].At)
	}
	return x.at
}

// prove adds a piece of evidence, one of a kind.
func (x *crash) prove(kind Proof, at int64, value float64) {
	if x.has(kind) {
		return
	}
	x.evidence = append(x.evidence, Evidence{kind, at, value})
	slices.SortStableFunc(x.evidence, func(a, b Evidence) int { return int(min(max(a.At-b.At, -1), 1)) })
}

func (x *crash) has(kind Proof) bool {
	return slices.ContainsFunc(x.evidence, func(e Evidence) bool { return e.Kind == kind })
}

// airbagAt notes that an airbag was deployed: a collision, whatever the pulse. Its time is
// that of the pulse which is under way, or of which the first samples are there.
func (d *Collisions) airbagAt(at int64, out []Collision) []Collision {
	if at > d.awake.until || !d.bags.believe(at) {
		return out
	}
	w := d.awaken()
	if n := len(d.open); n > 0 && at-d.open[n-1].last() <= multiSpan && at >= d.open[n-1].at-multiSpan {
		x := d.open[n-1]
		x.prove(Airbag, at, math.NaN())
		return append(out, x.tell(at))
	}
	switch {
	case w.pulse != nil:
		return append(out, d.deployed(w.pulse, at).tell(at))
	case w.ring.n > 0 && at <= w.hotUntil:
		w.airbag = at
		return out
	}
	return append(out, d.bare(at, at).tell(at))
}

// deployed starts the collision of an airbag and a pulse that is not judged yet.
func (d *Collisions) deployed(p *hit, at int64) *crash {
	x := d.bare(p.t0, at)
	x.speed, x.before, x.body = p.speed, p.before, p.body
	return x
}

// bare starts a collision of a time that only an airbag tells of.
func (d *Collisions) bare(at, airbag int64) *crash {
	w := d.awaken()
	w.airbag = 0
	x := &crash{at: at, body: d.body, speed: w.speeds.atImpact(at), before: w.speeds.before(at)}
	x.prove(Airbag, airbag, math.NaN())
	d.open = append(d.open, x)
	return x
}

// unpulsed tells of an airbag for which no pulse came.
func (d *Collisions) unpulsed(now int64, out []Collision) []Collision {
	w := d.watch
	if w == nil || w.airbag == 0 || w.pulse != nil || now <= w.hotUntil {
		return out
	}
	at := w.airbag
	return append(out, d.bare(at, at).tell(min(now, d.seen())))
}

// changed takes a change of the body.
func (d *Collisions) changed(at int64, s telemetry.BodySignal, v int64, out []Collision) []Collision {
	if s == telemetry.SystemState {
		d.awake.system(at, v)
		return out
	}
	was := d.body.get(s)
	d.body.set(s, v)
	if v == 0 || was == True {
		return out
	}
	if isAirbag(s) {
		return d.airbagAt(at, out)
	}
	for _, x := range d.open {
		if at < x.at || at-x.last() > awaited {
			continue
		}
		switch {
		case s == telemetry.HazardSignaling:
			x.prove(Hazards, at, math.NaN())
		case isDoor(s):
			x.prove(DoorOpened, at, math.NaN())
		}
	}
	return out
}
