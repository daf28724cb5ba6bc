package pipeline_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-polyline"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/pipeline"
	"milepost/telemetry"
)

// leg is a part of a drive: seconds at a speed that sways about a mean, m/s.
type leg struct {
	seconds int
	mean    float64
	start   string // a signal before it: "on", "off", "hide", "share"
}

// legs makes one frame a second of legs: 5 Hz speed, positions due north, an odometer
// and power.
func legs(of ...leg) (frames []*telemetry.Frame) {
	start := time.Date(2026, 9, 14, 7, 0, 0, 0, time.UTC).UnixMicro()
	metres, n := 0.0, 0
	for _, l := range of {
		for s := range l.seconds {
			f := &telemetry.Frame{VehicleID: "car", Boot: 1, Sequence: uint64(n), Start: start + int64(n)*1_000_000}
			if s == 0 && l.start != "" {
				body := map[string]telemetry.Body{
					"on":    {Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOn}},
					"off":   {Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOff}},
					"hide":  {Signal: []telemetry.BodySignal{telemetry.LocationShared}, Value: []int64{0}},
					"share": {Signal: []telemetry.BodySignal{telemetry.LocationShared}, Value: []int64{1}},
				}[l.start]
				body.At = []int32{0}
				f.Body = body
			}
			for i := range 5 {
				v := 0.0
				if l.mean > 0 {
					v = l.mean * (1 + 0.4*math.Sin(float64(5*n+i)/19))
				}
				f.Speed.At, f.Speed.Speed = append(f.Speed.At, int32(i*200_000)), append(f.Speed.Speed, float32(v))
				metres += v / 5
			}
			f.Position = telemetry.Position{At: []int32{100_000}, Latitude: []float64{40 + metres/111_195}, Longitude: []float64{-3.5}, Accuracy: []float32{4}}
			f.Energy = telemetry.Energy{At: []int32{300_000}, Odometer: []float64{math.Floor(5000 + metres)}, Power: []float32{-8000}, FuelConsumed: []float32{float32(metres * 6e-5)}}
			f.Arrived = f.Start + 1_100_000
			frames = append(frames, f)
			n++
		}
	}
	return frames
}

// delivery plays frames into a vehicle: those marked late through Late.
type delivery struct {
	t       tester
	vehicle *pipeline.Vehicle
	scratch pipeline.Scratch
	out     []outcome.Outcome
	unused  int
	store   *shelf // nil: nothing is cut
	frames  int
}

func newDelivery(t tester) *delivery {
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid"})
	if err != nil {
		t.Fatal(err)
	}
	return &delivery{t: t, vehicle: v}
}

func (d *delivery) advance(arrived int64) {
	for next := d.vehicle.Next(); next <= arrived && next != math.MaxInt64 && d.scratch.Err == nil; next = d.vehicle.Next() {
		d.vehicle.Advance(next, &d.scratch)
	}
	d.out = append(d.out, d.scratch.Out...)
	d.scratch.Out = d.scratch.Out[:0]
}

func (d *delivery) live(frames []*telemetry.Frame) *delivery {
	for i, f := range frames {
		d.advance(f.Arrived)
		if i > 0 && f.Sequence != frames[i-1].Sequence+1 {
			d.vehicle.Missed()
		}
		d.vehicle.Apply(copied(f), &d.scratch)
		d.cut()
	}
	return d
}

// cut makes a checkpoint every 45 frames.
func (d *delivery) cut() {
	if d.frames++; d.store == nil || d.frames%45 != 0 {
		return
	}
	d.scratch.Chunks = d.store
	if err := d.vehicle.Cut(d.store, &d.scratch); err != nil {
		d.t.Fatal(err)
	}
	// The vehicle goes on from its bytes.
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid"})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := v.LoadState(d.vehicle.AppendState(nil)); err != nil {
		d.t.Fatal(err)
	}
	d.vehicle = v
}

// late delivers frames from an arrival time on, 100 ms apart.
func (d *delivery) late(frames []*telemetry.Frame, from int64) *delivery {
	for i, f := range frames {
		c := copied(f)
		c.Arrived = from + int64(i)*100_000
		d.advance(c.Arrived)
		if !d.vehicle.Late(c, &d.scratch) {
			d.unused++
		}
		d.cut()
	}
	return d
}

func copied(f *telemetry.Frame) *telemetry.Frame {
	c := &telemetry.Frame{}
	c.CopyFrom(f)
	return c
}

