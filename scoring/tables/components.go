package tables

// The names of components.
const (
	Speeding     = "speeding"
	Braking      = "braking"
	Cornering    = "cornering"
	Acceleration = "acceleration"
	Night        = "night"
	RoadType     = "road_type"
)

// units says what each component's rate is counted in.
var units = map[string]string{
	Speeding:     "band-weighted % of distance with a known limit",
	Braking:      "level-weighted events per 100 km",
	Cornering:    "level-weighted events per 100 km",
	Acceleration: "level-weighted events per 100 km",
	Night:        "% of driving time between 23:00 and 04:00",
	RoadType:     "% of distance off motorways",
}

// Unit is what the component's rates are counted in.
func (c *Component) Unit() string { return units[c.Name] }
