package pipeline_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

const day = 86_400 * sec

// driven is a drive of a vehicle as a frame each second; each arrives 1 s after its
// clock's time, which is wrong from a second on until another.
func driven(skew, from, to int64) (frames []*telemetry.Frame) {
	ps := cruise([]point{ignitionAt(t0, true), ignitionAt(t0+600*sec, false)}, 0, 600, 1, 10)
	var cuts []int64
	for i := range int64(600) {
		cuts = append(cuts, t0+i*sec)
	}
	frames = lay(ps, cuts, 0)
	for _, f := range frames {
		second := (f.Start - t0) / sec
		f.Arrived = f.Start + sec
		if second >= from && second < to {
			f.Start += skew
		}
	}
	return frames
}

// What a clock may show, and what becomes of it. The trip that was driven stands where
// the clock is right; no other trip is made, and the vehicle beside it sees none of it.
func TestClocks(t *testing.T) {
	const always = 1 << 40
	week := 1024 * 7 * day // after so many GPS weeks receivers begin anew
	for _, c := range []struct {
		name     string
		skew     int64
		from, to int64 // s
		drop     string
		started  int64 // 0: no trip
		seconds  float64
	}{
		{"right", 0, 0, always, "", t0, 600},
		{"2 min ahead", 120 * sec, 0, always, "", t0 + 120*sec, 600},
		{"24 h ahead", day, 0, always, "clock_out_of_range", 0, 0},
		{"24 h behind, as if stored", -day, 0, always, "", t0 - day, 600},
		{"8 days behind", -8 * day, 0, always, "too_old", 0, 0},
		{"1970", -t0, 0, always, "clock_out_of_range", 0, 0},
		{"a GPS week rollover back", -week, 0, always, "too_old", 0, 0},
		{"a GPS week rollover ahead", week, 0, always, "clock_out_of_range", 0, 0},
		{"24 h ahead for a minute", day, 300, 360, "clock_out_of_range", t0, 600},
		{"24 h back for a minute", -day, 300, 360, "time_not_increasing", t0, 600},
		{"10 min back for a minute", -600 * sec, 300, 360, "time_not_increasing", t0, 600},
		{"1970 for a minute", -t0, 300, 360, "clock_out_of_range", t0, 600},
		{"20 years back for a minute", -week, 300, 360, "too_old", t0, 600},
		{"not set for the first minute", -t0, 0, 60, "clock_out_of_range", t0 + 60*sec, 540},
		{"rolled over for the last minute", -week, 540, always, "too_old", t0, 539},
		{"beyond what a number holds", math.MaxInt64 - t0 - 600*sec, 300, 360, "clock_out_of_range", t0, 600},
		{"before what a number holds", math.MinInt64 + 600*sec, 300, 360, "clock_out_of_range", t0, 600},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s pipeline.Scratch
			wrong, right := newVehicle(t, "wrong"), newVehicle(t, "right")
			beside := driven(0, 0, 0)
			for i, f := range driven(c.skew, c.from, c.to) {
				wrong.Advance(f.Arrived, &s)
				wrong.Apply(f, &s)
				right.Advance(beside[i].Arrived, &s)
				right.Apply(beside[i], &s)
			}
			drops := s.Drops.Report()
			wrong.Advance(math.MaxInt64, &s)
			right.Advance(math.MaxInt64, &s)
			var want, got []tripTime
			if c.started != 0 {
				want = append(want, tripTime{"wrong", outcome.Time(c.started), c.seconds})
			}
			want = append(want, tripTime{"right", outcome.Time(t0), 600})
			for _, trip := range of[*outcome.Trip](s.Out) {
				got = append(got, tripTime{trip.VehicleID, trip.StartedAt, trip.DurationS})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("trips (-want +got):\n%s", diff)
			}
			if (c.drop == "") != (len(drops) == 0) {
				t.Errorf("dropped %+v, want %q", drops, c.drop)
			}
			for _, d := range drops {
				if d.Reason != c.drop {
					t.Errorf("dropped %+v, want %s", d, c.drop)
				}
			}
		})
	}
}

type tripTime struct {
	Vehicle string
	Start   outcome.Time
	Seconds float64
}

func newVehicle(t testing.TB, id string) *pipeline.Vehicle {
	t.Helper()
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: id})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
