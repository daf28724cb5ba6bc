package pipeline_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/pipeline"
	"milepost/scoring"
	"milepost/telemetry"
)

var update = flag.Bool("update", false, "write goldens anew")

// script is a vehicle driven by hand: one frame a second with speed, position due
// north, and odometer.
type script struct {
	t       *testing.T
	vehicle *pipeline.Vehicle
	scratch pipeline.Scratch
	now     int64 // µs
	metres  float64
	seq     uint64
	out     []outcome.Outcome

	noFix, noOdometer bool
	odometer          float64 // its reading at metres 0
	engine            float32
}

func newScript(t *testing.T, zone, start string) *script {
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car", Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	return &script{t: t, vehicle: v, now: at.UnixMicro(), odometer: 5000, engine: 1}
}

// apply plays a frame and takes what came out.
func (s *script) apply(f *telemetry.Frame) {
	f.VehicleID, f.Boot, f.Sequence, f.Arrived = "car", 1, s.seq, s.now+1_000_000
	s.seq++
	s.vehicle.Advance(f.Arrived, &s.scratch)
	s.vehicle.Apply(f, &s.scratch)
	s.take()
}

func (s *script) take() {
	s.out = append(s.out, s.scratch.Out...)
	s.scratch.Out = s.scratch.Out[:0]
}

// body sends one change at the present instant.
func (s *script) body(sig telemetry.BodySignal, v int64) *script {
	s.apply(&telemetry.Frame{Start: s.now, Body: telemetry.Body{At: []int32{0}, Signal: []telemetry.BodySignal{sig}, Value: []int64{v}}})
	return s
}

func (s *script) ignition(on bool) *script {
	state := int64(telemetry.StateOff)
	if on {
		state = telemetry.StateOn
	}
	return s.body(telemetry.SystemState, state)
}

// drive goes from one speed to another, m/s, over some seconds.
func (s *script) drive(seconds int, from, to float64) *script {
	for i := range seconds {
		v := from + (to-from)*float64(i)/float64(seconds)
		f := &telemetry.Frame{Start: s.now}
		f.Speed = telemetry.Speed{At: []int32{0}, Speed: []float32{float32(v)}}
		if !s.noFix {
			f.Position = telemetry.Position{At: []int32{0}, Latitude: []float64{40 + s.metres/111_195}, Longitude: []float64{-3.5}, Accuracy: []float32{4}}
		}
		f.Energy = telemetry.Energy{At: []int32{0}, EngineRunning: []float32{s.engine}, FuelConsumed: []float32{float32(s.metres) * 6e-5}}
		if !s.noOdometer {
			f.Energy.Odometer = []float64{math.Floor(s.odometer + s.metres)}
		}
		s.apply(f)
		s.metres += v
		s.now += 1_000_000
	}
	return s
}

// silent lets seconds pass without a record.
func (s *script) silent(seconds int64) *script {
	s.now += seconds * 1_000_000
	return s
}

// end runs all timers out and gives the outcomes, each checked against its schema.
func (s *script) end() []outcome.Outcome {
	s.t.Helper()
	s.vehicle.Advance(math.MaxInt64, &s.scratch)
	s.take()
	valid, err := schema.NewValidator()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, o := range s.out {
		if err := valid.Validate(o); err != nil {
			s.t.Error(err)
		}
	}
	return s.out
}

func of[T outcome.Outcome](out []outcome.Outcome) (some []T) {
	for _, o := range out {
		if x, ok := o.(T); ok {
			some = append(some, x)
		}
	}
	return some
}

