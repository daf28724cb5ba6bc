package pipeline

import (
	"cmp"
	"slices"

	"milepost/telemetry"
)

// heldFrame is a late frame that waits for others.
type heldFrame struct {
	*telemetry.Frame
	trip bool // it can be used for a trip; else for a collision alone
}

// hold keeps a copy of a late frame until no more of them come.
func (v *Vehicle) hold(f *telemetry.Frame, trip bool, s *Scratch) {
	p := v.past
	p.due = f.Arrived + lateWait
	i, found := slices.BinarySearchFunc(p.held, f, byEventTime)
	if found {
		p.held[i].trip = p.held[i].trip || trip
		return
	}
	c := heldFrame{&telemetry.Frame{}, trip}
	c.CopyFrom(f)
	if p.held = slices.Insert(p.held, i, c); len(p.held) >= lateFrames || p.waiting() >= lateSamples {
		v.digest(s)
	}
}

// waiting is the number of late samples that wait.
func (p *past) waiting() (n int) {
	for _, f := range p.held {
		n += f.Samples()
	}
	return n
}

// byEventTime orders late frames by what they are, not by when they came.
func byEventTime(h heldFrame, b *telemetry.Frame) int {
	a := h.Frame
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Boot, b.Boot), cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.RecordID, b.RecordID))
}
