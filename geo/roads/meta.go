package roads

// meta is what the file says of itself.
type meta struct {
	Countries []string `json:"countries"`
	Counts    Counts   `json:"counts"`
}
