package telemetry

import "milepost/state"

// State writes or reads a frame as it came, clean or not. Reading, it reuses the
// frame's buffers. Charged says whether the state has the column of charged energy, which
// older ones do not.
func (f *Frame) State(c *state.Codec, charged bool) {
	c.String(&f.VehicleID)
	c.Uint32(&f.Boot)
	c.Uint64(&f.Sequence)
	c.String(&f.RecordID)
	c.Time(&f.Arrived)
	c.Time(&f.Start)
	for t := range trackCount {
		offsetsState(c, f.Offsets(t))
		for _, column := range f.Floats(t) {
			state.Slice(c, column, (*state.Codec).Float32)
		}
		for _, column := range f.Doubles(t) {
			if column == &f.Energy.ChargedEnergy && !charged {
				*column = (*column)[:0]
				continue
			}
			state.Slice(c, column, (*state.Codec).Float64)
		}
	}
	state.Slice(c, &f.Body.Signal, func(c *state.Codec, s *BodySignal) { c.Uint16((*uint16)(s)) })
	state.Slice(c, &f.Body.Value, (*state.Codec).Int64)
}

// offsetsState visits offsets by their steps, which wrap around as int32 does.
func offsetsState(c *state.Codec, offsets *[]int32) {
	last := int32(0)
	state.Slice(c, offsets, func(c *state.Codec, at *int32) {
		step := *at - last
		c.Int32(&step)
		*at = last + step
		last = *at
	})
}
