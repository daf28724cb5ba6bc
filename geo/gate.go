package geo

import (
	"slices"

	"milepost/telemetry"
)

// Gate takes positions out of a vehicle's frames while its location is not shared,
// before anything else sees them. Only the vehicle's signal means unshared: a
// missing or bad position never does. Where the signal is in doubt the gate is
// closed. The zero value is a vehicle that shares.
type Gate struct {
	hidden bool
	spoken bool  // the vehicle has reported the signal
	newest int64 // time of the newest switch applied, Unix µs
}

// Hidden reports whether positions are taken out from now on.
func (g *Gate) Hidden() bool { return g.hidden }

// Apply removes the position samples of the stretches in which
// Vehicle.Privacy.IsLocationShared is not true, from the very sample at which it
// changed, and gives their number. It comes before Frame.Clean, which may drop a
// switch: a value that is not a plain 1 hides, and a frame whose times or columns
// are out of order while it switches loses all its positions.
func (g *Gate) Apply(f *telemetry.Frame) (removed int) {
	if !slices.Contains(f.Body.Signal, telemetry.LocationShared) {
		if !g.hidden {
			return 0
		}
		return f.Filter(telemetry.TrackPosition, func(int32) bool { return false })
	}
	g.spoken = true
	if !orderly(f) {
		g.hidden = true
		return f.Filter(telemetry.TrackPosition, func(int32) bool { return false })
	}
	next := 0
	removed = f.Filter(telemetry.TrackPosition, func(at int32) bool {
		next = g.turn(f, next, at)
		return !g.hidden
	})
	g.turn(f, next, telemetry.MaxSpan)
	return removed
}

// turn applies the switches from index i on up to an offset, and gives the index reached.
func (g *Gate) turn(f *telemetry.Frame, i int, upTo int32) int {
	b := &f.Body
	for ; i < len(b.At) && b.At[i] <= upTo; i++ {
		if b.Signal[i] == telemetry.LocationShared {
			g.set(f.Start+int64(b.At[i]), b.Value[i])
		}
	}
	return i
}

// set applies one switch. One that is older than what was applied may only hide.
func (g *Gate) set(at, value int64) {
	switch {
	case value != 1:
		g.hidden = true
	case at >= g.newest:
		g.hidden = false
	}
	g.newest = max(g.newest, at)
}

// Late takes the switches of a frame that came too late to be used: they may only
// hide, and only if nothing newer was heard.
func (g *Gate) Late(f *telemetry.Frame) {
	b := &f.Body
	for i, s := range b.Signal {
		if s != telemetry.LocationShared {
			continue
		}
		g.spoken = true
		if i >= len(b.Value) || i >= len(b.At) || b.Value[i] != 1 && f.Start+int64(b.At[i]) >= g.newest {
			g.hidden = true
		}
	}
}

// Missed tells that frames were given up: a switch may have been among them. A
// vehicle that uses the signal is hidden until it is heard again.
func (g *Gate) Missed() { g.hidden = g.hidden || g.spoken }

// orderly reports whether the body's columns fit together and its times, and those
// of the positions, do not go back.
func orderly(f *telemetry.Frame) bool {
	b := &f.Body
	return len(b.Signal) == len(b.At) && len(b.Value) == len(b.At) &&
		slices.IsSorted(b.At) && slices.IsSorted(f.Position.At) &&
		(len(b.At) == 0 || b.At[0] >= 0 && b.At[len(b.At)-1] <= telemetry.MaxSpan)
}
