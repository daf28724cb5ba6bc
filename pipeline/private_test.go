package pipeline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-polyline"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// between is a time from..to, to exclusive, µs.
type between struct{ from, to int64 }

func (b between) has(at int64) bool { return at >= b.from && at < b.to }

// secretive is a drawn life of a vehicle that switches sharing as it likes, loses
// frames, and whose owner changes the setting.
type secretive struct {
	points  []point // all that was sent
	lost    []between
	history fleet.History
}

// wayAt is where a secretive vehicle's fixes are: 10 m of way a second, from t0 on,
// whatever it says of its speed, so that a place tells its time.
func wayAt(at int64) float64 { return float64(at-t0) / 1e5 }

func drawSecretive(t *rapid.T) (l secretive) {
	at, boot := t0, uint32(1)
	add := func(p point) {
		p.boot = boot
		l.points = append(l.points, p)
	}
	anyValue := func() int64 { return int64(rapid.IntRange(-1, 3).Draw(t, "value")) }
	add(changeAt(at, telemetry.LocationShared, anyValue()))
	ignition := rapid.Bool().Draw(t, "ignition")
	for range rapid.IntRange(3, 30).Draw(t, "events") {
		switch rapid.IntRange(0, 12).Draw(t, "event") {
		case 0, 1, 2, 3:
			hard := rapid.IntRange(0, 60).Draw(t, "brake at")
			for i := range rapid.IntRange(1, 90).Draw(t, "seconds") {
				for k := range int64(5) {
					add(speedAt(at+k*200_000, 10))
				}
				for k := range int64(20) {
					if i == hard || i == hard+1 {
						add(motionAt(at+k*50_000+3, -7, 0))
					}
				}
				add(fixAt(at+100_007, wayAt(at+100_007)))
				at += sec
			}
		case 4, 5, 6:
			// Often within what was just driven.
			back := min(at-t0-1, int64(rapid.IntRange(0, 60_000_000).Draw(t, "back")))
			add(changeAt(at-back, telemetry.LocationShared, anyValue()))
		case 7, 8:
			if ignition {
				add(ignitionAt(at, rapid.Bool().Draw(t, "on")))
			}
		case 9:
			at += int64(rapid.IntRange(0, 150_000_000).Draw(t, "gap"))
		case 10:
			boot++
		case 11:
			if ignition {
				add(ignitionAt(at, false))
				for range 3 {
					at += int64(rapid.IntRange(1, 50_000_000).Draw(t, "stall"))
					add(changeAt(at, telemetry.LocationShared, anyValue()))
				}
				add(ignitionAt(at+1, true))
			}
		case 12:
			from := at - min(at-t0-1, int64(rapid.IntRange(0, 40_000_000).Draw(t, "lost from")))
			l.lost = append(l.lost, between{from, from + int64(rapid.IntRange(1, 90_000_000).Draw(t, "lost for"))})
		}
		at += int64(rapid.IntRange(1, 3_000_000).Draw(t, "step"))
	}
	slices.SortStableFunc(l.points, func(a, b point) int { return int(a.at - b.at) })
	// A switch laid back into an earlier boot belongs to that.
	for i := len(l.points) - 2; i >= 0; i-- {
		l.points[i].boot = min(l.points[i].boot, l.points[i+1].boot)
	}
	slices.SortFunc(l.lost, func(a, b between) int { return int(a.from - b.from) })
	l.history = drawSettings(t, at)
	return l
}

func drawSettings(t *rapid.T, end int64) fleet.History {
	h := fleet.Always(fleet.Profile{VehicleID: "car"})
	from := t0 - sec
	for range rapid.IntRange(0, 4).Draw(t, "settings") {
		from += 1 + int64(rapid.IntRange(0, int(end-t0)/2).Draw(t, "from"))
		p := fleet.Profile{VehicleID: "car", From: fleet.Instant(from)}
		if rapid.Bool().Draw(t, "off") {
			p.LocationSharing = fleet.Off
		}
		h.Profiles = append(h.Profiles, p)
	}
	return h
}

func (l *secretive) isLost(p point) bool {
	return slices.ContainsFunc(l.lost, func(b between) bool { return b.has(p.at) })
}

// play gives the outcomes of the life in frames of a cut.
func (l *secretive) play(t testing.TB, cuts []int64) []outcome.Outcome {
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Know(l.history); err != nil {
		t.Fatal(err)
	}
	var came []point
	for _, p := range l.points {
		if !l.isLost(p) {
			came = append(came, p)
		}
	}
	cuts = slices.Clone(cuts)
	for _, b := range l.lost {
		cuts = append(cuts, b.from)
	}
	slices.Sort(cuts)
	var s pipeline.Scratch
	gone := 0
	for _, f := range lay(came, cuts, t0+500_000*sec) {
		missed := false
		for ; gone < len(l.lost) && l.lost[gone].from <= f.Start; gone++ {
			missed = missed || slices.ContainsFunc(l.points, func(p point) bool { return l.lost[gone].has(p.at) })
		}
		if missed {
			v.Missed()
		}
		v.Advance(f.Arrived, &s)
		// What is known already changes nothing, however often it is told.
		if err := v.Know(l.history); err != nil {
			t.Fatal(err)
		}
		v.Apply(f, &s)
	}
	v.Advance(math.MaxInt64, &s)
	return s.Out
}

