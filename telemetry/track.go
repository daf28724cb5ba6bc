package telemetry

// Track names one of a frame's tracks.
type Track uint8

// The tracks, in the order in which captures and receipts list them.
const (
	TrackMotion Track = iota
	TrackSpeed
	TrackPosition
	TrackEnergy
	TrackBody
	trackCount
)

// TrackCount is the number of tracks.
const TrackCount = int(trackCount)

// String is the track's name in receipts.
func (t Track) String() string {
	return [...]string{"motion", "speed", "position", "energy", "body"}[t]
}

// Offsets gives the sample times of track t, µs after f.Start.
func (f *Frame) Offsets(t Track) *[]int32 {
	switch t {
	case TrackMotion:
		return &f.Motion.At
	case TrackSpeed:
		return &f.Speed.At
	case TrackPosition:
		return &f.Position.At
	case TrackEnergy:
		return &f.Energy.At
	default:
		return &f.Body.At
	}
}

// Floats gives the float32 columns of track t in the order of the signal table's
// Index; the float64 ones (latitude, longitude, odometer, charged energy) and Body's stand apart.
func (f *Frame) Floats(t Track) []*[]float32 {
	switch t {
	case TrackMotion:
		return f.Motion.floats()
	case TrackSpeed:
		return f.Speed.floats()
	case TrackPosition:
		return f.Position.floats()
	case TrackEnergy:
		return f.Energy.floats()
	default:
		return nil
	}
}

func (m *Motion) floats() []*[]float32 {
	return []*[]float32{&m.Longitudinal, &m.Lateral, &m.Vertical, &m.YawRate, &m.RollRate}
}

func (s *Speed) floats() []*[]float32 {
	return []*[]float32{&s.Speed, &s.Accelerator, &s.Brake}
}

func (p *Position) floats() []*[]float32 {
	return []*[]float32{&p.Altitude, &p.Heading, &p.Accuracy}
}

func (e *Energy) floats() []*[]float32 {
	return []*[]float32{&e.SoC, &e.Voltage, &e.Current, &e.Power, &e.FuelLevel, &e.FuelVolume,
		&e.FuelConsumed, &e.Range, &e.EngineRunning, &e.EngineSpeed, &e.Charging, &e.CablePlugged, &e.Ambient}
}

// Doubles gives the float64 columns of track t in the order of the signal
// table's Index.
func (f *Frame) Doubles(t Track) []*[]float64 {
	switch t {
	case TrackPosition:
		return []*[]float64{&f.Position.Latitude, &f.Position.Longitude}
	case TrackEnergy:
		return []*[]float64{&f.Energy.Odometer, &f.Energy.ChargedEnergy}
	default:
		return nil
	}
}
