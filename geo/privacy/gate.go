package privacy

import (
	"slices"

	"milepost/fleet"
	"milepost/telemetry"
)

// Gate takes positions out of a vehicle's frames while its location is not shared,
// before anything else sees them: while its signal says so, or its owner's setting. A
// missing or bad position never means unshared. Where the signal is in doubt the gate is
// closed too, though nobody has said that the location is not shared. The zero value is a
// vehicle that shares.
type Gate struct {
	off     bool  // the signal said last that it is not shared
	doubt   bool  // what it says now may have been missed
	setting bool  // hidden by the setting in force
	told    told  // what the last Turn said
	spoken  bool  // the vehicle has reported the signal
	newest  int64 // time of the newest switch believed, Unix µs
	opened  int64 // time of the last turn that opened: what is older was hidden
	silent  int64 // once spoken: what is older was let through for the vehicle had said nothing, Unix µs
}

// told is what turns tell of a moment.
type told struct{ hidden, unshared bool }

// Shut gives the gate of a vehicle that uses the signal, of which nothing is known: it is
// closed until the next switch.
func Shut() Gate { return Gate{doubt: true, spoken: true} }

// Turn is a change of what the gate lets through: from At (Unix µs, event time) on
// positions are hidden, or are not. Unshared says that they are because the signal or the
// setting says so, and not for a doubt alone. Two turns in a row differ, and they stand in
// the order in which they were decided, which is that of time as far as the vehicle's
// clock goes forward.
type Turn struct {
	At       int64
	Hidden   bool
	Unshared bool
}

// Hidden reports whether positions are taken out from now on.
func (g *Gate) Hidden() bool { return g.off || g.doubt || g.setting }

// Unshared reports whether the signal or the setting says that the location is not shared.
func (g *Gate) Unshared() bool { return g.off || g.setting }

// Spoken reports whether the vehicle has ever reported the signal.
func (g *Gate) Spoken() bool { return g.spoken }

// Apply removes the position samples of the stretches in which the location is not
// shared: from the very sample at which Vehicle.Privacy.IsLocationShared became other
// than true, or at which settings say off. It gives their number, and the turns of the
// gate appended to a buffer. since is the time of the newest sample before the frame: a
// doubt that arose behind it, or settings made known since, hold from there. settings
// is nil where none ever says off.
//
// It comes before Frame.Clean, which may drop a switch: a value that is not a plain 1
// hides, at the time since where its own time cannot be believed, and a frame whose times
// or columns are out of order while it switches loses all its positions.
func (g *Gate) Apply(f *telemetry.Frame, since int64, settings *fleet.History, turns []Turn) (removed int, _ []Turn) {
	switches := slices.Contains(f.Body.Signal, telemetry.LocationShared)
	g.setting = settings.Unshared(since)
	if !switches && settings == nil && !g.Hidden() && !g.told.hidden && f.Start >= g.opened {
		return 0, turns
	}
	w := walk{gate: g, frame: f, settings: settings, since: since, turns: turns, first: len(turns), before: g.told, setting: since}
	if switches && !g.spoken {
		g.spoken, g.silent = true, max(since, f.End())
	}
	if switches && !orderly(f) {
		g.off = g.off || hides(f)
		g.doubt = true
		w.tell(since)
		return f.Filter(telemetry.TrackPosition, func(int32) bool { return false }), w.turns
	}
	w.tell(since)
	removed = f.Filter(telemetry.TrackPosition, func(off int32) bool {
		at := f.Start + int64(off)
		w.upTo(at)
		return !g.Hidden() && at >= g.opened
	})
	w.upTo(f.End())
	return removed, w.turns
}

// set applies one switch. One that is older than what was applied, or whose time cannot
// be believed, may only hide; an older one tells nothing of now, and leaves a doubt.
func (g *Gate) set(at, value int64, timely bool) {
	current := !timely || at >= g.newest
	switch {
	case value != 1 && current:
		g.off = true
	case value != 1:
		g.doubt = true
	case timely && current:
		g.off, g.doubt = false, false
	}
	if timely {
		g.newest = max(g.newest, at)
	}
}

// hides reports whether a frame says at any time that the location is not shared.
func hides(f *telemetry.Frame) bool {
	for i, s := range f.Body.Signal {
		if s == telemetry.LocationShared && (i >= len(f.Body.Value) || f.Body.Value[i] != 1) {
			return true
		}
	}
	return false
}

// Late takes the switches of a frame that came too late to be used: they may only
// hide, and only if nothing newer was heard; of a vehicle that had never said anything, the
// newest is not known then, and positions are hidden until it is heard again. Where positions of a hidden stretch have
// been let through already, for the vehicle had said nothing up to then, it gives that
// stretch (Unix µs); leaked is false where there are none. seen is the time of the newest
// sample that can have been let through.
func (g *Gate) Late(f *telemetry.Frame, seen int64) (from, to int64, leaked bool) {
	b := &f.Body
	if to = g.silent; !g.spoken {
		to = seen
	}
	from = to + 1
	for i, s := range b.Signal {
		if s != telemetry.LocationShared {
			continue
		}
		at, hides, timely := int64(0), true, false
		if i < len(b.Value) && i < len(b.At) {
			at, hides = f.Start+int64(b.At[i]), b.Value[i] != 1
			timely = telemetry.Timely(at, f.Arrived)
		}
		// Frames were missed before this one came, and nothing was heard since.
		g.doubt = g.doubt || !g.spoken
		g.spoken = true
		g.off = g.off || hides && (!timely || at >= g.newest)
		if !timely {
			at = 0
		}
		if hides {
			from = min(from, at)
		}
	}
	if g.spoken {
		g.silent = min(from, to)
	}
	return from, to, from <= to
}

// Missed tells that frames were given up: a switch may have been among them. A
// vehicle that uses the signal is hidden until it is heard again.
func (g *Gate) Missed() { g.doubt = g.doubt || g.spoken }

// orderly reports whether the body's columns fit together and its times, and those
// of the positions, do not go back.
func orderly(f *telemetry.Frame) bool {
	b := &f.Body
	return len(b.Signal) == len(b.At) && len(b.Value) == len(b.At) &&
		slices.IsSorted(b.At) && slices.IsSorted(f.Position.At) &&
		(len(b.At) == 0 || b.At[0] >= 0 && b.At[len(b.At)-1] <= telemetry.MaxSpan)
}

// UnsharedAt reports whether the location is unshared at a time, by what held before some
// turns and by those. Of turns at one time the last counts.
func UnsharedAt(before bool, turns []Turn, at int64) bool {
	for i := range turns {
		if turns[i].At > at {
			break
		}
		before = turns[i].Unshared
	}
	return before
}
