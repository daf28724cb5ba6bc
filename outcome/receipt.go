package outcome

// Receipt explains how a trip and its scores came about; the scores can be
// recomputed from it alone. Numbers in Inputs are exact, not rounded.
type Receipt struct {
	Method     string             `json:"method"` // name/version of the scoring method
	Inputs     map[string]float64 `json:"inputs"`
	Thresholds map[string]float64 `json:"thresholds"`
	Events     string             `json:"events,omitempty"` // name/version of the thresholds that found the harsh events
	Tracks     []TrackSpan        `json:"tracks"`
	Distances  map[string]float64 `json:"distances_m"`   // by source: odometer, speed, gnss, matched, estimated ...
	Map        *MapReceipt        `json:"map,omitempty"` // absent where no map was asked
	Flags      []string           `json:"flags,omitempty"`
}

// MapReceipt names what a trip was put onto roads with. A service's answers are as
// repeatable as that service.
type MapReceipt struct {
	Method  string `json:"method"`  // of matching and limits, name/version
	Service string `json:"service"` // "file", or what the service calls itself
	Version string `json:"version"` // of the map: of a file, from its content
}

// TrackSpan is the span of event time and the number of samples of one track
// that a result rests on.
type TrackSpan struct {
	Track   string  `json:"track"`
	From    Time    `json:"from"`
	To      Time    `json:"to"`
	Samples int     `json:"samples"`
	RateHz  float64 `json:"rate_hz"` // median rate class seen, 0 where there was one sample
	Gaps    int     `json:"gaps"`    // intervals above the gap threshold
	GapS    float64 `json:"gap_s"`   // their total
}
