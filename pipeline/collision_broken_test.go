package pipeline_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/telemetry"
)

// A crash that takes the uplink with it, in the middle of its pulse, is told of within
// seconds by what there is; what is heard later completes it.
func TestAPulseThatBreaksOff(t *testing.T) {
	ps := plainCrash().points()
	whole := newRig(t).apply(sec, seconds(ps)...).one()
	for _, cut := range []float64{30.44, 30.47, 30.5, 30.55} {
		frames := lay(ps, append(every(1, 30.2), t0+int64(cut*1e6), t0+32*sec, t0+60*sec), 0)
		r := newRig(t).apply(sec, frames[:31]...)
		last := frames[30].End() + sec
		if r.advance(last + 3*sec - 1); len(r.out) != 0 {
			t.Fatalf("cut at %g s: told of too early", cut)
		}
		r.advance(last + 3*sec)
		if len(r.out) != 1 || r.out[0].State != outcome.Open || r.out[0].Confidence == outcome.Possible || *r.out[0].DeltaVKmh < 20 {
			t.Fatalf("cut at %g s: %d revisions after 3 s", cut, len(r.out))
		}
		for name, silence := range map[string]int64{"soon": 5 * sec, "late": 3600 * sec} {
			again := newRig(t).apply(sec, frames[:31]...).apply(silence, frames[31:]...)
			got, want := *again.one(), *whole
			got.Revision, got.ReportedAt, got.State, got.Changed = want.Revision, want.ReportedAt, want.State, want.Changed
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("cut at %g s, heard %s again (-whole +cut):\n%s", cut, name, diff)
			}
		}
		if r.advance(last + 60*sec); len(r.out) != 2 || r.out[1].State != outcome.Final {
			t.Errorf("cut at %g s: %d revisions after a minute", cut, len(r.out))
		}
	}
}

// A silence between two records takes nothing from a pulse that had begun in the first and
// had not triggered yet.
func TestAPulseThatHardlyBegan(t *testing.T) {
	ps := plainCrash().points()
	whole := newRig(t).apply(sec, seconds(ps)...).one()
	for _, cut := range []float64{30.39, 30.4, 30.41, 30.42} {
		frames := lay(ps, append(every(1, 30.2), t0+int64(cut*1e6), t0+32*sec, t0+60*sec), 0)
		got := newRig(t).apply(sec, frames[:31]...).apply(3600*sec, frames[31:]...).one()
		if diff := cmp.Diff(whole.Impacts, got.Impacts); diff != "" || got.ID != whole.ID {
			t.Errorf("cut at %g s (-whole +cut):\n%s", cut, diff)
		}
	}
}

// What looked like a crash as far as it came, and was a bump, is taken back as far as
// it can be.
func TestABrokenPulseThatWasABump(t *testing.T) {
	c := plainCrash()
	c.deltaV, c.goesOn = 0, true
	ps := c.points()
	for i := range ps { // what one half takes the other gives back
		var f telemetry.Frame
		ps[i].put(&f, 0)
		if in := (float64(ps[i].at-t0)/1e6 - c.at) / 0.16; in > 0 && in < 1 && len(f.Motion.At) > 0 {
			ps[i] = threeAxes(ps[i].at, -120*math.Sin(2*math.Pi*in), 0, 0, 0)
		}
	}
	if out := newRig(t).apply(sec, seconds(ps)...).end(); len(out) != 0 {
		t.Fatalf("heard as a whole it is %s", out[0].Confidence)
	}
	frames := lay(ps, append(every(1, 30.2), t0+30_450_000, t0+32*sec), 0)
	r := newRig(t).apply(sec, frames[:31]...).apply(10*sec, frames[31:]...)
	all := r.end()
	if len(all) < 2 || all[0].Confidence != outcome.Probable {
		t.Fatalf("%d revisions", len(all))
	}
	if last := all[len(all)-1]; last.Confidence != outcome.Possible || last.State != outcome.Final || last.HighestConfidence != outcome.Probable {
		t.Errorf("in the end it is %s, %s", last.Confidence, last.State)
	}
}
