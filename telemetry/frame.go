package telemetry

import "math"

// Frame is one batch of one vehicle's samples, as columns. A track with no
// samples has an empty At. The owner may reuse a Frame: whoever receives one
// must not keep its slices after the call returns.
type Frame struct {
	VehicleID string // the uplink's own id, or an HMAC of a VIN; never a VIN
	Boot      uint32 // counts the uplink's power cycles
	Sequence  uint64 // counts frames within a boot, from 0, without holes
	RecordID  string // a foreign format's own record id, where the vehicle gives no sequence
	Arrived   int64  // arrival time, Unix µs; never the vehicle's clock
	Start     int64  // time that all offsets count from, Unix µs

	Motion   Motion
	Speed    Speed
	Position Position
	Energy   Energy
	Body     Body
}

// MaxSpan is the longest time, in µs, that a frame's offsets may reach from its
// Start; it keeps them within an int32.
const MaxSpan = 30 * 60 * 1_000_000

// Every track: At holds offsets in µs after Frame.Start, strictly increasing once
// the frame is clean. A value column is either empty (never reported) or as long
// as At, with NaN where a sample has no value of it.

// Motion is the inertial track, ISO 8855 axes: x forward, y left, z up.
type Motion struct {
	At                              []int32
	Longitudinal, Lateral, Vertical []float32 // m/s²; gravity removed where the sensor does so
	YawRate, RollRate               []float32 // deg/s, yaw anticlockwise positive
}

// Speed is the wheel or vehicle speed with the pedals.
type Speed struct {
	At                 []int32
	Speed              []float32 // m/s
	Accelerator, Brake []float32 // pedal position, %
}

// Position is the GNSS track.
type Position struct {
	At        []int32
	Latitude  []float64 // deg, WGS 84
	Longitude []float64 // deg
	Altitude  []float32 // m
	Heading   []float32 // deg, clockwise from north
	Accuracy  []float32 // m, horizontal
}

// Energy is the slow track of powertrain, fuel, battery and odometer. Truth
// values are 1 (true) and 0 (false).
type Energy struct {
	At            []int32
	Odometer      []float64 // m
	SoC           []float32 // traction battery, %
	Voltage       []float32 // traction battery, V
	Current       []float32 // A, positive when charging
	Power         []float32 // W, positive when charging
	FuelLevel     []float32 // %
	FuelVolume    []float32 // l
	FuelConsumed  []float32 // l since the powertrain's start
	Range         []float32 // m
	EngineRunning []float32 // truth value
	EngineSpeed   []float32 // rpm
	Charging      []float32 // truth value
	CablePlugged  []float32 // truth value
	Ambient       []float32 // °C
	ChargedEnergy []float64 // kWh ever put into the battery by charging; some count each session from 0
}

// Body holds changes only: at At[i], Signal[i] became Value[i]. Truth values are
// 0 and 1; other values are in the unit that the signal table names.
type Body struct {
	At     []int32
	Signal []BodySignal
	Value  []int64
}

// Reset empties the frame and keeps its buffers.
func (f *Frame) Reset() {
	f.VehicleID, f.RecordID = "", ""
	f.Boot, f.Sequence, f.Arrived, f.Start = 0, 0, 0, 0
	for i := range trackCount {
		at := f.Offsets(i)
		*at = (*at)[:0]
	}
	// Not by Floats, whose slices would be allocated.
	empty(f.Motion.floats())
	empty(f.Speed.floats())
	empty(f.Position.floats())
	empty(f.Energy.floats())
	f.Position.Latitude = f.Position.Latitude[:0]
	f.Position.Longitude = f.Position.Longitude[:0]
	f.Energy.Odometer = f.Energy.Odometer[:0]
	f.Energy.ChargedEnergy = f.Energy.ChargedEnergy[:0]
	f.Body.Signal = f.Body.Signal[:0]
	f.Body.Value = f.Body.Value[:0]
}

func empty(columns []*[]float32) {
	for _, c := range columns {
		*c = (*c)[:0]
	}
}

// Samples is the number of sample instants over all tracks.
func (f *Frame) Samples() int {
	n := 0
	for i := range trackCount {
		n += len(*f.Offsets(i))
	}
	return n
}

// End is the time of the frame's last sample, Unix µs; Start where it has none.
func (f *Frame) End() int64 {
	end := f.Start
	for i := range trackCount {
		if at := *f.Offsets(i); len(at) > 0 {
			end = max(end, f.Start+int64(at[len(at)-1]))
		}
	}
	return end
}

// Known reports whether a column value was reported.
func Known[T float32 | float64](v T) bool { return !math.IsNaN(float64(v)) }

// At returns column[i], or NaN where the column was never reported.
func At[T float32 | float64](column []T, i int) T {
	if len(column) == 0 {
		return T(math.NaN())
	}
	return column[i]
}

// CopyFrom makes f an independent copy of src, reusing f's buffers.
func (f *Frame) CopyFrom(src *Frame) {
	f.Reset()
	f.VehicleID, f.RecordID = src.VehicleID, src.RecordID
	f.Boot, f.Sequence, f.Arrived, f.Start = src.Boot, src.Sequence, src.Arrived, src.Start
	for t := range trackCount {
		copyColumn(f.Offsets(t), src.Offsets(t))
		for i, c := range src.Floats(t) {
			copyColumn(f.Floats(t)[i], c)
		}
		for i, c := range src.Doubles(t) {
			copyColumn(f.Doubles(t)[i], c)
		}
	}
	copyColumn(&f.Body.Signal, &src.Body.Signal)
	copyColumn(&f.Body.Value, &src.Body.Value)
}

func copyColumn[T any](dst, src *[]T) { *dst = append((*dst)[:0], *src...) }
