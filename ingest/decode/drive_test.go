package decode_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"milepost/fixtures"
	"milepost/ingest/decode"
	"milepost/ingest/order"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
	tesla "milepost/telemetry/tesla/v1"
)

const driveVIN = "5YJ3E1EA7KF000000"

// wireRecord is a record on its topic.
type wireRecord struct {
	id      string
	value   []byte
	arrived int64
}

func (r *wireRecord) Header(name string) ([]byte, bool) { return []byte(r.id), name == "txid" }

// snapshot is what a car knows at the end of a second: NaN where it says nothing.
type snapshot struct {
	at, arrived                          int64
	speed, odometer, soc, lat, lon, head float64
	ignition                             int64 // changes only, -1 for none
}

// snapshots are the seconds of a simulated car in which it said something.
func snapshots(v *fixtures.Vehicle) []snapshot {
	var out []snapshot
	for f := range v.Frames() {
		if f.Samples() == 0 {
			continue
		}
		newest := func(c []float32) float64 {
			if len(c) == 0 {
				return math.NaN()
			}
			return float64(c[len(c)-1])
		}
		newest64 := func(c []float64) float64 {
			if len(c) == 0 {
				return math.NaN()
			}
			return c[len(c)-1]
		}
		s := snapshot{at: f.End(), arrived: f.Arrived, speed: newest(f.Speed.Speed), odometer: newest64(f.Energy.Odometer),
			soc: newest(f.Energy.SoC), lat: newest64(f.Position.Latitude), lon: newest64(f.Position.Longitude), head: newest(f.Position.Heading), ignition: -1}
		for i, sig := range f.Body.Signal {
			if sig == telemetry.SystemState {
				s.ignition = f.Body.Value[i]
			}
		}
		if telemetry.Known(s.speed) || telemetry.Known(s.soc) || s.ignition >= 0 {
			out = append(out, s)
		}
	}
	return out
}

// changed keeps what a change-only sender would send of values rounded as it does.
type changed map[string]float64

func (c changed) is(name string, v, grain float64) (float64, bool) {
	v = math.Round(v/grain) * grain
	if math.IsNaN(v) || c[name] == v && v != 0 {
		return v, false
	}
	if old, ok := c[name]; ok && old == v {
		return v, false
	}
	c[name] = v
	return v, true
}

// teslaDrive is a car's drives as V records: every second, of each field only its
// changes, numbers as strings by half of the fields; amid drives no speed for the first
// part of every 170 s, the odometer every so many seconds.
func teslaDrive(t *testing.T, all []snapshot, mute, odometer int64) []wireRecord {
	var out []wireRecord
	last := changed{}
	for i, s := range all {
		p := &tesla.Payload{Vin: driveVIN, CreatedAt: &tesla.Instant{Seconds: s.at / 1e6, Nanos: int32(s.at % 1e6 * 1000)}}
		add := func(f tesla.Field, v, grain float64, decimals int) {
			v, ok := last.is(f.String(), v, grain)
			if !ok {
				return
			}
			value := &tesla.Value{Value: &tesla.Value_DoubleValue{DoubleValue: v}}
			if decimals >= 0 {
				value = &tesla.Value{Value: &tesla.Value_StringValue{StringValue: fmt.Sprintf("%.*f", decimals, v)}}
			}
			p.Data = append(p.Data, &tesla.Datum{Key: f, Value: value})
		}
		if !amid(all, i) || s.at/1e6%170 >= mute {
			add(tesla.Field_VehicleSpeed, s.speed/0.44704, 0.1, 1)
		}
		if s.at/1e6%odometer == 0 {
			add(tesla.Field_Odometer, s.odometer/1609.344, 0.001, 3)
		}
		add(tesla.Field_Soc, s.soc, 0.1, -1)
		add(tesla.Field_GpsHeading, s.head, 1, -1)
		lat, a := last.is("lat", s.lat, 1e-5)
		lon, b := last.is("lon", s.lon, 1e-5)
		if a || b {
			p.Data = append(p.Data, &tesla.Datum{Key: tesla.Field_Location, Value: &tesla.Value{Value: &tesla.Value_LocationValue{
				LocationValue: &tesla.LocationValue{Latitude: lat, Longitude: lon}}}})
		}
		if len(p.Data) == 0 {
			continue
		}
		b2, err := p.MarshalVT()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, wireRecord{fmt.Sprintf("tx-%d", i), b2, s.arrived})
	}
	return out
}

// amid reports a second that lies 60 s and more within a time of reports each second.
func amid(all []snapshot, i int) bool {
	return i >= 60 && i+60 < len(all) && all[i+60].at-all[i-60].at < 122e6
}

// dimoDrive is the same as DIMO events, one every so many seconds with all signals.
func dimoDrive(t *testing.T, all []snapshot, every int64, ignition bool) []wireRecord {
	var out []wireRecord
	last := int64(0)
	for i, s := range all {
		due := s.at/1e6/every != last || i+1 == len(all) || telemetry.Known(s.speed) && !telemetry.Known(all[i+1].speed) // the last before it sleeps
		if !due && (s.ignition < 0 || !ignition) {
			continue
		}
		last = s.at / 1e6 / every
		type m map[string]any
		var signals []m
		add := func(name string, v float64) {
			if !math.IsNaN(v) {
				signals = append(signals, m{"timestamp": time.UnixMicro(s.at).UTC().Format(time.RFC3339Nano), "name": name, "valueNumber": v,
					"valueString": "", "valueLocation": m{"latitude": 0, "longitude": 0, "hdop": 0, "heading": 0}, "cloudEventId": "raw"})
			}
		}
		add("speed", math.Round(s.speed*36)/10)
		add("powertrainTransmissionTravelledDistance", math.Round(s.odometer/10)/100)
		add("powertrainTractionBatteryStateOfChargeCurrent", s.soc)
		add("currentLocationLatitude", s.lat)
		add("currentLocationLongitude", s.lon)
		if ignition && s.ignition >= 0 {
			on := 0.0
			if s.ignition >= telemetry.StateOn {
				on = 1
			}
			add("isIgnitionOn", on)
		}
		if len(signals) == 0 {
			continue
		}
		b, err := json.Marshal(m{"specversion": "1.0", "type": "dimo.signals", "subject": "did:erc721:137:0x01:7", "id": fmt.Sprintf("ev-%d", i),
			"data": m{"signals": signals}})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, wireRecord{fmt.Sprintf("ev-%d", i), b, s.arrived})
	}
	return out
}

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
			fleet, err := fixtures.New(fixtures.Config{Seed: 21, Vehicles: 6, Days: 4, SpeedHz: 1,
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
