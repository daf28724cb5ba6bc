package clickhouse

import "milepost/outcome"

// mapping says how facts of one type become rows of a table.
type mapping[O any] struct {
	table   string
	kind    outcome.Type
	head    func(*O) *outcome.Header
	state   func(*O) outcome.State
	states  []outcome.State // that it may have; nil for those of nearly all
	method  func(*O) string
	columns func(Dialect) []column[O] // beside those that all tables have
	// blank gives what is left of a withdrawn fact: header, state and method.
	blank func(*O) *O
	// chunk is how many rows are filled at a time, where each of them is large; 0 for
	// chunkRows.
	chunk int
	// block is how many rows are sent at once: some hundred kilobytes, which stay in the
	// processor's cache while they are encoded and sent. The server joins the blocks.
	block int
}

var states = []outcome.State{outcome.Final, outcome.Amended, outcome.Withdrawn}

// all gives the columns of the table.
func (m *mapping[O]) all(d Dialect) []column[O] {
	known := m.states
	if known == nil {
		known = states
	}
	return append([]column[O]{
		identity("id", func(o *O) string { return m.head(o).ID }),
		text("vehicle_id", func(o *O) string { return m.head(o).VehicleID }),
		instant("at", d, func(o *O) outcome.Time { return m.head(o).At }),
		methodVersion(m.method),
		revision(m.head),
		enum("state", 1, known, m.state),
	}, m.columns(d)...)
}

func revision[O any](head func(*O) *outcome.Header) column[O] {
	return column[O]{"revision", func(s *scratch, rows []*O) (any, error) {
		s.uint32s = s.uint32s[:0]
		for _, o := range rows {
			s.uint32s = append(s.uint32s, head(o).Revision)
		}
		return s.uint32s, nil
	}}
}
