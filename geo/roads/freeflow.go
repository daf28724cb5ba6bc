package roads

import (
	"math"

	"milepost/geo/maxspeed"
)

// usual is how fast a class is driven where no limit is known, and the most that it
// is driven at whatever the limit: km/h.
var usual = [classes]struct{ unlimited, most float64 }{
	ClassUnknown: {35, 60}, Motorway: {120, 130}, MotorwayLink: {60, 70}, Trunk: {90, 110}, TrunkLink: {50, 60},
	Primary: {65, 90}, PrimaryLink: {40, 50}, Secondary: {60, 85}, SecondaryLink: {40, 50},
	Tertiary: {50, 75}, TertiaryLink: {35, 45}, Unclassified: {45, 65}, Residential: {30, 40},
	LivingStreet: {10, 15}, Service: {15, 20}, Track: {15, 20}, Ferry: {15, 20},
}

// freeFlow is the speed to expect with no other car about, cm/s: a little under the
// limit, and not more than the class is driven at.
func freeFlow(c Class, l maxspeed.Limits) uint16 {
	const ofLimit, cmsPerKmh = 0.9, 1e5 / 3600
	u := usual[c]
	kmh := u.unlimited
	if l.Base.Known() && !math.IsInf(l.Base.Kmh, 1) {
		kmh = min(l.Base.Kmh*ofLimit, u.most)
	}
	return uint16(max(1, math.Round(kmh*cmsPerKmh)))
}
