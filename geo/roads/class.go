package roads

// Class is the importance of a road, as OpenStreetMap's highway key has it.
type Class uint8

// The classes. A link is a ramp or slip road of its class.
const (
	ClassUnknown Class = iota // drivable, of no known class
	Motorway
	MotorwayLink
	Trunk
	TrunkLink
	Primary
	PrimaryLink
	Secondary
	SecondaryLink
	Tertiary
	TertiaryLink
	Unclassified
	Residential
	LivingStreet
	Service
	Track
	Ferry
	classes
)

var classNames = [classes]string{
	"unknown", "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
	"secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
	"living_street", "service", "track", "ferry",
}

// String names the class as OpenStreetMap does.
func (c Class) String() string {
	if c < classes {
		return classNames[c]
	}
	return classNames[ClassUnknown]
}

// Motorway reports whether the class is a motorway or its link.
func (c Class) Motorway() bool { return c == Motorway || c == MotorwayLink }

// Link reports whether the class is a ramp or slip road.
func (c Class) Link() bool {
	switch c {
	case MotorwayLink, TrunkLink, PrimaryLink, SecondaryLink, TertiaryLink:
		return true
	}
	return false
}

// classOf is the class of a value of highway; ok is false where cars have no business.
func classOf(highway string) (c Class, ok bool) {
	if highway == "road" {
		return ClassUnknown, true
	}
	for c := Motorway; c < Ferry; c++ {
		if classNames[c] == highway {
			return c, true
		}
	}
	return ClassUnknown, false
}
