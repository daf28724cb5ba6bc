package route

import (
	"errors"

	"github.com/paulmach/orb"

	"milepost/geo/roads"
)

// End is a place that a way begins or ends at. What a map's service is asked is At and
// Heading alone.
type End struct {
	At      orb.Point
	Heading float64 // in which the vehicle drives there, deg clockwise from north; NaN unknown
	// Matched says that the place on the map is known: Along m on Edge, in Edge's
	// direction. Then At is not looked up.
	Matched bool
	Edge    roads.Edge
	Along   float64
}

// Stretch is a way without what was driven on it.
type Stretch struct {
	LengthM   float64
	FreeFlowS float64     // driving as fast as the roads' limits and kinds let expect
	Shape     []orb.Point // from the place on the road at the one end to that at the other
}

// Why there is no way. Neither says where.
var (
	ErrNoRoute = errors.New("no way between the places")
	ErrTooFar  = errors.New("the way is longer than was asked for")
)
