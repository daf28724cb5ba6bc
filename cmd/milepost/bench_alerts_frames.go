package main

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"milepost/ingest/decode"
	"milepost/telemetry"
)

// templates are the seconds of one simulated drive, encoded but for what differs from car
// to car, so that making the load costs little beside taking it in.
type templates struct {
	ordinary, ready [][]byte // by second: motion at 10 and at 100 Hz
	crash           [][]byte // by second: a crash within it
	standing        []byte   // after a crash
}

// newTemplates encodes a drive of so many seconds.
func newTemplates(seconds int) (*templates, error) {
	slow, err := underWay(seconds, 10)
	if err != nil {
		return nil, err
	}
	fast, err := underWay(seconds, 100)
	if err != nil {
		return nil, err
	}
	t := &templates{}
	if t.ordinary, err = encoded(slow); err != nil {
		return nil, err
	}
	if t.ready, err = encoded(fast); err != nil {
		return nil, err
	}
	for _, f := range fast {
		crashed(f)
	}
	if t.crash, err = encoded(fast); err != nil {
		return nil, err
	}
	stood(fast[0])
	still, err := encoded(fast[:1])
	if err != nil {
		return nil, err
	}
	t.standing = still[0]
	return t, nil
}

// setOff is how long a car takes until it is under way, s.
const setOff = 60

// underWay gives seconds of a drive after it has set off, of which the first says that the
// ignition is on.
func underWay(seconds, motionHz int) ([]*telemetry.Frame, error) {
	drive, err := beginning(setOff+seconds, 1, motionHz)
	if err != nil {
		return nil, err
	}
	drive = drive[setOff:]
	drive[0].Body = telemetry.Body{At: []int32{0}, Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOn}}
	return drive, nil
}

// encoded gives frames as protobuf without start, boot and sequence, which may stand before
// the rest as well as anywhere.
func encoded(frames []*telemetry.Frame) (all [][]byte, err error) {
	var encoder decode.Milepost
	for _, f := range frames {
		bare := *f
		bare.Start, bare.Boot, bare.Sequence = 0, 0, 0
		value, err := encoder.Encode(nil, &bare)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, nil
}

// begun begins a record: a vehicle's second, which a template ends.
func begun(buf []byte, start int64, boot uint32, sequence uint64) []byte {
	buf = protowire.AppendVarint(protowire.AppendTag(buf, 1, protowire.VarintType), uint64(start)) //nolint:gosec // not before 1970
	buf = protowire.AppendVarint(protowire.AppendTag(buf, 2, protowire.VarintType), uint64(boot))
	return protowire.AppendVarint(protowire.AppendTag(buf, 3, protowire.VarintType), sequence)
}

// The crash: a frontal half-sine of 100 ms in the middle of a second, after which the
// car stands. Its delta-V is the speed that was, within bounds.
const (
	blowFrom, blowFor   = 400_000, 100_000 // µs
	leastBlow, mostBlow = 20 / 3.6, 60 / 3.6
)

func crashed(f *telemetry.Frame) {
	before := 0.0
	for i, at := range f.Speed.At {
		if at < blowFrom {
			before = float64(f.Speed.Speed[i])
		} else if at >= blowFrom+blowFor {
			f.Speed.Speed[i] = 0
		}
	}
	peak := math.Pi / 2 * min(max(before, leastBlow), mostBlow) / (blowFor / 1e6)
	for i, at := range f.Motion.At {
		switch since := float64(at - blowFrom); {
		case since >= 0 && since <= blowFor:
			f.Motion.Longitudinal[i] -= float32(peak * math.Sin(math.Pi*since/blowFor))
		case since > blowFor:
			f.Motion.Longitudinal[i] = 0
		}
	}
}

// stood makes a second of a car that stands.
func stood(f *telemetry.Frame) {
	clear(f.Speed.Speed)
	clear(f.Motion.Longitudinal)
	clear(f.Motion.Lateral)
	clear(f.Motion.YawRate)
	clear(f.Motion.RollRate)
	f.Body = telemetry.Body{}
}