// end gives the newest revisions by type, in order of time, and checks all outcomes.
func (d *delivery) end() (trips []*outcome.Trip, events []*outcome.Event, months []*outcome.Month) {
	d.t.Helper()
	d.advance(math.MaxInt64 - 1)
	if d.scratch.Err != nil {
		d.t.Fatal(d.scratch.Err)
	}
	identified(d.t, d.out)
	valid, err := schema.NewValidator()
	if err != nil {
		d.t.Fatal(err)
	}
	newest := map[string]outcome.Outcome{}
	for _, o := range d.out {
		if err := valid.Validate(o); err != nil {
			d.t.Error(err)
		}
		if old := newest[o.Head().ID]; old != nil && o.Head().Revision != old.Head().Revision+1 {
			d.t.Errorf("%s: revision %d after %d", o.Head().Type, o.Head().Revision, old.Head().Revision)
		}
		newest[o.Head().ID] = o
	}
	for _, o := range d.out {
		if newest[o.Head().ID] != o {
			continue
		}
		switch o := o.(type) {
		case *outcome.Trip:
			trips = append(trips, o)
		case *outcome.Event:
			events = append(events, o)
		case *outcome.Month:
			months = append(months, o)
		}
	}
	slices.SortStableFunc(trips, func(a, b *outcome.Trip) int { return int(a.StartedAt - b.StartedAt) })
	return trips, events, months
}

// shelf keeps pieces in memory. Broken, it gives none; of those in lost it gives damage,
// or says that they are gone.
type shelf struct {
	lost   func(file uint64) bool
	pieces [][]byte
	kept   int
	broken bool
}

var errShelf = errors.New("the shelf broke")

func (s *shelf) Put(kept bool, piece []byte) (pipeline.Ref, error) {
	if kept {
		s.kept++
	}
	s.pieces = append(s.pieces, slices.Clone(piece))
	return pipeline.Ref{File: uint64(len(s.pieces)), Length: uint32(len(piece))}, nil
}

func (s *shelf) Read(r pipeline.Ref) ([]byte, error) {
	if s.broken {
		return nil, errShelf
	}
	if s.lost != nil && s.lost(r.File) {
		if r.File%2 == 0 {
			return s.pieces[r.File-1][1:], nil
		}
		return nil, fmt.Errorf("%w: it is gone", pipeline.ErrPiece)
	}
	return s.pieces[r.File-1], nil
}

// commute is a drive of 20 min between two parkings.
func commute() []*telemetry.Frame {
	return legs(leg{30, 0, "off"}, leg{30, 0, "on"}, leg{1170, 14, ""}, leg{200, 0, "off"})
}

func split(frames []*telemetry.Frame, from, to int) (live, late []*telemetry.Frame) {
	return append(slices.Clone(frames[:from]), frames[to:]...), slices.Clone(frames[from:to])
}

// theTrip wants a single trip that stands.
func theTrip(t *testing.T, trips []*outcome.Trip) *outcome.Trip {
	t.Helper()
	if len(trips) != 1 {
		for _, o := range trips {
			t.Logf("%s %s to %s, %.0f m", o.State, o.StartedAt, o.EndedAt, o.DistanceM)
		}
		t.Fatalf("%d trips, want 1", len(trips))
	}
	return trips[0]
}

