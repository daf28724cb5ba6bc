package roads

import (
	"errors"
	"fmt"
)

// check makes sure that every number in the tables that counts into another does so:
// after it, nothing that asks the map can leave a table.
func (m *Map) check() error {
	if len(m.meta.Countries) == 0 || len(m.first) != len(m.nodes)+1 || len(m.boxes) != packed(len(m.runs)) {
		return errors.New("tables do not fit each other")
	}
	if err := m.checkStretches(); err != nil {
		return err
	}
	for r := range m.runs {
		if int(m.runs[r].shape) > len(m.shapes) || r > 0 && m.runs[r].shape < m.runs[r-1].shape {
			return fmt.Errorf("the shape of run %d", r)
		}
	}
	for i, a := range m.attrs {
		if int(max(a.name, a.ref)) >= len(m.names) || int(max(a.forward, a.backward)) >= len(m.limits) {
			return fmt.Errorf("attributes %d", i)
		}
	}
	return m.checkLeaving()
}

func (m *Map) checkStretches() error {
	if len(m.stretches) == 0 && len(m.runs) > 0 || len(m.stretches) > 0 && m.stretches[0].run != 0 {
		return errors.New("runs of no stretch")
	}
	for i := range m.stretches {
		s := &m.stretches[i]
		first, end := m.runsOf(uint32(i))
		if first >= end || end > len(m.runs) {
			return fmt.Errorf("the runs of stretch %d", i)
		}
		for r := first; r < end; r++ {
			if int(m.runs[r].stretch) != i {
				return fmt.Errorf("the stretch of run %d", r)
			}
		}
		if int(max(s.from, s.to)) >= len(m.nodes) || int(s.attr) >= len(m.attrs) ||
			int(s.country) >= len(m.meta.Countries) || s.class >= classes {
			return fmt.Errorf("stretch %d", i)
		}
	}
	return nil
}

func (m *Map) checkLeaving() error {
	if m.first[0] != 0 || int(m.first[len(m.nodes)]) != len(m.leaving) {
		return errors.New("the edges of nodes")
	}
	for n := range m.nodes {
		if m.first[n] > m.first[n+1] {
			return fmt.Errorf("the edges of node %d", n)
		}
	}
	for n := range m.nodes {
		for _, e := range m.Leaving(Node(n)) {
			if int(e) >= m.Edges() || m.From(e) != Node(n) || !m.Drivable(e) {
				return fmt.Errorf("an edge of node %d", n)
			}
		}
	}
	return nil
}

// packed is how many boxes pack makes of so many leaves.
func packed(leaves int) int {
	all := leaves
	for n := leaves; n > 1; {
		n = (n + fanout - 1) / fanout
		all += n
	}
	return all
}