func TestTripGolden(t *testing.T) {
	s := newScript(t, "Europe/Madrid", "2026-09-14T07:00:00Z")
	s.body(telemetry.DriverID, 77).ignition(true).drive(5, 0, 0).drive(10, 0, 15).drive(120, 15, 15)
	s.drive(4, 15, 1).drive(20, 0, 0).drive(12, 0, 14).drive(60, 14, 14).drive(9, 14, 0).drive(4, 0, 0).ignition(false)
	var got bytes.Buffer
	for _, o := range s.end() {
		b, err := json.MarshalIndent(o, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got.Write(append(b, '\n'))
	}
	const golden = "testdata/trip.golden.json"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// One trip an hour through the two days on which Madrid's clocks change.
func TestLocalDatesOnDaysOf23And25Hours(t *testing.T) {
	for _, c := range []struct {
		start string // local midnight
		date  string
		hours int
	}{{"2026-03-28T23:00:00Z", "2026-03-29", 23}, {"2026-10-24T22:00:00Z", "2026-10-25", 25}, {"2026-06-09T22:00:00Z", "2026-06-10", 24}} {
		s := newScript(t, "Europe/Madrid", c.start)
		for range 26 {
			s.ignition(true).drive(60, 10, 10).ignition(false).silent(3540)
		}
		trips, night := 0, 0.0
		for _, o := range of[*outcome.Trip](s.end()) {
			if o.LocalDate == c.date {
				trips++
				night += o.NightS
			}
		}
		if trips != c.hours {
			t.Errorf("%s: %d hourly trips, want %d", c.date, trips, c.hours)
		}
		// Night is 0 to 4 and 23 to 24 o'clock: 5 trips, one less or more where 2 to 3 is missing or twice.
		if want := float64(c.hours-24+5) * 59; math.Abs(night-want) > 10 {
			t.Errorf("%s: %.0f s of night driving, want about %.0f", c.date, night, want)
		}
		months := of[*outcome.Month](s.out)
		last := months[len(months)-1]
		if i := slices.IndexFunc(last.Days, func(d outcome.Day) bool { return d.Date == c.date }); i < 0 || last.Days[i].Trips != c.hours {
			t.Errorf("%s: the month has not its %d trips: %+v", c.date, c.hours, last.Days)
		}
	}
}

func TestTripKeepsItsStartsMonth(t *testing.T) {
	s := newScript(t, "Europe/Madrid", "2026-08-31T21:50:00Z") // 23:50 local
	s.ignition(true).drive(1200, 10, 10).ignition(false)
	trip := of[*outcome.Trip](s.end())[0]
	if trip.LocalDate != "2026-08-31" || math.Abs(trip.NightS-1199) > 5 {
		t.Errorf("trip of %s with %.0f s of night", trip.LocalDate, trip.NightS)
	}
	if months := of[*outcome.Month](s.out); len(months) != 1 || months[0].Month != "2026-08" {
		t.Errorf("months %+v, want August alone", months)
	}
}

func TestShortTripsAreDroppedOnlyWhenShortInBoth(t *testing.T) {
	for _, c := range []struct {
		seconds int
		v       float64
		trips   int
	}{{5, 2, 0}, {12, 1, 1}, {5, 15, 1}} {
		s := newScript(t, "", "2026-09-14T07:00:00Z")
		s.ignition(true).drive(c.seconds, c.v, c.v).ignition(false)
		if n := len(of[*outcome.Trip](s.end())); n != c.trips || s.scratch.ShortTrips != int64(1-c.trips) {
			t.Errorf("%d s at %.0f m/s: %d trips and %d dropped, want %d", c.seconds, c.v, n, s.scratch.ShortTrips, c.trips)
		}
	}
}

func TestEngineNeverRuns(t *testing.T) {
	s := newScript(t, "", "2026-09-14T07:00:00Z")
	s.engine = 0
	s.ignition(true).drive(300, 10, 10).ignition(false)
	trip := of[*outcome.Trip](s.end())[0]
	if trip.EVDistanceM == nil || math.Abs(*trip.EVDistanceM-trip.DistanceM) > 20 || math.Abs(trip.DistanceM-2990) > 15 {
		t.Errorf("%.0f m driven, of which electric %v; want all of 3 km", trip.DistanceM, trip.EVDistanceM)
	}
}

func TestTunnelCountsInTheDistanceAndLeavesTheLineOpen(t *testing.T) {
	s := newScript(t, "", "2026-09-14T07:00:00Z")
	s.ignition(true).drive(100, 20, 20)
	s.noFix = true
	s.drive(40, 20, 20)
	s.noFix = false
	s.drive(100, 20, 20).ignition(false)
	trip := of[*outcome.Trip](s.end())[0]
	if math.Abs(trip.DistanceM-4780) > 25 || math.Abs(trip.Receipt.Distances["tunnels"]-820) > 45 {
		t.Errorf("distance %.0f m with %v of tunnels, want 4780 and about 820", trip.DistanceM, trip.Receipt.Distances["tunnels"])
	}
	if n := len(trip.Route.Parts); n != 2 {
		t.Errorf("%d parts of the route, want two", n)
	}
	if !slices.Contains(trip.Receipt.Flags, "tunnels_1") || trip.Partial {
		t.Errorf("flags %v, partial %t", trip.Receipt.Flags, trip.Partial)
	}
}

func TestOdometer(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(*script)
		source string
		flag   string
	}{
		{"runs through", func(*script) {}, "odometer", ""},
		{"reset", func(s *script) { s.odometer = -s.metres }, "speed", "odometer_resets_1"},
		{"leaps", func(s *script) { s.odometer += 90_000 }, "speed", "odometer_resets_1"},
		{"counts too much", func(s *script) { s.odometer += 90 }, "odometer", ""},
		{"is never reported", func(s *script) { s.noOdometer = true }, "speed", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript(t, "", "2026-09-14T07:00:00Z")
			if c.source == "speed" && c.flag == "" {
				s.noOdometer = true
			}
			s.ignition(true).drive(200, 15, 15)
			c.tamper(s)
			s.drive(200, 15, 15).ignition(false)
			trip := of[*outcome.Trip](s.end())[0]
			if trip.DistanceSource != c.source || math.Abs(trip.DistanceM-5985) > 110 {
				t.Errorf("%.0f m by %s, want about 5985 by %s", trip.DistanceM, trip.DistanceSource, c.source)
			}
			if c.flag != "" && !slices.Contains(trip.Receipt.Flags, c.flag) {
				t.Errorf("flags %v, want %s", trip.Receipt.Flags, c.flag)
			}
		})
	}
}