func TestWhateverIsLateTheTripIsTheSame(t *testing.T) {
	frames := commute()
	arrive := frames[len(frames)-1].Arrived
	trips, _, _ := newDelivery(t).live(frames).end()
	want := theTrip(t, trips)
	for _, c := range []struct {
		name     string
		from, to int
		after    int64 // late arrival after the last live frame, µs; negative: while the trip is under way
		id       bool  // the identity is that of the undisturbed run
		way      float64
	}{
		{"inside, ten minutes", 300, 900, 20 * 60_000_000, true, 20},
		{"inside, while the trip is under way", 300, 600, -300_000_000, true, 20},
		{"a single second", 500, 501, 20 * 60_000_000, true, 20},
		{"inside, six days later", 300, 900, 6 * day, true, 20},
		{"the end", 900, 1240, 60_000_000, true, 20},
		{"the end, after silence closed it", 900, 1430, 20 * 60_000_000, true, 20},
		{"the beginning, while the trip is under way", 20, 400, -300_000_000, true, 20},
		{"the beginning, after it is out", 20, 400, 20 * 60_000_000, false, 20},
		{"all of it but the parking", 20, 1260, 20 * 60_000_000, true, 20},
		{"all but the last minute", 20, 1170, 20 * 60_000_000, false, 40},
	} {
		for _, cuts := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, cut %v", c.name, cuts), func(t *testing.T) {
				live, late := split(frames, c.from, c.to)
				d := newDelivery(t)
				if cuts {
					d.store = &shelf{}
				}
				if c.after < 0 {
					i := slices.IndexFunc(live, func(f *telemetry.Frame) bool { return f.Arrived > arrive+c.after })
					d.live(live[:i]).late(late, live[i-1].Arrived).live(live[i:])
				} else {
					d.live(live).late(late, arrive+c.after)
				}
				trips, _, months := d.end()
				got := theTrip(t, trips)
				if d.unused > 0 {
					t.Errorf("%d late frames unused", d.unused)
				}
				if (got.ID == want.ID) != c.id {
					t.Errorf("identity %s, undisturbed %s", got.ID, want.ID)
				}
				if got.StartedAt != want.StartedAt || got.EndedAt != want.EndedAt {
					t.Errorf("from %s to %s, want %s to %s", got.StartedAt, got.EndedAt, want.StartedAt, want.EndedAt)
				}
				if math.Abs(got.DistanceM-want.DistanceM) > c.way || math.Abs(got.Receipt.Distances["speed"]-want.Receipt.Distances["speed"]) > c.way {
					t.Errorf("%.0f m (by speed %.0f), want %.0f (%.0f)", got.DistanceM, got.Receipt.Distances["speed"], want.DistanceM, want.Receipt.Distances["speed"])
				}
				if s := got.Scores.Performance.Score - want.Scores.Performance.Score; math.Abs(s) > 2 {
					t.Errorf("score %.1f, want %.1f", got.Scores.Performance.Score, want.Scores.Performance.Score)
				}
				if !slices.Contains(got.Receipt.Flags, "amended_from_summaries") {
					t.Errorf("flags %q", got.Receipt.Flags)
				}
				if m := months[len(months)-1]; m.Trips != 1 || m.DistanceM != got.DistanceM {
					t.Errorf("the month has %d trips and %.0f m, want 1 and %.0f", m.Trips, m.DistanceM, got.DistanceM)
				}
			})
		}
	}
}

func TestLateStopSplitsATrip(t *testing.T) {
	frames := legs(leg{30, 0, "off"}, leg{400, 14, "on"}, leg{300, 0, "off"}, leg{400, 12, "on"}, leg{200, 0, "off"})
	want, _, _ := newDelivery(t).live(frames).end()
	live, late := split(frames, 350, 800)
	got, _, months := newDelivery(t).live(live).late(late, live[len(live)-1].Arrived+60_000_000).end()
	if len(want) != 2 || len(got) != 2 {
		t.Fatalf("%d trips, undisturbed %d, want 2", len(got), len(want))
	}
	for i := range got {
		if got[i].ID != want[i].ID || got[i].StartedAt != want[i].StartedAt || got[i].EndedAt != want[i].EndedAt || math.Abs(got[i].DistanceM-want[i].DistanceM) > 20 {
			t.Errorf("trip %d from %s to %s, %.0f m, want %s to %s, %.0f m", i, got[i].StartedAt, got[i].EndedAt, got[i].DistanceM, want[i].StartedAt, want[i].EndedAt, want[i].DistanceM)
		}
	}
	if m := months[len(months)-1]; m.Trips != 2 {
		t.Errorf("the month has %d trips", m.Trips)
	}
}

// A gap longer than a trip's silence makes two trips; what comes late makes one of them.
func TestLateDriveJoinsTwoTrips(t *testing.T) {
	frames := legs(leg{30, 0, "off"}, leg{3000, 14, "on"}, leg{200, 0, "off"})
	trips, _, _ := newDelivery(t).live(frames).end()
	want := theTrip(t, trips)
	live, late := split(frames, 700, 2000)
	arrive := live[len(live)-1].Arrived + 60_000_000
	if before, _, _ := newDelivery(t).live(live).end(); len(before) != 2 {
		t.Fatalf("%d trips before, want 2", len(before))
	}
	got, _, months := newDelivery(t).live(live).late(late, arrive).end()
	if len(got) != 2 || got[0].State != outcome.Amended || got[1].State != outcome.Withdrawn {
		t.Fatalf("want one amended and one withdrawn trip, have %d", len(got))
	}
	if got[0].ID != want.ID || got[0].EndedAt != want.EndedAt || math.Abs(got[0].DistanceM-want.DistanceM) > 20 {
		t.Errorf("%s to %s, %.0f m; want %s, %.0f m", got[0].ID, got[0].EndedAt, got[0].DistanceM, want.EndedAt, want.DistanceM)
	}
	if m := months[len(months)-1]; m.Trips != 1 || m.DistanceM != got[0].DistanceM {
		t.Errorf("the month has %d trips, %.0f m", m.Trips, m.DistanceM)
	}
}

