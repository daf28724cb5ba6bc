package decode

import (
	"fmt"

	"milepost/telemetry"
	pb "milepost/telemetry/milepost/telemetry/v1"
)

// Milepost reads milepost's protobuf. Its zero value is ready; it is not safe for
// concurrent use. After the first records it allocates nothing.
type Milepost struct{ m pb.Telemetry }

// Decode fills f's boot, sequence, start and tracks from one record's payload and
// leaves vehicle and arrival to the caller, who knows them from the record. It
// returns an error wrapping ErrMalformed, and then f's tracks are undefined.
func (d *Milepost) Decode(payload []byte, f *telemetry.Frame) error {
	// UnmarshalVT appends, so the message is emptied first.
	d.m.ResetVT()
	if err := d.m.UnmarshalVT(payload); err != nil {
		return fmt.Errorf("%w: read milepost protobuf: %w", ErrMalformed, err)
	}
	return toFrame(f, &d.m)
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