func TestOutageIsFlagged(t *testing.T) {
	s := newScript(t, "", "2026-09-14T07:00:00Z")
	s.noOdometer = true
	s.ignition(true).drive(100, 20, 20).silent(300)
	s.metres += 6000
	s.drive(100, 20, 20).ignition(false)
	trip := of[*outcome.Trip](s.end())[0]
	// Without an odometer the chord between the fixes stands for the way between.
	if !trip.Partial || trip.DistanceSource != "speed" || math.Abs(trip.DistanceM-9980) > 100 {
		t.Errorf("%.0f m by %s, partial %t; want 9980 by speed, partial", trip.DistanceM, trip.DistanceSource, trip.Partial)
	}
}

func TestAmendedTripKeepsItsIdentityAndItsMonthItsCount(t *testing.T) {
	s := newScript(t, "", "2026-09-14T07:00:00Z")
	s.ignition(true).drive(200, 15, 15)
	s.vehicle.Advance(s.now+20*60*1_000_000, &s.scratch) // no coverage
	s.take()
	s.drive(100, 15, 15).ignition(false)
	trips := of[*outcome.Trip](s.end())
	if len(trips) != 2 || trips[0].ID != trips[1].ID || trips[1].Revision != 2 || trips[1].State != outcome.Amended {
		t.Fatalf("%d outcomes of the trip, want the same amended", len(trips))
	}
	if math.Abs(trips[1].DistanceM-trips[0].DistanceM-1500) > 30 {
		t.Errorf("amended from %.0f to %.0f m, want 1500 more", trips[0].DistanceM, trips[1].DistanceM)
	}
	months := of[*outcome.Month](s.out)
	last := months[len(months)-1]
	if last.Trips != 1 || last.DistanceM != trips[1].DistanceM || last.Revision != 2 {
		t.Errorf("month of %d trips, %.0f m, revision %d", last.Trips, last.DistanceM, last.Revision)
	}
}

