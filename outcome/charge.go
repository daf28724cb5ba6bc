package outcome

// Charge is one session of charging the traction battery from outside. It carries no
// place. Its At is its start.
type Charge struct {
	Header
	State     State  `json:"state"`
	StartedAt Time   `json:"started_at"`
	EndedAt   Time   `json:"ended_at"`
	Zone      string `json:"zone"`       // IANA zone of the vehicle
	LocalDate string `json:"local_date"` // of the start, YYYY-MM-DD

	DurationS    float64      `json:"duration_s"`           // end less start
	ChargingS    float64      `json:"charging_s"`           // less the pauses within
	EnergyKwh    *float64     `json:"energy_kwh,omitempty"` // into the battery; absent where nothing tells it
	EnergySource EnergySource `json:"energy_source,omitempty"`
	SoCFromPct   *float64     `json:"soc_from_pct,omitempty"`
	SoCToPct     *float64     `json:"soc_to_pct,omitempty"`
	PeakKw       *float64     `json:"peak_kw,omitempty"`
	Partial      bool         `json:"partial"` // part of it was not observed or not shared
	AccountID    string       `json:"account_id,omitempty"`

	Method     string             `json:"method"` // name/version
	Inputs     map[string]float64 `json:"inputs"`
	Thresholds map[string]float64 `json:"thresholds"`
}

// EnergySource says what a session's energy was taken from, the strongest first.
type EnergySource string

// The sources of energy.
const (
	EnergyByCounter        EnergySource = "counter"         // the vehicle's own count of charged energy
	EnergyByPower          EnergySource = "power"           // integral of the battery's power
	EnergyByCurrentVoltage EnergySource = "current_voltage" // integral of current times voltage
)
