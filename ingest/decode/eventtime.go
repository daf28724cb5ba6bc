package decode

// What a vehicle's clock may say, Unix µs.
const (
	clockAhead    = 5 * 60 * 1_000_000  // beyond the arrival; vehicles have been seen as far ahead
	clockEarliest = 946_684_800_000_000 // 2000: what is earlier comes from a clock that was never set
	noArrival     = int64(0)            // the arrival time is not known
)

// clockState says what a vehicle's time is good for.
type clockState uint8

const (
	clockGood clockState = iota
	clockUnset
	clockWild // too far ahead
)

// eventTime takes a vehicle's time for when it happened. One that is ahead of the
// arrival by as much as clocks are wrong becomes the arrival: nothing arrives before
// it happens.
func eventTime(at, arrived int64) (int64, clockState) {
	switch {
	case at < clockEarliest:
		return 0, clockUnset
	case arrived == noArrival || at <= arrived:
		return at, clockGood
	case at-arrived > clockAhead:
		return 0, clockWild
	}
	return arrived, clockGood
}
