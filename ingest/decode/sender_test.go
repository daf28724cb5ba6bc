package decode_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"milepost/fixtures"
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
	if old, ok := c[name]; math.IsNaN(v) || ok && old == v {
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
