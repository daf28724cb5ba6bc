package csvimport

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
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
				p.vehicle, microTime(p.from), microTime(before.from)))
		}
	}
	return vehicles, overlaps
}

// merge writes the parts' frames in order of arrival. A part is open only while
// its turn lasts.
func merge(ctx context.Context, parts []*part, profiles []fleet.Profile, out string) (rows int64, err error) {
	w, err := capture.Create(out, profiles)
	if err != nil {
		return 0, err
	}
	defer w.Abort()
	waiting := slices.Clone(parts)
	slices.SortStableFunc(waiting, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.arrived, b.arrived), cmp.Compare(a.vehicle, b.vehicle), cmp.Compare(a.boot, b.boot))
	})
	var open queue
	defer func() { open.close() }()
	for len(open) > 0 || len(waiting) > 0 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		for len(waiting) > 0 && (len(open) == 0 || waiting[0].arrived <= open[0].frame.Arrived) {
			if err := open.open(waiting[0]); err != nil {
				return 0, err
			}
			waiting = waiting[1:]
		}
		if len(open) == 0 {
			continue
		}
		if err := w.Write(&open[0].frame); err != nil {
			return 0, err
		}
		if err := open.advance(); err != nil {
			return 0, err
		}
	}
	return w.Rows(), w.Close()
}

// turn is an open part at its next frame.
type turn struct {
	part   *part
	reader *capture.Reader
	frame  telemetry.Frame
}

// next reads the part's next frame.
func (t *turn) next() error {
	err := t.reader.Next(&t.frame)
	t.frame.Boot = t.part.boot
	return err
}

// queue is a heap of open parts, the earliest arrival first.
type queue []*turn

// Len, Less, Swap, Push and Pop are heap.Interface.
func (q queue) Len() int { return len(q) }

// Less orders by arrival, then vehicle and boot.
func (q queue) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(cmp.Compare(a.frame.Arrived, b.frame.Arrived), cmp.Compare(a.part.vehicle, b.part.vehicle),
		cmp.Compare(a.part.boot, b.part.boot)) < 0
}

// Swap exchanges two.
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push appends one.
func (q *queue) Push(x any) { *q = append(*q, x.(*turn)) }

// Pop removes the last.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func (q *queue) open(p *part) error {
	r, err := capture.Open(p.path)
	if err != nil {
		return err
	}
	t := &turn{part: p, reader: r}
	if err := t.next(); err != nil {
		_ = r.Close() // the first error counts
		return err
	}
	heap.Push(q, t)
	return nil
}

// advance moves the first to its next frame, or closes it at its end.
func (q *queue) advance() error {
	t := (*q)[0]
	err := t.next()
	if errors.Is(err, io.EOF) {
		heap.Pop(q)
		return t.reader.Close()
	}
	if err != nil {
		return err
	}
	heap.Fix(q, 0)
	return nil
}

func (q *queue) close() {
	for _, t := range *q {
		_ = t.reader.Close() // after an error only
	}
}