// private gives the stretches that were not shared in truth: also by switches that
// never came.
func (l *secretive) private() (out []between) {
	hiding := func(at int64) bool {
		if l.history.Unshared(at) {
			return true
		}
		shared := true
		for _, p := range l.points {
			var f telemetry.Frame
			if p.put(&f, 0); p.at <= at && len(f.Body.At) > 0 && f.Body.Signal[0] == telemetry.LocationShared {
				shared = f.Body.Value[0] == 1
			}
		}
		return !shared
	}
	return l.stretches(hiding)
}

// stretches joins the times at which something is so, which changes at points and at
// the dates of settings only.
func (l *secretive) stretches(so func(at int64) bool) (out []between) {
	var times []int64
	for _, p := range l.points {
		var f telemetry.Frame
		if p.put(&f, 0); len(f.Body.At) > 0 {
			times = append(times, p.at)
		}
	}
	for _, p := range l.history.Profiles {
		times = append(times, int64(p.From))
	}
	slices.Sort(times)
	times = slices.Compact(times)
	for i, at := range times {
		to := int64(math.MaxInt64)
		if i+1 < len(times) {
			to = times[i+1]
		}
		if so(at) {
			out = append(out, between{at, to})
		}
	}
	return out
}

// line gives the times of a trip's points, run by run.
func line(r *outcome.Route) (runs [][]int64, err error) {
	if r == nil {
		return nil, nil
	}
	coords, _, err := polyline.DecodeCoords([]byte(r.Polyline))
	if err != nil {
		return nil, err
	}
	for _, p := range r.Parts {
		var run []int64
		for _, c := range coords[p.From : p.To+1] {
			run = append(run, timeOf(c[0]))
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// timeOf is when a secretive vehicle was at a latitude: that of its fix there.
func timeOf(lat float64) int64 {
	at := int64(math.Round((lat - 40) * 111_195 * 1e5))
	return t0 + at
}

// slack is what rounding a place to 5 decimals does to its time, µs.
const slack = 120_000

// betrayal names what an outcome tells of a stretch that was not shared.
func betrayal(o outcome.Outcome, private []between) string {
	within := func(at int64) bool {
		return slices.ContainsFunc(private, func(b between) bool { return at-slack >= b.from && at+slack < b.to })
	}
	switch o := o.(type) {
	case *outcome.Event:
		if o.Lat != nil && (within(timeOf(*o.Lat)) || within(int64(o.StartedAt))) {
			return fmt.Sprintf("%s at %s has the place of %d s", o.Kind, o.StartedAt, (timeOf(*o.Lat)-t0)/sec)
		}
	case *outcome.Trip:
		runs, err := line(o.Route)
		if err != nil {
			return err.Error()
		}
		for _, run := range runs {
			for i, at := range run {
				if within(at) {
					return fmt.Sprintf("the line has a point of %.1f s", float64(at-t0)/1e6)
				}
				if i > 0 && slices.ContainsFunc(private, func(b between) bool {
					return b.from > run[i-1]+slack && b.from < at-slack
				}) {
					return fmt.Sprintf("the line goes from %.1f to %.1f s", float64(run[i-1]-t0)/1e6, float64(at-t0)/1e6)
				}
			}
		}
		// Ten metres a second: what is more than the time that was shared spans what was not.
		open := int64(o.EndedAt-o.StartedAt) + 30*sec
		for _, b := range private {
			open -= max(0, min(b.to, int64(o.EndedAt))-max(b.from, int64(o.StartedAt)))
		}
		if m := o.Receipt.Distances; m["gnss"] > float64(open)/1e5+30 || m["tunnels"] > float64(open)/1e5+30 {
			return fmt.Sprintf("%v m in %d s that were shared", m, open/sec)
		}
	}
	return ""
}

// Whatever is switched, set and lost, and however it is cut: no outcome tells of a
// stretch that was not shared, a trip with one says so, and the cut changes nothing.
func TestNothingTellsOfAHiddenStretch(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := drawSecretive(rt)
		private := l.private()
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "cuts"), 1))
		var cuts []int64
		for range 40 {
			cuts = append(cuts, t0+r.Int64N(l.points[len(l.points)-1].at-t0+1))
		}
		whole, cut := l.play(t, nil), l.play(t, cuts)
		if diff := cmp.Diff(lines(t, whole), lines(t, cut)); diff != "" {
			rt.Fatalf("(-whole +cut):\n%.3000s", diff)
		}
		for _, o := range whole {
			if told := betrayal(o, private); told != "" {
				rt.Fatalf("%s %s: %s; private: %v", o.Head().Type, o.Head().ID, told, private)
			}
			if trip, ok := o.(*outcome.Trip); ok {
				l.checkFlag(rt, trip, private)
			}
		}
	})
}

// checkFlag: what the vehicle could know to be hidden flags the trip; nothing else does.
func (l *secretive) checkFlag(t *rapid.T, trip *outcome.Trip, private []between) {
	from, to := int64(trip.StartedAt), int64(trip.EndedAt)
	hidden := false
	for _, b := range private {
		hidden = hidden || max(b.from, from) < min(b.to, to)
	}
	doubt := len(l.lost) > 0 || l.points[0].boot != l.points[len(l.points)-1].boot
	flagged := slices.Contains(trip.Receipt.Flags, "location_hidden")
	if flagged != hidden && (!doubt || hidden && len(l.lost) == 0) {
		t.Fatalf("a trip from %.1f to %.1f s: flagged %t, hidden %t; private: %v", float64(from-t0)/1e6, float64(to-t0)/1e6, flagged, hidden, private)
	}
	if flagged && !trip.Partial {
		t.Fatalf("a trip that was hidden in part is not partial")
	}
}
