package roads

// Fastest is the highest FreeFlow of all edges, m/s; 0 where there are none. It is what
// a search may reckon with at best.
func (m *Map) Fastest() float64 {
	const cm = 100 // in a metre
	fastest := uint16(0)
	for i := range m.attrs {
		fastest = max(fastest, m.attrs[i].free, m.attrs[i].freeBack)
	}
	return float64(fastest) / cm
}
