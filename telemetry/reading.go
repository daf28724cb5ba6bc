package telemetry

import "cmp"

// Reading is one value of one signal at one time: what formats hold that report
// signal by signal. Readings become a frame by Fill.
type Reading struct {
	At     int64   // Unix µs
	Signal int     // row of Signals
	Value  float64 // in a Frame's units (Signal.Inside)
}

// Compare puts readings in the order of time, then of the table.
func (r Reading) Compare(s Reading) int {
	return cmp.Or(cmp.Compare(r.At, s.At), cmp.Compare(r.Signal, s.Signal))
}

// Row gives the number of a signal in Signals by its VSS path, -1 for none.
func Row(path string) int {
	if i, ok := signalIndex[path]; ok {
		return i
	}
	return -1
}

// Fill puts readings, sorted by Compare and each signal once at a time, on an empty
// frame that starts at the first of them. It takes those within MaxSpan of it and
// gives their number.
func (f *Frame) Fill(readings []Reading) int {
	if len(readings) == 0 {
		return 0
	}
	f.Start = readings[0].At
	for i, r := range readings {
		if r.At-f.Start > MaxSpan {
			f.Pad()
			return i
		}
		f.put(r)
	}
	f.Pad()
	return len(readings)
}

// put adds a reading to the newest sample of its track, or a new one.
func (f *Frame) put(r Reading) {
	s, off := &signals[r.Signal], int32(r.At-f.Start)
	at := f.Offsets(s.Track)
	if s.Track == TrackBody {
		*at = append(*at, off)
		f.Body.Signal = append(f.Body.Signal, BodySignal(s.Index))
		f.Body.Value = append(f.Body.Value, int64(r.Value))
		return
	}
	if n := len(*at); n == 0 || (*at)[n-1] != off {
		*at = append(*at, off)
	}
	before := len(*at) - 1
	if s.Double {
		c := f.double(s.Track, s.Index)
		*c = append(PadTo(*c, before), r.Value)
		return
	}
	c := f.float(s.Track, s.Index)
	*c = append(PadTo(*c, before), float32(r.Value))
}

// Readings appends all values of a frame whose columns are as a Frame's must be, in
// the order of Compare where its times are.
func (f *Frame) Readings(out []Reading) []Reading {
	for row := range signals {
		s := &signals[row]
		if s.Track == TrackBody {
			break // the body's rows come last
		}
		for i, off := range *f.Offsets(s.Track) {
			v := f.value(s, i)
			if Known(v) {
				out = append(out, Reading{f.Start + int64(off), row, v})
			}
		}
	}
	for i, s := range f.Body.Signal {
		if s < bodySignalEnd && bodyRow[s] >= 0 {
			out = append(out, Reading{f.Start + int64(f.Body.At[i]), bodyRow[s], float64(f.Body.Value[i])})
		}
	}
	return out
}

// value is sample i of a signal's column, NaN where there is none.
func (f *Frame) value(s *Signal, i int) float64 {
	if s.Double {
		return At(*f.double(s.Track, s.Index), i)
	}
	return float64(At(*f.float(s.Track, s.Index), i))
}

// float and double are one of Floats and Doubles, without allocating the others.
func (f *Frame) float(t Track, i int) *[]float32 {
	switch t {
	case TrackMotion:
		return f.Motion.floats()[i]
	case TrackSpeed:
		return f.Speed.floats()[i]
	case TrackPosition:
		return f.Position.floats()[i]
	default:
		return f.Energy.floats()[i]
	}
}

func (f *Frame) double(t Track, i int) *[]float64 {
	switch {
	case t == TrackEnergy && i == 0:
		return &f.Energy.Odometer
	case t == TrackEnergy:
		return &f.Energy.ChargedEnergy
	case i == 0:
		return &f.Position.Latitude
	default:
		return &f.Position.Longitude
	}
}

// RowAt gives the row of a signal by its place in a frame, which does not change as
// the table grows; -1 for none.
func RowAt(t Track, double bool, index int) int {
	switch {
	case t >= trackCount || index < 0:
		return -1
	case t == TrackBody && index < len(bodyRow):
		return bodyRow[index]
	case t == TrackBody:
		return -1
	case double && index < len(doubleLimits[t]):
		return doubleLimits[t][index].row
	case !double && index < len(floatLimits[t]):
		return floatLimits[t][index].row
	}
	return -1
}
