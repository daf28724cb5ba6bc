package csvimport

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"slices"

	"milepost/fleet"
	"milepost/replay/capture"
	"milepost/telemetry"
)

// number gives each part its boot: the Unix time of the drive's first sample in
// whole seconds, so that drives of one vehicle that are imported apart are told
// apart too, and rise with time. It returns the number of vehicles and the drives
// that overlap the one before.
func number(parts []*part) (vehicles int, overlaps []string) {
	byTime := slices.Clone(parts)
	slices.SortStableFunc(byTime, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.vehicle, b.vehicle), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	for i, p := range byTime {
		p.boot = uint32(p.from / 1_000_000)
		if i == 0 || byTime[i-1].vehicle != p.vehicle {
			vehicles++
			continue
		}
		before := byTime[i-1]
		p.boot = max(p.boot, before.boot+1)
		if p.from <= before.to {
			overlaps = append(overlaps, fmt.Sprintf("vehicle %s: the drive of %s begins before that of %s ends",
				Printable(p.vehicle), microTime(p.from), microTime(before.from)))
		}
	}
	return vehicles, overlaps
}

// merge writes the parts' frames in order of arrival. It holds one frame, and of
// each part the place of its next.
func merge(ctx context.Context, s *spool, parts []*part, profiles []fleet.Profile, out string) (rows int64, err error) {
	w, err := capture.Create(out, profiles)
	if err != nil {
		return 0, err
	}
	defer w.Abort()
	veil := capture.NewVeil(profiles)
	turns := make(queue, 0, len(parts))
	for _, p := range parts {
		t := turn{part: p, at: p.begin}
		if t.head, err = s.head(t.at); err != nil {
			return 0, err
		}
		turns = append(turns, t)
	}
	heap.Init(&turns)
	var frame telemetry.Frame
	for n := 0; len(turns) > 0; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		first := &turns[0]
		if err := s.frame(first.at, first.head, &frame); err != nil {
			return 0, err
		}
		frame.VehicleID, frame.Boot = first.part.vehicle, first.part.boot
		veil.Cover(&frame)
		if err := w.Write(&frame); err != nil {
			return 0, err
		}
		if err := turns.advance(s); err != nil {
			return 0, err
		}
	}
	if d := w.Drops(); len(d) > 0 {
		return 0, fmt.Errorf("%d values of %s cannot be written: %s", d[0].Count, d[0].Column, d[0].Reason)
	}
	return w.Rows(), w.Close()
}

// turn is a part at its next frame.
type turn struct {
	part *part
	at   int64 // its place in the spool
	head frameHead
}

// queue is a heap of parts, the earliest arrival first.
type queue []turn

// Len is that of heap.Interface.
func (q queue) Len() int { return len(q) }

// Less orders by arrival, then vehicle and boot.
func (q queue) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(cmp.Compare(a.head.Arrived, b.head.Arrived), cmp.Compare(a.part.vehicle, b.part.vehicle),
		cmp.Compare(a.part.boot, b.part.boot)) < 0
}

// Swap exchanges two.
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push appends one.
func (q *queue) Push(x any) { *q = append(*q, x.(turn)) }

// Pop removes the last.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// advance moves the first to its next frame, or takes it out at its end.
func (q *queue) advance(s *spool) (err error) {
	t := &(*q)[0]
	t.at += int64(headSize) + int64(t.head.Length)
	if t.at >= t.part.end {
		heap.Pop(q)
		return nil
	}
	if t.head, err = s.head(t.at); err != nil {
		return err
	}
	heap.Fix(q, 0)
	return nil
}
