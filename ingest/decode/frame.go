package decode

import (
	"fmt"

	"milepost/telemetry"
	pb "milepost/telemetry/milepost/telemetry/v1"
)

// Wire resolutions, the inverse of telemetry.Signal's PerUnit × Scale.
const (
	centi     = 1.0 / 100
	deci      = 1.0 / 10
	milli     = 1.0 / 1000
	half      = 1.0 / 2
	centiKmh  = 1.0 / 100 / 3.6 // m/s
	perDegree = 1e7
)

// toFrame fills f's times and tracks from m.
func (d *Milepost) toFrame(f *telemetry.Frame, m *pb.Telemetry) error {
	f.Start, f.Boot, f.Sequence = m.StartUs, m.Boot, m.Sequence
	d.unpackMotion(&f.Motion, m.Motion)
	d.unpackSpeed(&f.Speed, m.Speed)
	d.unpackPosition(&f.Position, m.Position)
	d.unpackEnergy(&f.Energy, m.Energy)
	return unpackBody(&f.Body, m.Body)
}

// track unpacks a track's times and makes the unpacker of its columns. Where the
// times make no sense, the track is lost with all its columns and counted once.
func (d *Milepost) track(at *[]int32, c *pb.Clock) (u unpacker, ok bool) {
	if *at, ok = unpackClock(*at, c); !ok {
		d.Tracks++
	}
	return unpacker{samples: len(*at)}, ok
}

// count adds what an unpacker lost, unless the whole track was.
func (d *Milepost) count(u *unpacker, ok bool) {
	if ok {
		d.Columns += u.lost
	}
}

func (d *Milepost) unpackMotion(t *telemetry.Motion, m *pb.Motion) {
	u, ok := d.track(&t.At, m.GetClock())
	u.floats(&t.Longitudinal, m.GetLongitudinal(), centi)
	u.floats(&t.Lateral, m.GetLateral(), centi)
	u.floats(&t.Vertical, m.GetVertical(), centi)
	u.floats(&t.YawRate, m.GetYawRate(), centi)
	u.floats(&t.RollRate, m.GetRollRate(), centi)
	d.count(&u, ok)
}

func (d *Milepost) unpackSpeed(t *telemetry.Speed, m *pb.Speed) {
	u, ok := d.track(&t.At, m.GetClock())
	u.floats(&t.Speed, m.GetSpeed(), centiKmh)
	u.floats(&t.Accelerator, m.GetAccelerator(), half)
	u.floats(&t.Brake, m.GetBrake(), half)
	d.count(&u, ok)
}

func (d *Milepost) unpackPosition(t *telemetry.Position, m *pb.Position) {
	u, ok := d.track(&t.At, m.GetClock())
	u.doubles(&t.Latitude, m.GetLatitude(), perDegree)
	u.doubles(&t.Longitude, m.GetLongitude(), perDegree)
	u.floats(&t.Altitude, m.GetAltitude(), deci)
	u.floats(&t.Heading, m.GetHeading(), deci)
	u.floats(&t.Accuracy, m.GetAccuracy(), deci)
	d.count(&u, ok)
}

func (d *Milepost) unpackEnergy(t *telemetry.Energy, m *pb.Energy) {
	u, ok := d.track(&t.At, m.GetClock())
	u.doubles(&t.Odometer, m.GetOdometer(), 1)
	u.floats(&t.SoC, m.GetSoc(), centi)
	u.floats(&t.Voltage, m.GetVoltage(), deci)
	u.floats(&t.Current, m.GetCurrent(), deci)
	u.floats(&t.Power, m.GetPower(), 1)
	u.floats(&t.FuelLevel, m.GetFuelLevel(), centi)
	u.floats(&t.FuelVolume, m.GetFuelVolume(), centi)
	u.floats(&t.FuelConsumed, m.GetFuelConsumed(), milli)
	u.floats(&t.Range, m.GetRange(), 1)
	u.floats(&t.EngineRunning, m.GetEngineRunning(), 1)
	u.floats(&t.EngineSpeed, m.GetEngineSpeed(), 1)
	u.floats(&t.Charging, m.GetCharging(), 1)
	u.floats(&t.CablePlugged, m.GetCablePlugged(), 1)
	u.floats(&t.Ambient, m.GetAmbient(), deci)
	u.doubles(&t.ChargedEnergy, m.GetChargedEnergy(), 1000)
	d.count(&u, ok)
}

// unpackBody is strict: a lost change may be the one that hides places from then on.
func unpackBody(t *telemetry.Body, m *pb.Body) error {
	n := len(m.GetAtUs())
	if len(m.GetSignal()) != n || len(m.GetValue()) != n {
		return fmt.Errorf("%w: body of %d times, %d signals, %d values", ErrMalformed, n, len(m.GetSignal()), len(m.GetValue()))
	}
	t.At, t.Signal = t.At[:0], t.Signal[:0]
	t.Value = append(t.Value[:0], m.GetValue()...)
	var at uint64
	for i, d := range m.GetAtUs() {
		if at += uint64(d); at > telemetry.MaxSpan {
			return fmt.Errorf("%w: body change %d at %d us after the frame's start", ErrMalformed, i, at)
		}
		// A signal of a newer uplink keeps its number where it fits and is dropped by Clean.
		t.At = append(t.At, int32(at))
		t.Signal = append(t.Signal, telemetry.BodySignal(min(m.Signal[i], 1<<16-1)))
	}
	return nil
}
