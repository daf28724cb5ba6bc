package decode_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"milepost/fixtures"
	"milepost/ingest/decode"
	"milepost/ingest/order"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// disorder repeats a fifth of the records and delays a twentieth within 9 s.
func disorder(in []wireRecord, seed uint64) []wireRecord {
	r := rand.New(rand.NewPCG(seed, 0))
	var out []wireRecord
	for _, w := range in {
		if r.IntN(20) == 0 {
			w.arrived += r.Int64N(9e6)
		}
		out = append(out, w)
		if r.IntN(5) == 0 {
			w.arrived += r.Int64N(60e6)
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b wireRecord) int { return cmp.Compare(a.arrived, b.arrived) })
	return out
}

// driven is what came of a drive: the newest revision of each trip.
type driven struct {
	trips                  []*outcome.Trip
	duplicates, late, held int
	revised                int
}

// playDrive is what a partition does with one car's records.
func playDrive(t *testing.T, format decode.Format, v *fixtures.Vehicle, in []wireRecord) driven {
	t.Helper()
	d, err := decode.NewDecoder(decode.Config{Identity: decode.Identity{Key: []byte("a key for tests only, 32 bytes..")}})
	if err != nil {
		t.Fatal(err)
	}
	profile := v.Profile()
	car, err := pipeline.NewVehicle(profile)
	if err != nil {
		t.Fatal(err)
	}
	var (
		q   order.Timed
		s   pipeline.Scratch
		f   telemetry.Frame
		out driven
	)
	advance := func(now int64) {
		for {
			waits, timer := q.Due(), car.Next()
			if due := min(waits, timer); due > now || due == math.MaxInt64 {
				return
			}
			if timer < waits {
				car.Advance(timer, &s)
			} else if f := q.Pop(now); f != nil {
				car.Apply(f, &s)
			}
		}
	}
	for i := range in {
		w := &in[i]
		if err := d.Decode(format, &decode.Record{Value: w.value, Headers: w, Arrived: w.arrived}, &f); err != nil {
			t.Fatal(err)
		}
		advance(w.arrived)
		switch q.Push(&f) {
		case order.Duplicate:
			out.duplicates++
		case order.Late:
			out.late++
		default:
			out.held++
		}
	}
	advance(math.MaxInt64)
	newest := map[string]*outcome.Trip{}
	for _, o := range s.Out {
		if o, ok := o.(*outcome.Trip); ok {
			if o.Revision > 1 {
				out.revised++
			}
			newest[o.ID] = o
		}
	}
	for _, o := range newest {
		out.trips = append(out.trips, o)
	}
	slices.SortFunc(out.trips, func(a, b *outcome.Trip) int { return cmp.Compare(a.StartedAt, b.StartedAt) })
	return out
}

// joined are the true trips as they can be told without ignition state: a stop of
// under 5 min does not part two.
func joined(trips []fixtures.TripTruth) []fixtures.TripTruth {
	var out []fixtures.TripTruth
	for _, tr := range trips {
		if n := len(out); n > 0 && tr.Start-out[n-1].End < 300e6 {
			out[n-1].End = tr.End
			out[n-1].DistanceM += tr.DistanceM
			continue
		}
		out = append(out, tr)
	}
	return out
}

// meet counts the true trips that a produced one meets: within 60 s at both ends, and
// within 3 % of the distance or a slack.
func meet(t *testing.T, want []fixtures.TripTruth, got []*outcome.Trip, slackM float64) (met int) {
	for _, tr := range want {
		i := slices.IndexFunc(got, func(o *outcome.Trip) bool { return math.Abs(float64(int64(o.StartedAt)-tr.Start)) <= 60e6 })
		if i < 0 {
			t.Logf("truth %s +%d s: nothing starts there", outcome.Time(tr.Start), (tr.End-tr.Start)/1e6)
			continue
		}
		end, off := float64(int64(got[i].EndedAt)-tr.End)/1e6, got[i].DistanceM-tr.DistanceM
		if math.Abs(end) > 60 || math.Abs(off) > max(0.03*tr.DistanceM, slackM) {
			t.Logf("truth %s +%d s %.0f m: start %+.1f s, end %+.1f s, distance %+.1f m", outcome.Time(tr.Start), (tr.End-tr.Start)/1e6,
				tr.DistanceM, float64(int64(got[i].StartedAt)-tr.Start)/1e6, end, off)
			continue
		}
		met++
	}
	return met
}

func TestDrivesByForeignFormats(t *testing.T) {
	vehicles := 6
	if testing.Short() {
		vehicles = 2
	}
	for _, c := range []struct {
		name   string
		format decode.Format
		wire   func(*testing.T, []snapshot) []wireRecord
		// plain: no stops that only ignition state tells from parking, or the reverse.
		plain  bool
		slackM float64
	}{
		{"Tesla, changes every second", decode.TeslaVProtobuf, func(t *testing.T, s []snapshot) []wireRecord { return teslaDrive(t, s, 0, 1) }, true, 0},
		{"Tesla, no speed for 50 s at a time", decode.TeslaVProtobuf, func(t *testing.T, s []snapshot) []wireRecord { return teslaDrive(t, s, 50, 1) }, true, 0},
		{"Tesla, odometer every 5 min", decode.TeslaVProtobuf, func(t *testing.T, s []snapshot) []wireRecord { return teslaDrive(t, s, 0, 300) }, true, 0},
		{"DIMO every second", decode.DIMOSignalsJSON, func(t *testing.T, s []snapshot) []wireRecord { return dimoDrive(t, s, 1, false) }, true, 0},
		// The way before the first sample that moves is not known.
		{"DIMO every 10 s", decode.DIMOSignalsJSON, func(t *testing.T, s []snapshot) []wireRecord { return dimoDrive(t, s, 10, false) }, true, 100},
		{"DIMO every 10 s with ignition", decode.DIMOSignalsJSON, func(t *testing.T, s []snapshot) []wireRecord { return dimoDrive(t, s, 10, true) }, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			fleet, err := fixtures.New(fixtures.Config{Seed: 21, Vehicles: vehicles, Days: 4, SpeedHz: 1,
				Uplinks: []fixtures.Uplink{fixtures.Stream}, Quiet: c.plain})
			if err != nil {
				t.Fatal(err)
			}
			met, total, made, revised := 0, 0, 0, 0
			for i := range fleet.Vehicles() {
				v := fleet.Vehicle(i)
				sent := c.wire(t, snapshots(v))
				got := playDrive(t, c.format, v, disorder(sent, uint64(i)))
				want := v.Truth().Trips
				if c.plain {
					want = joined(want)
				}
				met += meet(t, want, got.trips, c.slackM)
				total, made, revised = total+len(want), made+len(got.trips), revised+got.revised
				if got.held != len(sent) || got.duplicates == 0 {
					t.Errorf("car %d: %d of %d records held, %d duplicates, %d late", i, got.held, len(sent), got.duplicates, got.late)
				}
			}
			t.Logf("%d of %d true trips met, %d made, %d revisions", met, total, made, revised)
			if met < total || made != total {
				t.Errorf("%d of %d true trips met, %d made", met, total, made)
			}
		})
	}
}
