package pipeline

import (
	"time"

	"milepost/detectors"
)

// night counts seconds driven between 23:00 and 04:00 local time. The zone's
// offset is looked up once per quarter of an hour: rules change on no finer step.
type night struct {
	quarter int64
	offset  int64 // s east of UTC
	seconds int64
}

const (
	nightFrom = 23 * 3600
	nightTo   = 4 * 3600
	crawl     = 0.5 // m/s
)

func (n *night) add(p detectors.Point, zone *time.Location) {
	if p.V < crawl {
		return
	}
	if q := p.Second / 900; q != n.quarter {
		_, off := time.Unix(q*900, 0).In(zone).Zone()
		n.quarter, n.offset = q, int64(off)
	}
	if s := (p.Second + n.offset) % 86_400; s >= nightFrom || s < nightTo {
		n.seconds++
	}
}
