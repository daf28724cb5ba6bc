package outcome

// Coaching is what a trip tells its driver about energy: hybrid coaching for full and
// plug-in hybrids, EV coaching for electric cars, driving analytics for the others.
// Docs/method/coaching.md has its formulas.
type Coaching struct {
	Kind   CoachingKind `json:"kind"`
	Method string       `json:"method"` // name/version

	Modes          *Modes   `json:"modes,omitempty"`           // hybrids alone
	LPer100Km      *float64 `json:"l_per_100km,omitempty"`     // absent under 1 km
	KwhPer100Km    *float64 `json:"kwh_per_100km,omitempty"`   // net, from the traction battery; absent under 1 km
	BrakingKwh     *float64 `json:"braking_kwh,omitempty"`     // that braking had to take out of the car's motion
	RecoveredShare *float64 `json:"recovered_share,omitempty"` // of BrakingKwh that went back into the battery, 0 to 1
	Usual          *Usual   `json:"usual,omitempty"`           // absent before five earlier trips of the kind

	Observations []Observation `json:"observations,omitempty"` // at most five, by time
	Advice       *Advice       `json:"advice,omitempty"`       // absent where there is nothing to say

	Inputs     map[string]float64 `json:"inputs"` // exact; the result is recomputed from them
	Thresholds map[string]float64 `json:"thresholds"`
}

// CoachingKind says which coaching a powertrain gets.
type CoachingKind string

// The kinds of coaching.
const (
	CoachingHybrid     CoachingKind = "hybrid"
	CoachingElectric   CoachingKind = "electric"
	CoachingCombustion CoachingKind = "combustion" // also where the powertrain is not known
)

// Modes is how far and how long a hybrid drove in each range of its indicator. The three
// distances are the disclosed distance of the trip, whatever engine or motor drove it.
type Modes struct {
	Source  ModeSource `json:"source"`
	ChargeM float64    `json:"charge_m"`
	ChargeS float64    `json:"charge_s"`
	EcoM    float64    `json:"eco_m"`
	EcoS    float64    `json:"eco_s"`
	PowerM  float64    `json:"power_m"`
	PowerS  float64    `json:"power_s"`
}

// ModeSource says what told the modes.
type ModeSource string

// The sources of modes.
const (
	ModesByIndicator ModeSource = "indicator" // the vehicle's own
	ModesByDemand    ModeSource = "demand"    // traction power per mass, from speed, acceleration and grade
)

// Mode is a range of a hybrid's indicator.
type Mode string

// The modes.
const (
	ModeCharge Mode = "charge"
	ModeEco    Mode = "eco"
	ModePower  Mode = "power"
)

// Usual is the median of this driver's own earlier trips of the same kind: the same
// origin and destination where there are enough, else the same distance, in both cases
// at about the same temperature.
type Usual struct {
	Trips          int      `json:"trips"`
	SameWay        bool     `json:"same_way"` // by origin and destination
	LPer100Km      *float64 `json:"l_per_100km,omitempty"`
	KwhPer100Km    *float64 `json:"kwh_per_100km,omitempty"`
	RecoveredShare *float64 `json:"recovered_share,omitempty"`
	EVShare        *float64 `json:"ev_share,omitempty"`
}

// Observation is one good or bad moment of a trip.
type Observation struct {
	At        Time               `json:"at"`
	About     Cause              `json:"about"`
	Message   string             `json:"message"` // id in the catalogue
	Params    map[string]float64 `json:"params,omitempty"`
	Good      bool               `json:"good"`
	Severity  float64            `json:"severity"` // 0 to 1: how far from an ordinary moment
	DurationS float64            `json:"duration_s"`
	DistanceM float64            `json:"distance_m"`
	Slope     *float64           `json:"slope,omitempty"` // m/m, uphill positive; absent where altitudes do not tell
	Lat       *float64           `json:"lat,omitempty"`
	Lon       *float64           `json:"lon,omitempty"`
}

// Advice is the one tip of a trip: what cost most, by how much, and where.
type Advice struct {
	Cause    Cause              `json:"cause"`
	Message  string             `json:"message"` // id in the catalogue
	Params   map[string]float64 `json:"params,omitempty"`
	SavesL   *float64           `json:"saves_l,omitempty"`   // fuel that the driver's own median would have saved on this trip
	SavesKwh *float64           `json:"saves_kwh,omitempty"` // likewise, from the battery
	From     Time               `json:"from"`                // the stretch it is about
	To       Time               `json:"to"`
}

// Cause is what an observation or a tip is about.
type Cause string

// The causes.
const (
	CauseAcceleration  Cause = "acceleration"
	CauseBraking       Cause = "braking"
	CauseConstantSpeed Cause = "constant_speed"
	CauseSpeed         Cause = "speed"
	CauseEV            Cause = "ev"
	CauseCornering     Cause = "cornering"
)
