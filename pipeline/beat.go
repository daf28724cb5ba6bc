package pipeline

import (
	"milepost/detectors"
	"milepost/telemetry"
)

// How often, µs, it is kept of an unshared drive that it goes on, and how soon
// after another that the vehicle has begun to move or to stand.
const (
	beatEvery  = 60_000_000
	beatAtOnce = 5_000_000
)

// beat is the newest sign of driving that was kept of an unshared stretch.
type beat struct {
	at     int64 // µs
	moving bool
}

// beats keeps of samples that are not shared, now and then, that the trip goes on, so that
// late data does not end it there.
func (p *past) beats(c *detectors.Chunk) {
	f := c.Frame
	for i := c.Lo[telemetry.TrackSpeed]; i < c.Hi[telemetry.TrackSpeed]; i++ {
		if v := detectors.Gait(telemetry.At(f.Speed.Speed, i)); v == v {
			p.beatAt(f.Start+int64(f.Speed.At[i]), detectors.Moving(v))
		}
	}
	if c.Lo[telemetry.TrackMotion] != c.Hi[telemetry.TrackMotion] {
		p.beatAt(c.Second*1_000_000, p.beat.moving)
	}
}

func (p *past) beatAt(at int64, moving bool) {
	if lapse := at - p.beat.at; !p.under || !p.recording() || lapse < beatAtOnce || lapse < beatEvery && moving == p.beat.moving {
		return
	}
	p.beat = beat{at, moving}
	value := int64(0)
	if moving {
		value = 1
	}
	p.live.tail = p.live.coder.mark(p.live.tail, mark{at: at, signal: beatMark, value: value})
}
