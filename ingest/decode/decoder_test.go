package decode

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"milepost/telemetry"
	tesla "milepost/telemetry/tesla/v1"
)

const arrived = 1_772_438_402_000_000 // 2026-03-02T08:00:02Z

// teslaRecord is a V record with one datum of every kind that milepost reads.
func teslaRecord() *tesla.Payload {
	text := func(f tesla.Field, s string) *tesla.Datum {
		return &tesla.Datum{Key: f, Value: &tesla.Value{Value: &tesla.Value_StringValue{StringValue: s}}}
	}
	return &tesla.Payload{Vin: testVIN, CreatedAt: &tesla.Instant{Seconds: arrived/1e6 - 1, Nanos: 5e8}, Data: []*tesla.Datum{
		text(tesla.Field_VehicleSpeed, "42.1"), text(tesla.Field_Odometer, "12345.678"), text(tesla.Field_Soc, "61.5"),
		text(tesla.Field_Gear, "D"), text(tesla.Field_PedalPosition, "12.5"),
		{Key: tesla.Field_Location, Value: &tesla.Value{Value: &tesla.Value_LocationValue{
			LocationValue: &tesla.LocationValue{Latitude: 48.137154, Longitude: 11.576124}}}},
		{Key: tesla.Field_GpsHeading, Value: &tesla.Value{Value: &tesla.Value_DoubleValue{DoubleValue: 271.5}}},
		{Key: tesla.Field_DriverSeatBelt, Value: &tesla.Value{Value: &tesla.Value_BooleanValue{BooleanValue: true}}},
	}}
}

