// Package state writes what the program must remember to bytes and reads it back,
// bit for bit. A struct tells its fields once, in one method that serves both
// directions, so that what is written and what is read can't come apart:
//
//	func (t *T) State(c *state.Codec) {
//		c.Time(&t.at)
//		c.Float64(&t.sum)
//		state.Slice(c, &t.found, (*state.Codec).Int64)
//	}
//
// It owns the encoding and the errors of damaged and of newer bytes. It never
// knows what the bytes mean, does no I/O, and adds no checksum: whoever stores the
// bytes does.
package state