// Late frames in any order, and again, give the same bytes but for the revision.
func TestAnyOrderOfLateFramesGivesTheSame(t *testing.T) {
	frames := commute()
	rapid.Check(t, func(rt *rapid.T) {
		from := rapid.IntRange(5, 1200).Draw(rt, "from")
		to := from + rapid.IntRange(1, 700).Draw(rt, "length")
		live, late := split(frames, from, min(to, len(frames)-1))
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		again := slices.Clone(late)
		r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		if n := rapid.IntRange(0, len(again)).Draw(rt, "repeated"); n > 0 {
			again = append(again, again[:n]...)
		}
		arrive := frames[len(frames)-1].Arrived + rapid.Int64Range(0, 3600).Draw(rt, "after")*1_000_000
		one, two := newDelivery(t).live(live).late(late, arrive), newDelivery(t).live(live)
		two.store = &shelf{}
		two.late(again, arrive)
		if diff := cmp.Diff(bare(t, one), bare(t, two)); diff != "" {
			rt.Fatalf("(-in order +in another):\n%.2000s", diff)
		}
	})
}

// bare gives the newest trips and events as JSON, without revisions, nor whether there
// was one before.
func bare(t *testing.T, d *delivery) (lines []string) {
	trips, events, months := d.end()
	add := func(o outcome.Outcome) {
		o.Head().Revision = 0
		b, err := json.Marshal(o)
		b = bytes.Replace(b, []byte(`"state":"amended"`), []byte(`"state":"final"`), 1)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(b))
	}
	for _, o := range trips {
		add(o)
	}
	for _, o := range events {
		add(o)
	}
	for _, o := range months {
		add(o)
	}
	slices.Sort(lines)
	return lines
}

func TestLateFramesOutOfReachAreNotUsed(t *testing.T) {
	frames := commute()
	arrive := frames[len(frames)-1].Arrived
	// Repeats within a complete trip, after another has begun.
	d := newDelivery(t).live(frames)
	d.late(frames[100:200], arrive+60_000_000)
	if d.unused != 100 {
		t.Errorf("%d of 100 late frames within a complete trip unused", d.unused)
	}
	// So they are when so many have gone by that it is forgotten.
	d = newDelivery(t)
	const hour = 3600
	var all []*telemetry.Frame
	for i := range 25 {
		for _, f := range legs(leg{30, 0, "off"}, leg{120, 14, "on"}, leg{200, 0, "off"}) {
			f.Sequence += uint64(i * 350)
			f.Start, f.Arrived = f.Start+int64(i)*hour*1_000_000, f.Arrived+int64(i)*hour*1_000_000
			all = append(all, f)
		}
	}
	d.live(all).late(all[60:100], all[len(all)-1].Arrived+60_000_000)
	if trips, _, _ := d.end(); len(trips) != 25 || d.unused != 40 {
		t.Errorf("%d trips, %d of 40 late frames of the first unused; want 25 and all", len(trips), d.unused)
	}
	live, late := split(frames, 300, 900)
	d = newDelivery(t).live(live)
	d.late(late, arrive+8*day)
	trips, _, _ := d.end()
	if got := theTrip(t, trips); d.unused != len(late) || got.Revision != 1 {
		t.Errorf("%d of %d frames of last week unused, revision %d", d.unused, len(late), got.Revision)
	}
}

// A second run of the same late frames changes nothing.
func TestRepeatedLateFramesAmendOnce(t *testing.T) {
	frames := commute()
	arrive := frames[len(frames)-1].Arrived
	live, late := split(frames, 300, 900)
	d := newDelivery(t).live(live).late(late[:300], arrive+60_000_000).late(late[:300], arrive+600_000_000)
	trips, _, _ := d.end()
	if got := theTrip(t, trips); got.Revision != 2 {
		t.Errorf("revision %d, want 2", got.Revision)
	}
	d.late(late[300:], arrive+1200_000_000)
	trips, _, _ = d.end()
	if got := theTrip(t, trips); got.Revision != 3 || got.Partial {
		t.Errorf("revision %d, partial %v; want 3 and whole", got.Revision, got.Partial)
	}
}