func teslaBytes(t testing.TB, p *tesla.Payload) []byte {
	t.Helper()
	b, err := p.MarshalVT()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const teslaText = `{"data":[{"key":"VehicleSpeed","value":{"stringValue":"42.1"}},{"key":"Odometer","value":{"stringValue":"12345.678"}},
{"key":"Soc","value":{"stringValue":"61.5"}},{"key":"Gear","value":{"stringValue":"D"}},{"key":"PedalPosition","value":{"stringValue":"12.5"}},
{"key":"Location","value":{"locationValue":{"latitude":48.137154,"longitude":11.576124}}},{"key":"GpsHeading","value":{"doubleValue":271.5}},
{"key":"DriverSeatBelt","value":{"booleanValue":true}}],"createdAt":"2026-03-02T08:00:01.5Z","vin":"5YJ3E1EA7KF000000"}`

func TestTeslaProtobufIsAsJSON(t *testing.T) {
	var a, b telemetry.Frame
	h := headers{"txid": "one", "txtype": "V"}
	for format, in := range map[Format]struct {
		value []byte
		f     *telemetry.Frame
	}{TeslaVProtobuf: {teslaBytes(t, teslaRecord()), &a}, TeslaVJSON: {[]byte(teslaText), &b}} {
		if err := testDecoder(t).Decode(format, &Record{Key: []byte(testVIN), Value: in.value, Headers: h, Arrived: arrived}, in.f); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(&a, &b, cmpopts.EquateEmpty()); diff != "" || a.Samples() != 4 {
		t.Errorf("protobuf and JSON, %d samples:\n%s", a.Samples(), diff)
	}
}

// What a newer vehicle sends costs itself, not the record.
func TestTeslaUnknownKinds(t *testing.T) {
	p := teslaRecord()
	p.Data = p.Data[:1]
	b := teslaBytes(t, p)
	newKind := []byte{0x08, 94, 0x12, 3, 0x98, 0x01, 2}                 // key 94, value of case 19
	newField := []byte{0x08, 0xe7, 0x07, 0x12, 3, 0x0a, 1, '1'}         // key 999
	noValue := []byte{0x08, 4}                                          // no value at all
	invalid := []byte{0x08, 4, 0x12, 2, 0x50, 1}                        // said to be invalid
	charging := []byte{0x08, 2, 0x12, 2, 0x40, 5}                       // an enumeration of a field not read
	unknownPart := []byte{0x08, 8, 0x12, 4, 0x0a, 2, '6', '0', 0x78, 1} // a datum with a member more
	for _, datum := range [][]byte{newKind, newField, noValue, invalid, charging, unknownPart} {
		b = append(append(b, 0x0a, byte(len(datum))), datum...)
	}
	b = append(b, 0xa2, 0x06, 2, 'x', 'y') // field 100 of the payload
	var f telemetry.Frame
	d := testDecoder(t)
	if err := d.Decode(TeslaVProtobuf, &Record{Value: b, Arrived: arrived}, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Speed.Speed) != 1 || len(f.Energy.SoC) != 1 || f.Samples() != 2 {
		t.Errorf("%d samples, speed %v, charge %v", f.Samples(), f.Speed.Speed, f.Energy.SoC)
	}
	if want := (Losses{LossUnknown: 4, LossInvalid: 1}); d.Lost != want {
		t.Errorf("lost %v, want %v", d.Lost, want)
	}
}

func TestFormatsAndClasses(t *testing.T) {
	own, _ := new(Milepost).Encode(nil, second(1))
	typed := func(s string) headers { return headers{"content-type": s} }
	big := make([]byte, DefaultMaxBytes+1)
	for _, c := range []struct {
		name    string
		setting Format
		r       Record
		want    Class
		vehicle string
		fails   bool
	}{
		{"own, by its name", Unset, Record{Key: []byte("car"), Value: own, Headers: typed("milepost-protobuf")}, 0, "car", false},
		{"own, by its media type", Unset, Record{Key: []byte("car"), Value: own, Headers: typed("application/vnd.milepost.telemetry.v1+protobuf")}, 0, "car", false},
		{"own, with a parameter", Unset, Record{Key: []byte("car"), Value: own, Headers: typed("application/x-protobuf; charset=x")}, 0, "car", false},
		{"own, by setting", MilepostProtobuf, Record{Key: []byte("car"), Value: own}, 0, "car", false},
		{"the setting is over the header", MilepostProtobuf, Record{Key: []byte("car"), Value: own, Headers: typed("text/html")}, 0, "car", false},
		{"own, keyed by a VIN", MilepostProtobuf, Record{Key: []byte(testVIN), Value: own}, 0, "23c3e9fd751a20749f8a19d05b45fca1", false},
		{"no format", Unset, Record{Key: []byte("car"), Value: own}, ClassFormat, "car", true},
		{"another format", Unset, Record{Key: []byte(testVIN), Value: own, Headers: typed("text/html")}, ClassFormat, "23c3e9fd751a20749f8a19d05b45fca1", true},
		{"no such format", 99, Record{Key: []byte("car"), Value: own}, ClassFormat, "car", true},
		{"no key", MilepostProtobuf, Record{Value: own}, ClassNoKey, "", true},
		{"a key of control characters", MilepostProtobuf, Record{Key: []byte("a\nb"), Value: own}, ClassIdentity, "", true},
		{"a long key", MilepostProtobuf, Record{Key: bytes.Repeat([]byte("k"), 129), Value: own}, ClassIdentity, "", true},
		{"empty", TeslaVJSON, Record{Key: []byte(testVIN)}, ClassEmpty, "23c3e9fd751a20749f8a19d05b45fca1", true},
		{"too large", MilepostProtobuf, Record{Key: []byte("car"), Value: big}, ClassTooLarge, "car", true},
		{"garbage", MilepostProtobuf, Record{Key: []byte("car"), Value: []byte("garbage")}, ClassMalformed, "car", true},
		{"Tesla garbage", TeslaVProtobuf, Record{Key: []byte(testVIN), Value: []byte("garbage")}, ClassMalformed, "23c3e9fd751a20749f8a19d05b45fca1", true},
		{"Tesla without any name", TeslaVJSON, Record{Value: []byte(`{"createdAt":"2026-03-02T08:00:00Z"}`)}, ClassNoKey, "", true},
		{"Tesla, header and key differ", TeslaVJSON, Record{Key: []byte("a"), Headers: headers{"vin": "b"}, Value: []byte(`{}`)}, ClassIdentity, "", true},
		{"DIMO without any name", DIMOSignalsJSON, Record{Value: []byte(`{"type":"dimo.signals"}`)}, ClassNoKey, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := telemetry.Frame{Speed: telemetry.Speed{At: []int32{5}, Speed: []float32{5}}, VehicleID: "the car before"}
			c.r.Arrived = arrived
			err := testDecoder(t).Decode(c.setting, &c.r, &f)
			if f.VehicleID != c.vehicle || f.Arrived != arrived {
				t.Errorf("vehicle %q, arrived %d", f.VehicleID, f.Arrived)
			}
			var e *Error
			switch {
			case !c.fails && err != nil, c.fails && !errors.As(err, &e):
				t.Fatalf("error %v", err)
			case !c.fails:
				return
			}
			if e.Class != c.want {
				t.Errorf("%v: class %s, want %s", err, e.Class, c.want)
			}
			if f.Samples() != 0 {
				t.Error("a record that cannot be used left samples")
			}
			if strings.Contains(err.Error(), testVIN) {
				t.Errorf("the error names the VIN: %v", err)
			}
		})
	}
}

func TestNoKeyNoVIN(t *testing.T) {
	d, err := NewDecoder(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []Format{MilepostProtobuf, TeslaVProtobuf} {
		var e *Error
		err := d.Decode(format, &Record{Key: []byte(testVIN), Value: teslaBytes(t, teslaRecord()), Arrived: arrived}, &telemetry.Frame{})
		if !errors.As(err, &e) || e.Class != ClassIdentity {
			t.Errorf("%s: error %v, want class identity", format, err)
		}
	}
	if _, err := NewDecoder(Config{Identity: Identity{Key: []byte("short")}}); err == nil {
		t.Error("a key of 5 bytes was taken")
	}
}

// The pseudonym is a contract: another build must give the same. The expected one was
// computed by openssl dgst -sha256 -hmac.
func TestPseudonym(t *testing.T) {
	for _, vin := range []string{testVIN, strings.ToLower(testVIN)} {
		if got := (Identity{Key: testKey}).Pseudonym([]byte(vin)); got != "23c3e9fd751a20749f8a19d05b45fca1" {
			t.Errorf("pseudonym %s of %s", got, vin)
		}
	}
}

// A VIN does not pass in the clear within a longer key either; what is none does.
func TestKeysThatNameAVIN(t *testing.T) {
	names := Identity{Key: testKey}
	for key, hidden := range map[string]bool{
		testVIN: true, "make:" + testVIN: true, testVIN + "/1": true, "Citroën " + strings.ToLower(testVIN): true,
		"did:erc721:137:0xbA5738a18d83D41847dfFbDC6101d37C69c9B0cF:1234": false, "vehicle-000000001": false,
		"6f1e2c1c-8a3f-4a39-9a04-0d6a1b6f0c11": false,
	} {
		id, err := names.VehicleID([]byte(key))
		if err != nil || (id != key) != hidden {
			t.Errorf("%s becomes %q, error %v", key, id, err)
		}
		if _, err := (Identity{}).VehicleID([]byte(key)); (err != nil) != hidden {
			t.Errorf("%s without an identity key: error %v", key, err)
		}
	}
	// As a whole: the same VIN of another make is another key.
	a, _ := names.VehicleID([]byte("a:" + testVIN))
	b, _ := names.VehicleID([]byte("b:" + testVIN))
	if a == b {
		t.Error("two keys give one vehicle")
	}
}

// DIMO's events are the same where source and id are, whatever event the signals were
// taken from.
func TestDIMORecordIDs(t *testing.T) {
	id := func(head, signals string) string {
		t.Helper()
		var f telemetry.Frame
		r := &Record{Arrived: arrived, Value: []byte(`{"type":"dimo.signals","subject":"car",` + head + `"data":{"signals":[` + signals + `]}}`)}
		if err := testDecoder(t).Decode(DIMOSignalsJSON, r, &f); err != nil {
			t.Fatal(err)
		}
		return f.RecordID
	}
	speed := func(v string) string {
		return `{"timestamp":"2026-03-02T08:00:00Z","name":"speed","valueNumber":` + v + `,"cloudEventId":"raw"}`
	}
	one := id(`"source":"a","id":"b1",`, speed("1"))
	for name, same := range map[string]struct {
		id   string
		want bool
	}{
		"sent again":           {id(`"source":"a","id":"b1",`, speed("2")), true},
		"another source":       {id(`"source":"c","id":"b1",`, speed("1")), false},
		"source and id run on": {id(`"source":"ab","id":"1",`, speed("1")), false},
		"no id":                {id(`"source":"a",`, speed("1")), false},
		"no source":            {id(`"id":"b1",`, speed("1")), false},
	} {
		if (same.id == one) != same.want {
			t.Errorf("%s: %s, the first is %s", name, same.id, one)
		}
	}
	if id("", speed("1")) == id("", speed("2")) {
		t.Error("two records taken from one event are one")
	}
}

func TestLooksLikeVIN(t *testing.T) {
	for key, want := range map[string]bool{
		testVIN: true, "wvwzzz1jz3w386752": true, "12345678901234567": true,
		"5YJ3E1EA7KF00000": false, "5YJ3E1EA7KF0000000": false, "5YJ3E1EA7KF00000O": false, "5YJ3E1EA-KF000000": false, "5YJ3E1EA\x17KF000000": false, "vehicle-000000001": false,
	} {
		if got := looksLikeVIN([]byte(key)); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}

func TestNamesStayBounded(t *testing.T) {
	d := testDecoder(t)
	for i := range 5 * namesKept {
		if _, err := d.vehicle(fmt.Appendf(nil, "car-%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(d.names.now) + len(d.names.before); n > 2*namesKept {
		t.Errorf("%d names kept", n)
	}
}

func TestFormatNames(t *testing.T) {
	for f := range formatCount {
		var got Format
		b, _ := f.MarshalText()
		if err := got.UnmarshalText(b); err != nil || got != f {
			t.Errorf("%q is %v, error %v", b, got, err)
		}
	}
	if _, err := ParseFormat("tesla"); err == nil || !strings.Contains(err.Error(), "tesla-v-protobuf, tesla-v-json") {
		t.Errorf("error %v", err)
	}
}

func TestDecoderAllocatesNothingForTheOwnFormat(t *testing.T) {
	if raceEnabled {
		t.Skip("pools drop items at random under the race detector; make test counts again without it")
	}
	d := testDecoder(t)
	own, _ := new(Milepost).Encode(nil, second(1))
	r := &Record{Key: []byte("vehicle-1"), Value: own, Headers: headers{}, Arrived: arrived}
	var f telemetry.Frame
	if n := testing.AllocsPerRun(200, func() { _ = d.Decode(MilepostProtobuf, r, &f) }); n > 0 {
		t.Errorf("%v allocations per record, want none", n)
	}
}
