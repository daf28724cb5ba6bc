package partition

import (
	"time"

	"milepost/ingest/raw"
)

const (
	// earliest is the first arrival time that can be one, Unix µs: of the year 2000.
	earliest = 946_684_800_000_000
	// ahead is how far before the wall clock an arrival time may be. The times of a
	// topic that is not LogAppendTime are whatever a producer set.
	ahead = time.Hour
)

// credible reports whether a record's arrival time can be one. Time moves on with the
// largest that was heard: one of next year would end the trips of all vehicles.
func credible(r *raw.Record, now time.Time) bool {
	return r.Arrived >= earliest && r.Arrived <= now.Add(ahead).UnixMicro()
}

// arrival is the arrival time of a record of telemetry, Unix µs: where it has none
// that can be one, the newest that was heard.
func (p *Partition) arrival(r *raw.Record) int64 {
	if credible(r, p.to.Now()) {
		return r.Arrived
	}
	return p.cars.Watermark()
}