func TestScoresAreRecomputedFromReceipts(t *testing.T) {
	s := newScript(t, "", "2026-09-14T07:00:00Z")
	s.ignition(true).drive(8, 0, 20).drive(100, 20, 20).drive(4, 20, 0).drive(8, 0, 20).drive(200, 20, 22).ignition(false)
	for _, trip := range of[*outcome.Trip](s.end()) {
		// Through JSON, as whoever disputes a score gets it.
		b, err := json.Marshal(trip)
		if err != nil {
			t.Fatal(err)
		}
		o, err := outcome.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := scoring.FromReceipt(o.(*outcome.Trip).Receipt)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*trip.Scores.Performance, again); diff != "" {
			t.Errorf("recomputed (-trip +receipt):\n%s", diff)
		}
		if trip.Counts.HarshBraking != 1 {
			t.Errorf("counts %+v, want one harsh brake", trip.Counts)
		}
	}
}

func TestHiddenPositionsReachNothing(t *testing.T) {
	s := newScript(t, "", "2026-09-14T07:00:00Z")
	s.ignition(true).body(telemetry.LocationShared, 0)
	s.drive(100, 20, 20).drive(4, 20, 0).drive(8, 0, 20).drive(60, 20, 20).ignition(false)
	out := s.end()
	months := of[*outcome.Month](out)
	if len(out) != 1 || len(months) != 1 || s.scratch.Hidden != 172 {
		t.Fatalf("%d outcomes, %d positions hidden; want a month, and 172", len(out), s.scratch.Hidden)
	}
	if m := months[0]; m.WithheldTrips != 1 || m.Trips != 0 || len(m.Days) != 0 || m.DistanceM != 0 || m.DurationS != 0 || m.Score != nil {
		t.Errorf("month %+v", m)
	}
}

// A switch-off that was lost with a whole boot, or at the end of one, cannot be
// noticed by a hole in the sequence: a new boot is hidden until it says otherwise.
func TestANewBootIsHiddenUntilItShares(t *testing.T) {
	for _, c := range []struct {
		name   string
		change []point // in boot 3
		hidden int64
	}{
		{"says nothing", nil, 60},
		{"shares again at 20 s", []point{changeAt(t0+1020*sec, telemetry.LocationShared, 1)}, 20},
	} {
		ps := []point{changeAt(t0, telemetry.LocationShared, 1)}
		for i := range int64(60) {
			ps = append(ps, fixAt(t0+i*sec, float64(i)*20))
			ps = append(ps, fixAt(t0+(1000+i)*sec, float64(i)*20))
		}
		ps = append(ps, c.change...)
		for i := range ps {
			if ps[i].at >= t0+1000*sec {
				ps[i].boot = 3
			}
		}
		v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
		if err != nil {
			t.Fatal(err)
		}
		var s pipeline.Scratch
		for _, f := range lay(ps, nil, t0+2000*sec) {
			v.Apply(f, &s)
		}
		if s.Hidden != c.hidden {
			t.Errorf("%s: %d positions hidden, want %d", c.name, s.Hidden, c.hidden)
		}
	}
}

// Another table of thresholds finds other events, and the receipt says which and how far.
func TestThresholdsOfOnesOwn(t *testing.T) {
	calm := *detectors.DefaultThresholds()
	calm.Name = "calm/1"
	calm.Braking.Levels = [3]float64{0.8, 0.9, 1.0}
	for _, c := range []struct {
		by     *detectors.Thresholds
		name   string
		events int
	}{{nil, "default/1", 1}, {&calm, "calm/1", 0}} {
		s := newScript(t, "", "2026-09-14T07:00:00Z")
		s.scratch.Events = c.by
		s.ignition(true).drive(8, 0, 20).drive(100, 20, 20).drive(4, 20, 0).drive(8, 0, 20).drive(200, 20, 22).ignition(false)
		trips := of[*outcome.Trip](s.end())
		if len(trips) != 1 {
			t.Fatalf("%d trips, want one", len(trips))
		}
		r := trips[0].Receipt
		if trips[0].Counts.HarshBraking != c.events || r.Events != c.name || (r.Inputs["braking_excess"] > 0) != (c.events > 0) {
			t.Errorf("by %s: counts %+v, receipt of %q with excess %v", c.name, trips[0].Counts, r.Events, r.Inputs["braking_excess"])
		}
		if c.by != nil && r.Thresholds["harsh_braking_g"] != 0.8 {
			t.Errorf("the receipt's threshold of braking is %v g", r.Thresholds["harsh_braking_g"])
		}
	}
}
