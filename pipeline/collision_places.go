package pipeline

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/state"
	"milepost/telemetry"
)

// A collision names the last place before it and two before that, markStep apart at
// least: enough to tell the carriageway, on a motorway and in a town.
const (
	nearSpan  = 500_000   // µs for which every place is kept: a collision is found later than it was
	nearStep  = 50_000    // µs between two that are kept
	markStep  = 5_000_000 // µs; the first place in each such step is kept
	markCount = 4
	trustAge  = 5_000_000 // µs up to which a place can be trusted
	trustM    = 150.0     // m of accuracy, likewise
	courseM   = 5.0       // m between two places that tell a direction
)

// fix is a place that a collision may name.
type fix struct {
	at       int64   // µs
	until    int64   // not the place of what happens from then on, µs; 0 where nothing speaks against it
	lat, lon int32   // 1e-7 deg
	accuracy float32 // m, NaN where it was not reported
	heading  float32 // deg clockwise from north, NaN likewise
	veiled   bool    // hidden: it may be kept and told with the consent only
}

// places are the newest ones, as far as a collision may need them. What is kept
// follows from the places alone, not from when they came.
type places struct {
	ended bool  // one of them is no longer the place of what happens
	near  []fix // of the last half second, and the newest one before it
	marks []fix // the first of each step, the newest few
	judge detectors.Fixes
	room  struct { // for both, so that another vehicle's turn finds all in one stretch of memory
		near  [4]fix // as many as 4 Hz need
		marks [markCount + 1]fix
	}
}

// add takes the next place.
func (p *places) add(f fix) {
	if n := len(p.near); n > 0 && f.at < p.near[n-1].at+nearStep {
		return
	}
	if !p.judge.Believe(f.at, f.point(), f.accuracy) {
		return
	}
	if p.near == nil {
		p.near = p.room.near[:0]
	}
	if p.marks == nil {
		p.marks = p.room.marks[:0]
	}
	old := 0
	for old < len(p.near) && p.near[old].at < f.at-nearSpan {
		old++
	}
	p.near = append(slices.Delete(p.near, 0, max(0, old-1)), f)
	if n := len(p.marks); n == 0 || f.at/markStep > p.marks[n-1].at/markStep {
		p.marks = append(slices.Delete(p.marks, 0, max(0, n+1-markCount)), f)
	}
}

// before gives the newest place at or before a time that is the place of what happens
// at another, and up to two earlier ones, the newest first.
func (p *places) before(at, happens int64) (out []fix) {
	take := func(list []fix, upTo int64) bool {
		for _, f := range slices.Backward(list) {
			if f.at <= upTo && (f.until == 0 || happens < f.until) {
				out = append(out, f)
				return true
			}
		}
		return false
	}
	if !take(p.near, at) && !take(p.marks, at) {
		return nil
	}
	for len(out) < 3 && take(p.marks, out[len(out)-1].at-markStep) {
	}
	return out
}

// end marks the places as not those of what happens from a time on, and hides those that
// may be told of it all the same. Where that is not so of the newest, the next one is not
// judged by it.
func (p *places) end(at int64, but func(*fix) bool) {
	if n := len(p.near); n == 0 || !but(&p.near[n-1]) {
		p.judge = detectors.Fixes{}
	}
	p.each(func(f *fix) bool {
		switch {
		case but(f):
			f.veiled = true
		case f.until == 0:
			f.until, p.ended = at, true
		}
		return true
	})
}

// forgetBefore drops the places that ended before a time.
func (p *places) forgetBefore(at int64) {
	p.ended = false
	p.each(func(f *fix) bool {
		p.ended = p.ended || f.until >= at
		return f.until == 0 || f.until >= at
	})
}

// rest drops all but the newest place, and that too where it is hidden.
func (p *places) rest() {
	p.judge = detectors.Fixes{}
	p.marks = slices.Delete(p.marks, 0, len(p.marks))
	if n := len(p.near); n > 1 {
		p.near = slices.Delete(p.near, 0, n-1)
	}
	p.each(func(f *fix) bool { return !f.veiled })
}

// each visits every place, and drops those of which keep is false.
func (p *places) each(keep func(*fix) bool) {
	p.near, p.marks = keepFixes(p.near, keep), keepFixes(p.marks, keep)
}

// keepFixes drops places in place, and leaves nothing of them behind.
func keepFixes(list []fix, keep func(*fix) bool) []fix {
	kept := list[:0]
	for i := range list {
		if keep(&list[i]) {
			kept = append(kept, list[i])
		}
	}
	clear(list[len(kept):])
	return kept
}

// empty reports whether there is no place.
func (p *places) empty() bool { return len(p.near) == 0 && len(p.marks) == 0 }

// degrees is a place's unit, deg.
const degrees = 1e-7

// fixOf is a position sample as a place, and whether it has one.
func fixOf(f *telemetry.Frame, i int) (fix, bool) {
	p := &f.Position
	lat, lon := telemetry.At(p.Latitude, i), telemetry.At(p.Longitude, i)
	if !telemetry.Known(lat) || !telemetry.Known(lon) {
		return fix{}, false
	}
	return fix{
		at: f.Start + int64(p.At[i]), lat: int32(math.Round(lat / degrees)), lon: int32(math.Round(lon / degrees)),
		accuracy: telemetry.At(p.Accuracy, i), heading: telemetry.At(p.Heading, i),
	}, true
}

func (f *fix) point() orb.Point { return orb.Point{float64(f.lon) * degrees, float64(f.lat) * degrees} }

// outcome is the place as it is told.
func (f *fix) outcome() outcome.Fix {
	p := f.point()
	return outcome.Fix{At: outcome.Time(f.at), Lat: round(p[1], 6), Lon: round(p[0], 6), AccuracyM: known(float64(f.accuracy), 1)}
}

// trusted reports whether it can be trusted to be the place of what happened at a time.
func (f *fix) trusted(at int64) bool {
	return at-f.at <= trustAge && !(f.accuracy > trustM)
}

// direction is that of travel at the first of places before a time, deg clockwise from
// north: as reported, or from the way between them; NaN where it is not known.
func direction(of []fix, at int64) float64 {
	switch {
	case len(of) == 0 || at-of[0].at > trustAge:
		return math.NaN()
	case !math.IsNaN(float64(of[0].heading)):
		return float64(of[0].heading)
	case len(of) < 2 || of[0].at-of[1].at > 4*markStep:
		return math.NaN()
	}
	from, to := of[1].point(), of[0].point()
	if geo.DistanceHaversine(from, to) < courseM {
		return math.NaN()
	}
	return math.Mod(geo.Bearing(from, to)+360, 360)
}

func (p *places) state(c *state.Codec) {
	state.Slice(c, &p.near, fixState)
	state.Slice(c, &p.marks, fixState)
	c.Bool(&p.ended)
	p.judge.State(c)
}

func fixState(c *state.Codec, f *fix) {
	c.Time(&f.at)
	c.Time(&f.until)
	c.Int32(&f.lat)
	c.Int32(&f.lon)
	if p := f.point(); !c.Check(math.Abs(p[1]) <= 90 && math.Abs(p[0]) <= 180, "place") {
		f.lat, f.lon = 0, 0
	}
	c.Float32(&f.accuracy)
	c.Float32(&f.heading)
	c.Bool(&f.veiled)
}
