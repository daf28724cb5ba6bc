package main

import (
	"cmp"
	"container/heap"
	"errors"
	"io"

	"milepost/replay/capture"
	"milepost/telemetry"
)

// merged plays several captures as one log: always the frame that arrived first of
// those that come next in the captures. Frames that arrived at one time go by what
// they are, so that the order in which the captures were named does not matter,
// and the second copy of a frame follows the first.
type merged []*head

// head is the next frame of a capture.
type head struct {
	reader *capture.Reader
	frame  telemetry.Frame
	number int // of the capture, as named
}

func newMerged(readers []*capture.Reader) (merged, error) {
	m := make(merged, 0, len(readers))
	for i, r := range readers {
		h := &head{reader: r, number: i}
		if more, err := h.next(); err != nil {
			return nil, err
		} else if more {
			m = append(m, h)
		}
	}
	heap.Init(&m)
	return m, nil
}

func (h *head) next() (more bool, err error) {
	err = h.reader.Next(&h.frame)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

// each calls use with every frame in order; the frame is valid during the call.
func (m merged) each(use func(*telemetry.Frame) error) error {
	for len(m) > 0 {
		if err := use(&m[0].frame); err != nil {
			return err
		}
		switch more, err := m[0].next(); {
		case err != nil:
			return err
		case more:
			heap.Fix(&m, 0)
		default:
			heap.Pop(&m)
		}
	}
	return nil
}

// Len implements heap.Interface.
func (m merged) Len() int { return len(m) }

// Less implements heap.Interface.
func (m merged) Less(i, j int) bool {
	a, b := &m[i].frame, &m[j].frame
	return cmp.Or(cmp.Compare(a.Arrived, b.Arrived), cmp.Compare(a.VehicleID, b.VehicleID), cmp.Compare(a.Boot, b.Boot),
		cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.RecordID, b.RecordID), cmp.Compare(a.Start, b.Start),
		cmp.Compare(m[i].number, m[j].number)) < 0
}

// Swap implements heap.Interface.
func (m merged) Swap(i, j int) { m[i], m[j] = m[j], m[i] }

// Push implements heap.Interface.
func (m *merged) Push(x any) { *m = append(*m, x.(*head)) }

// Pop implements heap.Interface.
func (m *merged) Pop() any {
	old := *m
	last := old[len(old)-1]
	*m = old[:len(old)-1]
	return last
}

// loaded is the number of record batches that the captures have read so far.
func loaded(readers []*capture.Reader) (batches int) {
	for _, r := range readers {
		n, _ := r.Batches()
		batches += n
	}
	return batches
}
