package roads

// meta is what the file says of itself.
type meta struct {
	Countries []string `json:"countries"`
	Counts    Counts   `json:"counts"`
}

// Counts say what the map was made of.
func (m *Map) Counts() Counts { return m.meta.Counts }
