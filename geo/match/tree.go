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
	lo, hi int32
	bound  float64
}

// forest keeps trees while a stretch is matched. Its memory follows what is searched,
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
	treeMost = 1 << 15 // branches of one tree: as a city
	uTurn    = 60.0    // m of cost for turning round on the road,
	deadEnd  = 10.0    // and where there is no other way
	narrow   = 0.06    // of its length on top for a service road, track or ferry
)

// begin forgets all trees, so that they can change nothing.
func (f *forest) begin() {
	f.branches = f.branches[:0]
	f.trees = f.trees[:0]
	f.byRoot.reset()
}

// from gives the tree of an edge, grown to a cost at least.
func (f *forest) from(root roads.Edge, bound float64) tree {
	if i, ok := f.byRoot.get(uint64(root)); ok && f.trees[i].bound >= bound {
		return f.trees[i]
	}
	t := f.grow(root, bound)
	f.byRoot.put(uint64(root), int32(len(f.trees)))
	f.trees = append(f.trees, t)
	return t
}

// grow searches by Dijkstra over edges, so that turns count.
func (f *forest) grow(root roads.Edge, bound float64) tree {
	t := tree{root: root, lo: int32(len(f.branches)), bound: bound}
	f.seen.reset()
	f.queue = f.queue[:0]
	f.leave(&t, root, -1, 0, 0)
	for len(f.queue) > 0 && len(f.branches)-int(t.lo) < treeMost {
		n := f.queue.pop()
		b := f.branches[n.branch]
		if end := b.cost + f.cost(b.edge); end == n.cost {
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
			c += round(leaving)
		}
		if c > t.bound || !f.m.Allowed(from, e) {
			continue
		}
		if end := c + f.cost(e); f.offer(branch{e, at, length, c}) && end <= t.bound {
			f.push(end, e)
		}
	}
}

// round is the cost of turning round where these edges leave.
func round(leaving []roads.Edge) float64 {
	if len(leaving) > 1 {
		return uTurn
	}
	return deadEnd
}

// offer keeps a branch that is new or cheaper than the one of the same edge.
func (f *forest) offer(b branch) bool {
	i, ok := f.seen.get(uint64(b.edge))
	switch {
	case !ok:
		f.seen.put(uint64(b.edge), int32(len(f.branches)))
		f.branches = append(f.branches, b)
	case b.cost < f.branches[i].cost:
		f.branches[i] = b
	default:
		return false
	}
	return true
}

// push queues the end of an edge that has a branch.
func (f *forest) push(end float64, e roads.Edge) {
	i, _ := f.seen.get(uint64(e))
	f.queue.push(node{end, e, i})
}

// cost is what driving an edge costs, m.
func (f *forest) cost(e roads.Edge) float64 {
	length := f.m.Length(e)
	if f.m.Class(e) >= roads.Service {
		return length + float64(narrow*length)
	}
	return length
}
