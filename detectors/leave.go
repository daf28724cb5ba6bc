package detectors

import "math"

// A trip leaves what it gathers when its vehicle stops sharing its location, and begins
// anew when it shares again: nothing of either side is joined over what lies between, and
// nothing of that is counted.

// Cut ends all ways: neither a speed, a reading nor a fix to come is joined to one before.
func (d *Distance) Cut() {
	d.Leave()
	d.hole.settle(d.path.metres, d.speed.metres)
	d.speed.ok, d.speed.doubted = false, false
	d.odometer.cut(d.speed.metres)
}

// cut ends a run of readings at a way by speed.
func (o *odometer) cut(way float64) {
	o.ends = o.waysAround(way)
	o.running, o.atLast, o.last = false, way, 0
}

// Leave ends a run of whole seconds with the reading that waits for its next.
func (g *Grid) Leave(out []Point) []Point {
	if g.waits {
		out = g.lay(g.nextAt, g.nextV, g.broken, out)
	}
	g.waits, g.broken, g.ok, g.fresh, g.frozen = false, false, false, true, frozen{}
	g.recent = [4]float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	return out
}

// Leave gives what was still held back, and forgets all samples; what the sensors are good
// for, and their offsets, stays.
func (e *Estimators) Leave(k *Kinematics) {
	e.End(k)
	for _, x := range [...]*axis{&e.bias.forward, &e.bias.leftward} {
		x.sum, x.n = [4]float64{}, [4]int{}
	}
	*e = Estimators{kind: e.kind, bias: e.bias}
}

// Leave ends what power and fuel readings tell together, and a stretch with the engine off.
func (e *Energy) Leave(at int64, driven float64, moving int64) {
	e.closeEV(at, driven, moving)
	e.power, e.fuel = math.NaN(), math.NaN()
}
