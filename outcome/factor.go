package outcome

// ConsentInsurance is the consent without which no trip counts for a factor.
const ConsentInsurance = "insurance"

// Factor is what an insurance product makes of a period of a policy: aggregates alone, no
// place, no time of day, no trip. It comes again with every trip until the period closes;
// once issued it never changes, and later data becomes an adjustment of the next. Its At
// is the local start of the period taken as UTC.
type Factor struct {
	Header
	State    State       `json:"state"`
	Stage    FactorStage `json:"stage"`
	Product  Product     `json:"product"`
	PolicyID string      `json:"policy_id"`
	From     string      `json:"from"` // local date, YYYY-MM-DD
	To       string      `json:"to"`   // likewise, the first day that does not belong to the period
	EndedBy  EndedBy     `json:"ended_by,omitempty"`
	Table    string      `json:"table"`  // name/version
	Method   string      `json:"method"` // name/version

	Enough      bool        `json:"enough"` // false: not enough data, and the factor is absent
	Exposure    Exposure    `json:"exposure"`
	Components  []Component `json:"components"` // those that the table weighs, in its order
	Electric    *Electric   `json:"electric,omitempty"`
	Score       *float64    `json:"score,omitempty"`       // 0 to 100, of the components by their weights
	Credibility *float64    `json:"credibility,omitempty"` // 0 to 1, the least of the components that count
	Factor      *float64    `json:"factor,omitempty"`      // of the driving-dependent premium; 1 is none, less is a discount
	Adjustment  *float64    `json:"adjustment,omitempty"`  // what later data changed of earlier periods, added to the factor
	Applied     *float64    `json:"applied,omitempty"`     // factor and adjustment, within the table's bounds
	ReasonCodes []string    `json:"reason_codes"`          // what moved the factor, the strongest first

	LeftOut []LeftOut     `json:"left_out,omitempty"` // by reason
	Receipt FactorReceipt `json:"receipt"`
}

// FactorStage is where a factor stands.
type FactorStage string

// The stages.
const (
	FactorOpen   FactorStage = "open"   // a preview; it will change
	FactorIssued FactorStage = "issued" // frozen
)

// Product is a kind of insurance product.
type Product string

// The products.
const (
	ProductUBI Product = "ubi" // by use
	ProductFHI Product = "fhi" // full hybrids
	ProductPHI Product = "phi" // plug-in hybrids
)

// EndedBy says what ended a period; empty for its calendar.
type EndedBy string

// What ends a period early.
const (
	EndedByConsent EndedBy = "consent_withdrawn"
	EndedByPolicy  EndedBy = "policy_ended"
)

// Exposure is what a factor rests on, or what was left out.
type Exposure struct {
	Trips     int     `json:"trips"`
	Days      int     `json:"days,omitempty"` // with a trip
	DistanceM float64 `json:"distance_m"`
	DrivingS  float64 `json:"driving_s"`
}

// Component is one part of a factor's score.
type Component struct {
	Name         string   `json:"name"`                    // speeding, braking, cornering, acceleration, night, road_type
	Unit         string   `json:"unit"`                    // of the rates
	ExposureM    float64  `json:"exposure_m"`              // that the rate is over
	Rate         *float64 `json:"rate,omitempty"`          // observed; absent without exposure
	CredibleRate *float64 `json:"credible_rate,omitempty"` // shrunk toward the table's prior
	Credibility  *float64 `json:"credibility,omitempty"`   // 0 to 1: the weight of the observed rate
	Score        *float64 `json:"score,omitempty"`
	Weight       float64  `json:"weight"` // 0 where the component could not be told
}

// Electric is the electric use of a hybrid's period.
type Electric struct {
	EVDistanceM     float64  `json:"ev_distance_m"`
	KnownDistanceM  float64  `json:"known_distance_m"` // of trips that tell which engine drove
	EVShare         *float64 `json:"ev_share,omitempty"`
	DrivingDays     int      `json:"driving_days,omitempty"` // plug-ins
	ChargingDays    int      `json:"charging_days,omitempty"`
	ExpectedEVShare *float64 `json:"expected_ev_share,omitempty"` // the utility factor of the vehicle's electric range
	SafetyPart      *float64 `json:"safety_part,omitempty"`       // 0 to 1
	ElectricPart    *float64 `json:"electric_part,omitempty"`     // 0 to 1
}

// LeftOut is driving that does not count for a factor, and why.
type LeftOut struct {
	Reason string `json:"reason"` // no_consent, other_driver, withheld, wrong_powertrain, ...
	Exposure
}

// FactorReceipt holds all that a factor is computed from: the sums of its period and the
// table that was applied, whole.
type FactorReceipt struct {
	Inputs      map[string]float64 `json:"inputs"`
	Terms       map[string]any     `json:"terms"`                 // the table, as it was read
	Adjustments []Adjustment       `json:"adjustments,omitempty"` // by period
}

// Adjustment is what later data changed of an issued factor.
type Adjustment struct {
	From       string  `json:"from"`
	To         string  `json:"to"`
	Issued     float64 `json:"issued"`
	Recomputed float64 `json:"recomputed"`
}
