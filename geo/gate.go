package geo

import "milepost/telemetry"

// Gate takes positions out of a vehicle's frames while its location is not shared,
// before anything else sees them. Only the vehicle's signal means unshared: a
// missing or bad position never does. The zero value is a vehicle that shares.
type Gate struct{ hidden bool }

// Apply removes the position samples of the stretches in which
// Vehicle.Privacy.IsLocationShared is false, from the very sample at which it
// changed, and gives their number. The state lasts until it is changed again. The
// frame's body track must be in the order of time.
func (g *Gate) Apply(f *telemetry.Frame) (removed int) {
	b, next := &f.Body, 0
	turn := func(upTo int32) {
		for ; next < len(b.At) && b.At[next] <= upTo; next++ {
			if b.Signal[next] == telemetry.LocationShared {
				g.hidden = b.Value[next] == 0
			}
		}
	}
	removed = f.Filter(telemetry.TrackPosition, func(at int32) bool {
		turn(at)
		return !g.hidden
	})
	turn(telemetry.MaxSpan)
	return removed
}
