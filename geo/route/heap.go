package route

import "milepost/geo/roads"

// heap gives the edges back in the order of their keys, equal keys in the order of edges.
type heap []entry

type entry struct {
	key  int64
	edge roads.Edge
}

func (a entry) less(b entry) bool { return a.key < b.key || a.key == b.key && a.edge < b.edge }

// arity is the number of children: four need fewer levels, and lie in one cache line.
const arity = 4

func (h *heap) push(e entry) {
	*h = append(*h, e)
	q := *h
	i := len(q) - 1
	for i > 0 {
		up := (i - 1) / arity
		if !e.less(q[up]) {
			break
		}
		q[i], i = q[up], up
	}
	q[i] = e
}

func (h *heap) pop() entry {
	q := *h
	top, last := q[0], q[len(q)-1]
	q = q[:len(q)-1]
	*h = q
	if len(q) == 0 {
		return top
	}
	i := 0
	for {
		least := i*arity + 1
		if least >= len(q) {
			break
		}
		for c := least + 1; c < min(least+arity, len(q)); c++ {
			if q[c].less(q[least]) {
				least = c
			}
		}
		if !q[least].less(last) {
			break
		}
		q[i], i = q[least], least
	}
	q[i] = last
	return top
}
