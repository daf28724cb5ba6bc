package telemetry

import "slices"

// Kind is how a signal's values look on the outside.
type Kind uint8

// The kinds of value.
const (
	Number Kind = iota // a float64 in Unit
	Truth              // true or false
	Word               // one of Words; the inside value is its index
	Whole              // an integer in Unit, or an id
)

// Signal is one row of the table that ties a VSS 6.0 leaf to its place in a
// Frame. Path and Unit are what the outside sees; value inside = value outside / Scale.
type Signal struct {
	Path   string // VSS path
	Unit   string // VSS unit, empty where there is none
	Kind   Kind
	Words  []string // for Word
	Track  Track
	Double bool // stands among Doubles, not Floats
	Index  int  // in Floats or Doubles of the track; for TrackBody the BodySignal
	Scale  float64
	Min    float64 // plausible range in Unit; outside it a value is bad
	Max    float64
	// PerUnit is the wire's resolution: the protobuf integer is value × PerUnit.
	PerUnit float64
}

// SystemState words, in the order of their inside values.
const (
	StateUndefined = iota
	StateLock
	StateOff
	StateAcc
	StateOn
	StateStart
)

var systemStates = []string{"UNDEFINED", "LOCK", "OFF", "ACC", "ON", "START"}

// HybridIndicator words, in the order of their inside values: the ranges that a hybrid's
// own gauge shows.
const (
	IndicatorCharge = iota
	IndicatorEco
	IndicatorPower
)

var indicatorRanges = []string{"CHARGE", "ECO", "POWER"}

var signals = slices.Concat(trackSignals(), bodySignals())

// Signals is the whole table, tracks first, in a fixed order: the column order of
// captures. The caller must not change it.
func Signals() []Signal { return signals }

// SignalByPath finds a row by its VSS path.
func SignalByPath(path string) (Signal, bool) {
	i, ok := signalIndex[path]
	if !ok {
		return Signal{}, false
	}
	return signals[i], true
}

var signalIndex = func() map[string]int {
	m := make(map[string]int, len(signals))
	for i, s := range signals {
		m[s.Path] = i
	}
	return m
}()

// Plausible reports whether a value in the signal's VSS unit is within its range.
func (s *Signal) Plausible(v float64) bool { return v >= s.Min && v <= s.Max }

// Inside converts a value in the signal's VSS unit to the Frame's.
func (s *Signal) Inside(v float64) float64 { return v / s.Scale }

// Outside converts a Frame's value to the signal's VSS unit.
func (s *Signal) Outside(v float64) float64 { return v * s.Scale }

func trackSignals() []Signal {
	const g = 9.80665
	float := func(t Track, i int, path, unit string, scale, lo, hi, per float64) Signal {
		return Signal{Path: "Vehicle." + path, Unit: unit, Track: t, Index: i, Scale: scale, Min: lo, Max: hi, PerUnit: per}
	}
	double := func(t Track, i int, path, unit string, lo, hi, per float64) Signal {
		s := float(t, i, path, unit, 1, lo, hi, per)
		s.Double = true
		return s
	}
	truth := func(i int, path string) Signal {
		s := float(TrackEnergy, i, path, "", 1, 0, 1, 1)
		s.Kind = Truth
		return s
	}
	const battery, fuel = "Powertrain.TractionBattery.", "Powertrain.FuelSystem."
	return []Signal{
		// 200 g is beyond what automotive crash sensors measure.
		float(TrackMotion, 0, "Acceleration.Longitudinal", "m/s^2", 1, -200*g, 200*g, 100),
		float(TrackMotion, 1, "Acceleration.Lateral", "m/s^2", 1, -200*g, 200*g, 100),
		float(TrackMotion, 2, "Acceleration.Vertical", "m/s^2", 1, -200*g, 200*g, 100),
		float(TrackMotion, 3, "AngularVelocity.Yaw", "degrees/s", 1, -2000, 2000, 100),
		float(TrackMotion, 4, "AngularVelocity.Roll", "degrees/s", 1, -2000, 2000, 100),
		// 255 is the CAN byte's "not available"; no road car does 254 km/h backwards or 500 forwards.
		float(TrackSpeed, 0, "Speed", "km/h", 3.6, -60, 500, 100),
		float(TrackSpeed, 1, "Chassis.Accelerator.PedalPosition", "percent", 1, 0, 100, 2),
		float(TrackSpeed, 2, "Chassis.Brake.PedalPosition", "percent", 1, 0, 100, 2),
		double(TrackPosition, 0, "CurrentLocation.Latitude", "degrees", -90, 90, 1e7),
		double(TrackPosition, 1, "CurrentLocation.Longitude", "degrees", -180, 180, 1e7),
		float(TrackPosition, 0, "CurrentLocation.Altitude", "m", 1, -500, 9000, 10),
		float(TrackPosition, 1, "CurrentLocation.Heading", "degrees", 1, 0, 360, 10),
		float(TrackPosition, 2, "CurrentLocation.HorizontalAccuracy", "m", 1, 0, 100_000, 10),
		double(TrackEnergy, 0, "TraveledDistance", "m", 0, 1<<32-1, 1),
		float(TrackEnergy, 0, battery+"StateOfCharge.Current", "percent", 1, 0, 100, 100),
		float(TrackEnergy, 1, battery+"CurrentVoltage", "V", 1, 0, 2000, 10),
		float(TrackEnergy, 2, battery+"CurrentCurrent", "A", 1, -3000, 3000, 10),
		float(TrackEnergy, 3, battery+"CurrentPower", "W", 1, -2e6, 2e6, 1),
		float(TrackEnergy, 4, fuel+"RelativeLevel", "percent", 1, 0, 100, 100),
		float(TrackEnergy, 5, fuel+"AbsoluteLevel", "l", 1, 0, 2000, 100),
		float(TrackEnergy, 6, fuel+"ConsumptionSinceStart", "l", 1, 0, 100_000, 1000),
		float(TrackEnergy, 7, "Powertrain.Range", "m", 1, 0, 5e6, 1),
		truth(8, "Powertrain.CombustionEngine.IsRunning"),
		float(TrackEnergy, 9, "Powertrain.CombustionEngine.Speed", "rpm", 1, 0, 20_000, 1),
		truth(10, battery+"Charging.IsCharging"),
		truth(11, battery+"Charging.ChargingPort.AnyPosition.IsChargingCableConnected"),
		float(TrackEnergy, 12, "Exterior.AirTemperature", "celsius", 1, -80, 80, 10),
		double(TrackEnergy, 1, battery+"AccumulatedChargedEnergy", "kWh", 0, 1e7, 1000),
	}
}
