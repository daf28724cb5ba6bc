package match

import (
	"math"

	"github.com/paulmach/orb"

	"milepost/geo/roads"
)

// Where fixes are far apart many ways lead from one to the next, and the shortest is
// seldom the one that was driven: who drives takes the fast roads and turns little.
const (
	farFrom    = 150.0   // m between fixes
	usualSpeed = 14.0    // m/s at which a m of road costs a m
	fastest    = 0.6     // least and
	slowest    = 1.6     // most cost of a m
	roundFar   = 300.0   // m, of turning round
	turnCost   = 60.0    // m, of a turn at a junction
	turnCosine = 0.6     // of the angle from which a bend is a turn
	tunnelGain = 0.3     // of its length less for a tunnel, where reception was lost
	farPrice   = 0.015   // per m of a way's cost beyond its length
	farMost    = 1 << 13 // branches of one tree
	farBeam    = 10.0    // states so far below the best are not searched from
	farDearer  = 1000.0  // m of cost above the first way found: no dearer one is looked for
)

// reach is where a search between fixes that are far apart may go: its ways are no
// longer than the bound allows, measured straight from each junction to the fix.
type reach struct {
	m       *roads.Map
	hop     *hop
	targets *targets
	bound   float64 // m from the root's end
	cos     float64 // of the fix's latitude
	least   float64 // cost of a m
	found   float64 // cost of the first way to a target
}

// far grows a tree for one hop, toward its fix (A*). It serves no other.
func (f *forest) far(root roads.Edge, left float64, h *hop, g *targets) tree {
	r := reach{m: f.m, hop: h, targets: g, bound: h.bound - left, cos: math.Cos(h.to[1] * math.Pi / 180),
		least: fastest, found: math.Inf(1)}
	if h.gap {
		r.least -= tunnelGain
	}
	t := tree{root: root, lo: int32(len(f.branches)), bound: r.bound}
	f.seen.reset()
	f.queue = f.queue[:0]
	f.leaveFar(&r, root, -1, 0, 0)
	for len(f.queue) > 0 && len(f.branches)-int(t.lo) < farMost {
		n := f.queue.pop()
		if n.cost > r.found+farDearer {
			break
		}
		b := f.branches[n.branch]
		end := b.cost + r.cost(b.edge)
		if end+r.ahead(b.edge) == n.cost {
			f.leaveFar(&r, b.edge, n.branch, b.length+f.m.Length(b.edge), end)
		}
	}
	t.hi = int32(len(f.branches))
	return t
}

// ahead is the least that the way from an edge's end to the fix can cost, m.
func (r *reach) ahead(e roads.Edge) float64 {
	return float64(r.least * r.straight(r.m.Point(r.m.To(e))))
}

func (f *forest) leaveFar(r *reach, from roads.Edge, at int32, length, cost float64) {
	to := f.m.To(from)
	if length+r.straight(f.m.Point(to)) > r.bound+r.hop.slack {
		return
	}
	leaving := f.m.Leaving(to)
	for _, e := range leaving {
		c := cost
		switch {
		case e == from^1:
			c += roundFar
		case len(leaving) > 1 && r.turn(from, e):
			c += turnCost
		}
		if f.m.Allowed(from, e) && f.offer(branch{e, at, length, c}) {
			f.push(c+r.cost(e)+r.ahead(e), e)
			if r.targets.has(e) {
				r.found = math.Min(r.found, c)
			}
		}
	}
}

// cost is the time that driving an edge takes, as m at the usual speed.
func (r *reach) cost(e roads.Edge) float64 {
	length := r.m.Length(e)
	rate := math.Min(math.Max(usualSpeed/r.m.FreeFlow(e), fastest), slowest)
	if r.hop.gap && r.m.Tunnel(e) {
		rate -= tunnelGain
	}
	return float64(length * rate)
}

// straight is the distance from a place to the fix, m.
func (r *reach) straight(p orb.Point) float64 {
	x, y := r.apart(p, r.hop.to)
	return math.Sqrt(float64(x*x) + float64(y*y))
}

func (r *reach) apart(a, b orb.Point) (x, y float64) {
	return float64((b[0]-a[0])*r.cos) * metresPerDegree, (b[1] - a[1]) * metresPerDegree
}

// turn tells whether going from one edge into another is a turn, by their ends.
func (r *reach) turn(from, to roads.Edge) bool {
	at := r.m.Point(r.m.To(from))
	ax, ay := r.apart(r.m.Point(r.m.From(from)), at)
	bx, by := r.apart(at, r.m.Point(r.m.To(to)))
	dot := float64(ax*bx) + float64(ay*by)
	squares := (float64(ax*ax) + float64(ay*ay)) * (float64(bx*bx) + float64(by*by))
	return dot < turnCosine*math.Sqrt(squares)
}

const metresPerDegree = 6_371_008.8 * math.Pi / 180
