package pipeline

import "milepost/telemetry"

// summary is one second of a trip as far as it is needed to compute the trip again
// beside seconds that came late. It says nothing of its neighbours: the way between
// two seconds is that between the last speed of one and the first of the next,
// whichever they turn out to be.
type summary struct {
	second                            int64                       // Unix time, s
	counts                            [telemetry.TrackBody]uint16 // samples by track
	speeds, broken, fix, power, known bool                        // known: an energy sample is there

	first, last int32 // ms into the second, of its first and last speed
	v, w        int32 // cm/s, of those
	metres      int32 // cm driven between them beyond the straight line
	driving     int32 // ms driven between them beyond what that line tells
	high        int32 // cm/s by which the highest speed was above both

	fixAt    int32  // ms into the second, of the last believed and shared fix
	lat, lon int32  // 1e-6 deg
	heading  uint16 // deg clockwise of north, 1 to 360; 0 unknown
	accuracy uint8  // half metres, cut off at the most; 0 unknown
	altitude uint16 // m above -1000; 0 unknown

	energyAt     int32  // ms into the second
	odometer     int64  // dm, absent where negative
	fuel         int64  // 0.1 ml since the powertrain's start, absent where negative
	engine       uint8  // unknownEngine, engineOff, engineOn
	drawn, regen uint32 // 10 J per second since the energy sample before

	late bool // not stored: it came late
}

const (
	unknownEngine = iota
	engineOff
	engineOn
)

// markedSignals are how many signals are kept as marks.
const markedSignals = 7

// mark is a change that decides about trips, places, limits or coaching: a body signal that
// became a value, or with signal 0 the uplink's boot.
type mark struct {
	at     int64 // µs
	signal telemetry.BodySignal
	value  int64
}

const (
	bootMark telemetry.BodySignal = 0
	// beatMark is a sign of driving while the location is not shared: 1 moving, 0 standing.
	beatMark telemetry.BodySignal = 1000
	// ambientMark is the air's temperature, °C.
	ambientMark telemetry.BodySignal = 1001
)

// The values of a LocationShared mark.
const (
	markUnshared = iota // the signal or the setting said so
	markShared
	markDoubt // positions are hidden for a doubt alone
)

// marked are the signals of which changes are kept.
func marked(s telemetry.BodySignal) (index int, ok bool) {
	switch s {
	case bootMark:
		return 0, true
	case telemetry.SystemState:
		return 1, true
	case telemetry.DriverID:
		return 2, true
	case telemetry.LocationShared:
		return 3, true
	case telemetry.SpeedLimitSign:
		return 4, true
	case telemetry.HybridIndicator:
		return 5, true
	case ambientMark:
		return 6, true
	case beatMark: // each is kept
		return 0, true
	}
	return 0, false
}

// The seconds of clean frames, Unix time: 2000 to 2100 and a frame's span.
const (
	earliest = 946_684_800
	latest   = 4_102_448_400
)

// The altitudes of clean frames, m.
const (
	altitudeZero = 1000 // what is added
	highest      = 9000
)

// plausible reports whether a summary can have been made of clean frames.
func (s *summary) plausible() bool {
	within := func(x, least, most int32) bool { return least <= x && x <= most }
	const fastest, farthest = 100_000, 100_000_000 // cm/s, cm
	return s.second >= earliest && s.second <= latest && s.engine <= engineOn &&
		within(s.first, 0, s.last) && within(s.last, 0, 999) && within(s.fixAt, 0, 999) && within(s.energyAt, 0, 999) &&
		within(s.v, -fastest, fastest) && within(s.w, -fastest, fastest) && within(s.high, 0, fastest) &&
		within(s.metres, -farthest, farthest) && within(s.driving, -farthest, farthest) &&
		within(int32(s.heading), 0, 360) && within(int32(s.altitude), 0, highest+altitudeZero) && within(s.lat, -90_000_000, 90_000_000) && within(s.lon, -180_000_000, 180_000_000)
}
