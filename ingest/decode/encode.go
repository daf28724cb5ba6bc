package decode

import (
	"milepost/telemetry"
	pb "milepost/telemetry/milepost/telemetry/v1"
)

// fromFrame fills m, whose sub-messages are taken from the pools, from f.
func fromFrame(m *pb.Telemetry, f *telemetry.Frame) {
	m.StartUs, m.Boot, m.Sequence = f.Start, f.Boot, f.Sequence
	if t := &f.Motion; len(t.At) > 0 {
		m.Motion = packMotion(t)
	}
	if t := &f.Speed; len(t.At) > 0 {
		m.Speed = packSpeed(t)
	}
	if t := &f.Position; len(t.At) > 0 {
		m.Position = packPosition(t)
	}
	if t := &f.Energy; len(t.At) > 0 {
		m.Energy = packEnergy(t)
	}
	if t := &f.Body; len(t.At) > 0 {
		m.Body = packBody(t)
	}
}

func newClock(at []int32) *pb.Clock {
	c := pb.ClockFromVTPool()
	packClock(c, at)
	return c
}

func packMotion(t *telemetry.Motion) *pb.Motion {
	m := pb.MotionFromVTPool()
	m.Clock = newClock(t.At)
	packFloats(&m.Longitudinal, t.Longitudinal, centi)
	packFloats(&m.Lateral, t.Lateral, centi)
	packFloats(&m.Vertical, t.Vertical, centi)
	packFloats(&m.YawRate, t.YawRate, centi)
	packFloats(&m.RollRate, t.RollRate, centi)
	return m
}

func packSpeed(t *telemetry.Speed) *pb.Speed {
	m := pb.SpeedFromVTPool()
	m.Clock = newClock(t.At)
	packFloats(&m.Speed, t.Speed, centiKmh)
	packFloats(&m.Accelerator, t.Accelerator, half)
	packFloats(&m.Brake, t.Brake, half)
	return m
}

func packPosition(t *telemetry.Position) *pb.Position {
	m := pb.PositionFromVTPool()
	m.Clock = newClock(t.At)
	packDoubles(&m.Latitude, t.Latitude, perDegree)
	packDoubles(&m.Longitude, t.Longitude, perDegree)
	packFloats(&m.Altitude, t.Altitude, deci)
	packFloats(&m.Heading, t.Heading, deci)
	packFloats(&m.Accuracy, t.Accuracy, deci)
	return m
}

func packEnergy(t *telemetry.Energy) *pb.Energy {
	m := pb.EnergyFromVTPool()
	m.Clock = newClock(t.At)
	packDoubles(&m.Odometer, t.Odometer, 1)
	packFloats(&m.Soc, t.SoC, centi)
	packFloats(&m.Voltage, t.Voltage, deci)
	packFloats(&m.Current, t.Current, deci)
	packFloats(&m.Power, t.Power, 1)
	packFloats(&m.FuelLevel, t.FuelLevel, centi)
	packFloats(&m.FuelVolume, t.FuelVolume, centi)
	packFloats(&m.FuelConsumed, t.FuelConsumed, milli)
	packFloats(&m.Range, t.Range, 1)
	packFloats(&m.EngineRunning, t.EngineRunning, 1)
	packFloats(&m.EngineSpeed, t.EngineSpeed, 1)
	packFloats(&m.Charging, t.Charging, 1)
	packFloats(&m.CablePlugged, t.CablePlugged, 1)
	packFloats(&m.Ambient, t.Ambient, deci)
	packDoubles(&m.ChargedEnergy, t.ChargedEnergy, 1000)
	return m
}

func packBody(t *telemetry.Body) *pb.Body {
	m := pb.BodyFromVTPool()
	last := int32(0)
	for i, at := range t.At {
		m.AtUs = append(m.AtUs, uint32(at-last))
		m.Signal = append(m.Signal, uint32(t.Signal[i]))
		last = at
	}
	m.Value = append(m.Value, t.Value...)
	return m
}
