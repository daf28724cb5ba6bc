package pipeline_test

import (
	"math"
	"slices"

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
	hidden  []between // as private gives them, for play to look at what is kept
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
	ignition, hybrid := rapid.Bool().Draw(t, "ignition"), rapid.Bool().Draw(t, "hybrid")
	for range rapid.IntRange(3, 30).Draw(t, "events") {
		switch rapid.IntRange(0, 13).Draw(t, "event") {
		case 0, 1, 2, 3:
			hard, crashes := rapid.IntRange(0, 60).Draw(t, "brake at"), rapid.Bool().Draw(t, "crashes")
			for i := range rapid.IntRange(1, 90).Draw(t, "seconds") {
				for k := range int64(5) {
					add(speedAt(at+k*200_000, 10))
				}
				for k := range int64(20) {
					if i == hard || i == hard+1 {
						add(motionAt(at+k*50_000+3, -7, 0))
					}
				}
				if crashes && i >= hard && i < hard+3 {
					// A pulse of 60 km/h in the middle one.
					for k := range int64(100) {
						a := 0.1
						if i == hard+1 && k >= 30 && k < 40 {
							a = -170
						}
						add(motionAt(at+k*10_000+5, a, 0))
					}
				}
				add(fixAt(at+100_007, wayAt(at+100_007)))
				if hybrid {
					add(drawnAt(at + 300_009))
				}
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
		case 13:
			for range rapid.IntRange(1, 40).Draw(t, "charging, half minutes") {
				at += 30 * sec
				add(batteryAt(at, battery{1, 1, 7000, nan, nan, float64(at-t0) / 7e7, 7 * float64(at-t0) / 3.6e9}))
			}
			add(batteryAt(at+sec, battery{0, 0, nan, nan, nan, nan, nan}))
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

// drawnAt is what a hybrid says while it drives.
func drawnAt(at int64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		e, s := &f.Energy, float64(at-t0)/1e6
		e.At, e.Power = append(e.At, off), append(e.Power, float32(8000*math.Sin(s/5)))
		e.EngineRunning, e.FuelConsumed = append(e.EngineRunning, float32(int(s/9)%2)), append(e.FuelConsumed, float32(s/2000))
	}}
}

// terms draws what an insurer and the vehicle's owner agree on.
func drawTerms(t *rapid.T, p fleet.Profile) fleet.Profile {
	p.Powertrain, p.Zone, p.Account = fleet.PlugIn, "Asia/Tokyo", "a"
	if rapid.IntRange(0, 3).Draw(t, "consent") > 0 {
		p.Consents = append(p.Consents, outcome.ConsentInsurance)
	}
	if rapid.IntRange(0, 7).Draw(t, "policies") > 0 {
		p.Policies = []fleet.Policy{{ID: "one", Product: outcome.ProductUBI, From: "2023-10-16", Period: fleet.PeriodMonth},
			{ID: "two", Product: outcome.ProductPHI, From: "2023-11-15", To: "2023-11-27", ElectricRangeKm: 60}}
	}
	return p
}

func drawSettings(t *rapid.T, end int64) fleet.History {
	h := fleet.Always(drawTerms(t, fleet.Profile{VehicleID: "car"}))
	from := t0 - sec
	for range rapid.IntRange(0, 4).Draw(t, "settings") {
		from += 1 + int64(rapid.IntRange(0, int(end-t0)/2).Draw(t, "from"))
		p := fleet.Profile{VehicleID: "car", From: fleet.Instant(from)}
		if rapid.Bool().Draw(t, "off") {
			p.LocationSharing = fleet.Off
		}
		if rapid.Bool().Draw(t, "places of collisions") {
			p.Consents = []string{outcome.ConsentCollisionPosition}
		}
		h.Profiles = append(h.Profiles, drawTerms(t, p))
	}
	return h
}

func (l *secretive) isLost(p point) bool {
	return slices.ContainsFunc(l.lost, func(b between) bool { return b.has(p.at) })
}

// play gives the outcomes of the life in frames of a cut.
func (l *secretive) play(t tester, cuts []int64) []outcome.Outcome {
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
		if len(l.hidden) > 0 {
			l.checkPlaces(t, v, f)
		}
	}
	v.Advance(math.MaxInt64, &s)
	return s.Out
}

// checkPlaces: nothing hidden is kept for a collision but with the consent of its time,
// which has not ended.
func (l *secretive) checkPlaces(t tester, v *pipeline.Vehicle, f *telemetry.Frame) {
	for _, p := range v.KeptPlaces() {
		hidden := slices.ContainsFunc(l.hidden, func(b between) bool { return b.has(p.At) })
		given, until := l.history.Consents(p.At, outcome.ConsentCollisionPosition)
		if hidden && (!given || f.Arrived >= until) {
			t.Fatalf("a place of %.1f s is kept for collisions", float64(p.At-t0)/1e6)
		}
	}
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
