package pipeline_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/telemetry"
)

func TestACrashSaysWhoseItIs(t *testing.T) {
	ps := append(plainCrash().points(), changeAt(t0+10*sec, telemetry.DriverID, 9), changeAt(t0+50*sec, telemetry.DriverID, 3))
	then, later := owner, owner
	then.Consents = []string{outcome.ConsentAssistance, "insurance"}
	later.From, later.Account = fleet.Instant(t0+40*sec), "a-2"
	for _, c := range newRig(t, then, later).apply(sec, seconds(ps)...).end() {
		if c.AccountID != "a-1" || c.DriverID != "9" || c.PropulsionType != "hybrid" || !slices.Equal(c.Consents, []string{outcome.ConsentAssistance}) {
			t.Errorf("revision %d: account %s, driver %s, %s, consents %v", c.Revision, c.AccountID, c.DriverID, c.PropulsionType, c.Consents)
		}
	}
	if c := newRig(t).apply(sec, seconds(plainCrash().points())...).one(); c.DriverID != "4d" || c.Consents != nil {
		t.Errorf("nobody was identified: driver %s, consents %v", c.DriverID, c.Consents)
	}
}

// What makes it known comes within the record that holds it, and says so.
func TestACrashIsReportedByItsRecord(t *testing.T) {
	frames := seconds(plainCrash().points())
	for _, c := range []struct {
		delay int64
		late  bool
	}{{sec, false}, {59 * sec, false}, {61 * sec, true}, {86_400 * sec, true}} {
		all := newRig(t).apply(c.delay, frames...).end()
		first := all[0]
		if first.Late != c.late || first.ReportedAt != outcome.Time(frames[30].End()+c.delay) {
			t.Errorf("after %d s: late %t, reported at %s", c.delay/sec, first.Late, first.ReportedAt)
		}
		for _, o := range all {
			if o.Late != first.Late || o.ReportedAt < first.ReportedAt {
				t.Errorf("revision %d: late %t, reported at %s", o.Revision, o.Late, o.ReportedAt)
			}
		}
	}
}

// A vehicle that falls silent has a final record a minute later; what it says follows
// from what was there. When it is heard again the record goes on.
func TestSilenceMakesACrashFinal(t *testing.T) {
	frames := seconds(plainCrash().points())
	whole := newRig(t).apply(sec, frames...).one()
	for _, cut := range []int{31, 32, 40, 60} {
		r := newRig(t).apply(sec, frames[:cut]...)
		last := frames[cut-1].End() + sec
		before := len(r.out)
		if r.advance(last + 60*sec - 1); len(r.out) != before || r.vehicle.Parked() {
			t.Fatalf("after %d s: something is final too early", cut)
		}
		r.advance(last + 60*sec)
		final := r.out[len(r.out)-1]
		if len(r.out) != before+1 || final.State != outcome.Final || final.ReportedAt != outcome.Time(last) {
			t.Errorf("after %d s: %d revisions, the last is %s, reported at %s", cut, len(r.out)-before, final.State, final.ReportedAt)
		}
		// It was out of reach.
		r.apply(3600*sec, frames[cut:]...)
		got, want := *r.one(), *whole
		// From some time on the rest tells nothing new.
		if amended := got.State == outcome.Amended; amended != (cut < 40) {
			t.Errorf("after %d s: heard again, it is %s", cut, got.State)
		}
		got.Revision, got.ReportedAt, got.State, got.Changed = want.Revision, want.ReportedAt, want.State, want.Changed
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after %d s of silence (-undisturbed +heard again):\n%s", cut, diff)
		}
	}
}

// Nothing of a vehicle that was hit needs a trip.
func TestACrashOffATrip(t *testing.T) {
	c := plainCrash()
	c.kmh, c.deltaV = 0, 25
	ps := slices.DeleteFunc(c.points(), func(p point) bool {
		var f telemetry.Frame
		p.put(&f, 0)
		return len(f.Speed.At) > 0
	})
	if got := newRig(t).apply(sec, seconds(ps)...).one(); got.Side != outcome.SideRear || got.EventCount != 1 {
		t.Errorf("hit from the %s, %d impacts", got.Side, got.EventCount)
	}
}

func TestForgetLeavesAnothersCrash(t *testing.T) {
	first, second := owner, owner
	second.From, second.Account = fleet.Instant(t0+100*sec), "a-2"
	again := plainCrash()
	frames := seconds(plainCrash().points())
	ps := again.points()
	for i := range ps {
		ps[i].at += 200 * sec
	}
	r := newRig(t, first, second).apply(sec, frames...)
	next := lay(ps, every(1, 300), 0)
	for _, f := range next {
		f.Sequence += uint64(len(frames))
	}
	r.apply(sec, next...)
	if n := len(r.newest()); n != 2 {
		t.Fatalf("%d collisions", n)
	}
	nothing := func(string, string) bool { return false }
	if !r.vehicle.Forget("a-1", nothing) {
		t.Fatal("nothing is left")
	}
	n := len(r.out)
	// What comes late of the other's still revises it; of the one forgotten it makes nothing.
	bag := func(at int64) *telemetry.Frame {
		return lay([]point{changeAt(at, telemetry.AirbagDeployedR1Driver, 1)}, nil, 0)[0]
	}
	r.late(t0+400*sec, bag(t0+30_500_000)).late(t0+500*sec, bag(t0+230_500_000)).end()
	if got := r.out[n:]; len(got) != 1 || got[0].AccountID != "a-2" || !slices.ContainsFunc(got[0].Evidence, func(e outcome.Evidence) bool { return e.Kind == "airbag" }) {
		t.Errorf("%d revisions after", len(got))
	}
	r.vehicle.Forget("a-2", nothing)
	if n = len(r.out); len(r.late(t0+600*sec, frames[28:36]...).end()) != n {
		t.Error("a forgotten collision is out again")
	}
}
