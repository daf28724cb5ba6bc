package match

import "milepost/geo/roads"

// node is a branch whose end is reached at a cost.
type node struct {
	cost   float64
	edge   roads.Edge // settles ties, so that no order depends on how far a search goes
	branch int32
}

func (a node) before(b node) bool {
	if a.cost != b.cost {
		return a.cost < b.cost
	}
	return a.edge < b.edge
}

// queue is a binary heap, the cheapest first; container/heap would box every node.
type queue []node

func (q *queue) push(n node) {
	h := append(*q, n)
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !n.before(h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = n
	*q = h
}

func (q *queue) pop() node {
	h := *q
	top, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		down := 2*i + 1
		if down >= len(h) {
			break
		}
		if down+1 < len(h) && h[down+1].before(h[down]) {
			down++
		}
		if !h[down].before(last) {
			break
		}
		h[i] = h[down]
		i = down
	}
	h[i] = last
	return top
}
