package detectors

// BoundaryKind says what happens to a trip at a boundary.
type BoundaryKind uint8

// The boundaries of trips.
const (
	Open   BoundaryKind = iota // a new trip begins
	Pause                      // the ignition went off: over, unless it comes on again soon
	Resume                     // the trip goes on, paused or even closed before
	Close                      // the trip is over
)

// Boundary is a trip's start or end. It holds from At on; what showed it came at
// Seen, which may be later: a trip that ended in silence or standing ended when that
// began. Samples go to the trip by Seen, so that no cut into frames changes them.
type Boundary struct {
	Kind   BoundaryKind
	At     int64   // µs
	Seen   int64   // µs; not before At, except where a clock went back
	Driver int64   // of the trip, 0 where unknown
	Way    float64 // m driven between At and Seen: not yet counted of an Open or Resume, counted of a Close
}

// Rules of trips [defaults of this project; public practice: traccar 300 s,
// DIMO 300 s, Geotab 200 s of standing; TeslaMate 15 min offline].
const (
	grace     = 120 * second // an ignition off shorter than this was a stall
	silence   = 15 * 60 * second
	powered   = 10 * second  // a restart after a pause this long is an ignition cycle, for a device powered by it
	parking   = 300 * second // standing this long ends a trip of a vehicle without ignition state
	creepM    = 50.0         // m: more than this, however slow, is not standing
	walk      = 5 / 3.6      // m/s: faster than this is driving
	strolling = 2.0          // m/s: slower is no driving with the ignition off
	towing    = 10 * second  // driving this long with the ignition off: its on was lost
	openReach = 5 * second   // a trip begins at the standing sample at most this long before movement
	driverM   = 50.0         // m: an identification later than this is another driver
	lostOff   = 5 * second   // an off this long after the last sample was meant for then
)

type phase uint8

const (
	parked phase = iota
	driving
	paused
)

// ignition is what is known of LowVoltageSystemState.
type ignition uint8

const (
	never   ignition = iota // not reported by this vehicle
	unknown                 // reported before, not since the last silence
	off
	on
)