// Of a vehicle that uses the signal, a late place is shown only after a switch in its
// own frame.
func TestLatePlacesAreHiddenInDoubt(t *testing.T) {
	frames := legs(leg{5, 0, "share"}, leg{5, 0, "off"}, leg{300, 14, "on"}, leg{1, 14, "hide"}, leg{300, 14, ""}, leg{1, 14, "share"}, leg{300, 14, ""}, leg{200, 0, "off"})
	live, late := split(frames, 100, 500)
	d := newDelivery(t)
	d.store = &shelf{}
	trips, _, _ := d.live(live).late(late, frames[len(frames)-1].Arrived+60_000_000).end()
	got := theTrip(t, trips)
	if !slices.Contains(got.Receipt.Flags, "location_hidden") || !got.Partial {
		t.Errorf("flags %q", got.Receipt.Flags)
	}
	south, north := frames[100].Position.Latitude[0], frames[611].Position.Latitude[0]
	for _, p := range decodeLine(t, got.Route.Polyline) {
		if p[0] > south+1e-4 && p[0] < north-1e-4 {
			t.Errorf("a place at latitude %.5f, hidden from %.5f to %.5f", p[0], south, north)
		}
	}
}

// What cannot be read stops the amendment loudly, and comes out when it can be.
func TestUnreadSummariesAreAnError(t *testing.T) {
	frames := commute()
	live, late := split(frames, 300, 900)
	d := newDelivery(t)
	d.store = &shelf{}
	d.live(live)
	before := len(d.out)
	d.store.broken = true
	d.late(late, frames[len(frames)-1].Arrived+60_000_000)
	d.advance(math.MaxInt64 - 1)
	if !errors.Is(d.scratch.Err, errShelf) {
		t.Fatalf("error %v, want the shelf's", d.scratch.Err)
	}
	for _, o := range d.out[before:] {
		if o.Head().Revision > 1 && o.Head().Type == outcome.TypeTrip {
			t.Error("amended from half of what there is")
		}
	}
}

// A checkpoint moves summaries out; what is needed of them is named.
func TestCutMovesSummariesOut(t *testing.T) {
	frames := commute()
	live, late := split(frames, 300, 900)
	d := newDelivery(t)
	d.store = &shelf{}
	d.live(live)
	d.advance(frames[len(frames)-1].Arrived + 3600_000_000)
	for range 3 {
		if err := d.vehicle.Cut(d.store, &d.scratch); err != nil {
			t.Fatal(err)
		}
	}
	refs := slices.Collect(d.vehicle.Refs)
	if len(refs) != 1 || d.store.kept != 1 {
		t.Errorf("%d pieces needed, %d put to stay; want 1 and 1", len(refs), d.store.kept)
	}
	d.late(late, frames[len(frames)-1].Arrived+2*3600_000_000)
	trips, _, _ := d.end()
	if got := theTrip(t, trips); got.Partial || got.Revision != 2 {
		t.Errorf("partial %v, revision %d", got.Partial, got.Revision)
	}
	if refs := slices.Collect(d.vehicle.Refs); len(refs) != 0 {
		t.Errorf("%d pieces of a complete trip are still needed", len(refs))
	}
}

// A second of every track, with noisy sensors, takes 20 bytes at most on average.
func TestSummarySize(t *testing.T) {
	for _, hertz := range []int{10, 100} {
		d := newDrive(t, 1, hertz)
		for range 3 {
			for range 290 {
				d.step(t)
			}
			store := &shelf{}
			if err := d.cars[0].Cut(store, &pipeline.Scratch{}); err != nil {
				t.Fatal(err)
			}
			size := float64(len(store.pieces[0])) / 290
			t.Logf("motion at %d Hz: %.1f bytes a second", hertz, size)
			if size > 20 {
				t.Errorf("a second takes %.1f bytes, want 20 at most", size)
			}
		}
	}
}

func decodeLine(t *testing.T, line string) [][]float64 {
	t.Helper()
	coords, _, err := polyline.DecodeCoords([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	return coords
}

// tester is what testing and rapid have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}
