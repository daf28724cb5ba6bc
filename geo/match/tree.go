package match

import "milepost/geo/roads"

// branch is an edge that a tree of ways reaches.
type branch struct {
	edge   roads.Edge
	parent int32   // the branch driven before, an index in forest.branches; -1: the root itself
	length float64 // m from the root's end to where the edge begins
	cost   float64 // the same with what makes a way unlikely
}

// tree is the cheapest ways from the end of one edge, until a cost. It does not depend
// on where on the edge a fix was, so that it serves all fixes there.
type tree struct {
	root   roads.Edge
	lost   bool // cost as for a car that lost reception
	lo, hi int32
	bound  float64
}

// forest keeps trees while a track is matched. Its memory follows what is searched,
// not the map's size.
type forest struct {
	m        *roads.Map
	branches []branch
	trees    []tree
	byRoot   table // root to index in trees
	seen     table // edge to index in branches, of the tree that grows
	queue    queue
}

const (
	treeMost   = 1 << 15 // branches of one tree: as a city
	uTurn      = 60.0    // m of cost for turning round on the road,
	deadEnd    = 10.0    // and where there is no other way
	narrow     = 0.1     // of its length on top for a service road, track or ferry
	tunnelGain = 0.3     // of its length less for a tunnel, where reception was lost
)

// begin forgets the trees of the track before, so that they can change nothing.
func (f *forest) begin() {
	f.branches = f.branches[:0]
	f.trees = f.trees[:0]
	f.byRoot.reset()
}

func key(root roads.Edge, lost bool) uint64 {
	k := uint64(root) << 1
	if lost {
		k |= 1
	}
	return k
}

// from gives the tree of an edge, grown to a cost at least.
func (f *forest) from(root roads.Edge, bound float64, lost bool) tree {
	k := key(root, lost)
	if i, ok := f.byRoot.get(k); ok && f.trees[i].bound >= bound {
		return f.trees[i]
	}
	t := f.grow(root, bound, lost)
	f.byRoot.put(k, int32(len(f.trees)))
	f.trees = append(f.trees, t)
	return t
}

// grow searches by Dijkstra over edges, so that turns count.
func (f *forest) grow(root roads.Edge, bound float64, lost bool) tree {
	t := tree{root: root, lost: lost, lo: int32(len(f.branches)), bound: bound}
	f.seen.reset()
	f.queue = f.queue[:0]
	f.leave(&t, root, -1, 0, 0)
	for len(f.queue) > 0 && len(f.branches)-int(t.lo) < treeMost {
		n := f.queue.pop()
		b := f.branches[n.branch]
		if end := b.cost + f.cost(b.edge, lost); end == n.cost {
			f.leave(&t, b.edge, n.branch, b.length+f.m.Length(b.edge), end)
		}
	}
	t.hi = int32(len(f.branches))
	return t
}

// leave offers the edges after one that was reached.
func (f *forest) leave(t *tree, from roads.Edge, at int32, length, cost float64) {
	leaving := f.m.Leaving(f.m.To(from))
	for _, e := range leaving {
		c := cost
		if e == from^1 {
			c += deadEnd
			if len(leaving) > 1 {
				c += uTurn - deadEnd
			}
		}
		if c <= t.bound && f.m.Allowed(from, e) {
			f.offer(branch{e, at, length, c}, t.bound, t.lost)
		}
	}
}

func (f *forest) offer(b branch, bound float64, lost bool) {
	i, ok := f.seen.get(uint64(b.edge))
	switch {
	case !ok:
		i = int32(len(f.branches))
		f.branches = append(f.branches, b)
		f.seen.put(uint64(b.edge), i)
	case b.cost < f.branches[i].cost:
		f.branches[i] = b
	default:
		return
	}
	if end := b.cost + f.cost(b.edge, lost); end <= bound {
		f.queue.push(node{end, b.edge, i})
	}
}

// cost is what driving an edge costs, m.
func (f *forest) cost(e roads.Edge, lost bool) float64 {
	length := f.m.Length(e)
	switch c := f.m.Class(e); {
	case lost && f.m.Tunnel(e):
		return length - float64(tunnelGain*length)
	case c >= roads.Service:
		return length + float64(narrow*length)
	}
	return length
}
