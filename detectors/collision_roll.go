package detectors

// roll tells that all samples before a second have been applied: what looks across
// tracks is judged now.
func (d *Collisions) roll(to int64, out []Collision) []Collision {
	d.second = to
	w := d.watch
	if w == nil {
		return out
	}
	upTo, turned := to*second, d.mount.turned
	if len(d.open) == 0 && d.mount.sound() && w.ring.fell(&d.mount) {
		w.loose = upTo + looseSpan
	}
	if d.busy() { // what a crash does to wheels and yaw tells nothing of the mounting
		w.sums.lie(&d.mount, upTo)
		w.sums.begin(w.speeds.newest)
	} else {
		d.mount.learn(&w.sums, w.speeds.newest, upTo)
	}
	if w.pulse != nil || upTo-turned >= turnedSpan && upTo <= w.hotUntil-100*millisecond {
		d.mount.turned = turned // the pulse itself does not speak against it
	}
	if !d.busy() {
		w.roll.over = false // it counts in a collision
	}
	if w.pulse != nil && upTo-w.last >= second {
		out = d.judge(true, upTo, out) // its sensor is gone, and other tracks go on
	}
	out = d.unpulsed(upTo, d.dropped(upTo, out))
	keep := d.open[:0]
	for _, x := range d.open {
		x.weigh(upTo, w.speeds.newest, w)
		switch {
		case upTo >= x.last()+awaited && w.pulse == nil:
			out = append(out, x.final(upTo))
			continue
		case x.changed():
			out = append(out, x.tell(upTo))
		}
		keep = append(keep, x)
	}
	clear(d.open[len(keep):])
	if d.open = keep; len(keep) == 0 {
		d.open = nil
	}
	d.doze(upTo)
	return out
}

// doze forgets what a sleeping vehicle does not need.
func (d *Collisions) doze(upTo int64) {
	switch {
	case d.busy():
	case upTo-sleepSpan > d.awake.until:
		d.watch = nil
	case upTo > d.awake.until:
		d.watch.ring = ring{}
	}
}

// drove takes a speed.
func (d *Collisions) drove(at int64, v float32, out []Collision) []Collision {
	if v != v {
		return out
	}
	d.awake.drove(at, v)
	if IsGait(v) {
		return out // the vehicle goes on: nothing else is known
	}
	if at > d.awake.until && !d.busy() {
		return out
	}
	w := d.awaken()
	w.drop.add(at, v, w)
	w.speeds.add(at, v)
	for _, x := range d.open {
		x.feel(w.speeds.newest)
	}
	return out
}
