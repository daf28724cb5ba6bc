package decode

import (
	"fmt"

	"milepost/telemetry"
	pb "milepost/telemetry/milepost/telemetry/v1"
)

// Milepost reads milepost's protobuf. Its zero value is ready; it is not safe for
// concurrent use. After the first records it allocates nothing.
type Milepost struct {
	m pb.Telemetry

	// What the record decoded last lost: columns not as long as their track, and
	// tracks whose times make no sense.
	Columns, Tracks int
}

// Decode fills f's boot, sequence, start and tracks from one record's payload and
// leaves vehicle and arrival to the caller, who knows them from the record. It
// returns an error wrapping ErrMalformed, and then f's tracks are undefined: for bytes
// that are no protobuf, and for body changes out of step. Other columns and tracks
// that make no sense are left out and counted.
func (d *Milepost) Decode(payload []byte, f *telemetry.Frame) error {
	// UnmarshalVT appends, so the message is emptied first.
	empty(&d.m)
	d.Columns, d.Tracks = 0, 0
	if err := d.m.UnmarshalVT(payload); err != nil {
		return fmt.Errorf("%w: read milepost protobuf: %w", ErrMalformed, err)
	}
	return d.toFrame(f, &d.m)
}

// empty empties a message and keeps its parts with their buffers: to give them back to
// their pools and fetch them for each record took a sixth of the time.
func empty(m *pb.Telemetry) {
	motion, speed, position, energy, body := m.Motion, m.Speed, m.Position, m.Energy, m.Body
	m.Reset()
	if motion != nil {
		emptyTrack(&motion.Clock, motion)
	}
	if speed != nil {
		emptyTrack(&speed.Clock, speed)
	}
	if position != nil {
		emptyTrack(&position.Clock, position)
	}
	if energy != nil {
		emptyTrack(&energy.Clock, energy)
	}
	body.ResetVT()
	m.Motion, m.Speed, m.Position, m.Energy, m.Body = motion, speed, position, energy, body
}

func emptyTrack(clock **pb.Clock, track interface{ ResetVT() }) {
	c := *clock
	*clock = nil // or it would go to its pool
	track.ResetVT()
	c.ResetVT()
	*clock = c
}

// Encode appends f as milepost protobuf to buf and gives the extended slice. f's
// tracks must be clean (telemetry.Frame.Clean).
func (d *Milepost) Encode(buf []byte, f *telemetry.Frame) ([]byte, error) {
	d.m.ResetVT()
	fromFrame(&d.m, f)
	n, size := len(buf), d.m.SizeVT()
	buf = append(buf, make([]byte, size)...)
	if _, err := d.m.MarshalToSizedBufferVT(buf[n:]); err != nil {
		return buf[:n], fmt.Errorf("write milepost protobuf: %w", err)
	}
	return buf, nil
}
