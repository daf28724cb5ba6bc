package decode

import (
	"errors"
	"testing"

	"milepost/telemetry"
	tesla "milepost/telemetry/tesla/v1"
)

// fuzzDecoder checks what holds for every record of a format.
func fuzzDecoder(f *testing.F, format Format) {
	f.Fuzz(func(t *testing.T, b []byte) {
		d := testDecoder(t)
		var fr telemetry.Frame
		if err := d.Decode(format, &Record{Key: nil, Value: b, Arrived: arrived}, &fr); err != nil {
			var e *Error
			if !errors.As(err, &e) || fr.Samples() != 0 {
				t.Fatalf("error %T of %d samples", err, fr.Samples())
			}
			return
		}
		if fr.VehicleID == "" || fr.RecordID == "" || fr.End() > arrived {
			t.Fatalf("vehicle %q, record %q, end %d", fr.VehicleID, fr.RecordID, fr.End())
		}
		for _, n := range d.Lost {
			if n < 0 {
				t.Fatalf("losses %v", d.Lost)
			}
		}
		before := fr.Samples()
		var drops telemetry.Drops
		fr.Clean(&drops)
		if fr.Samples() > before {
			t.Fatalf("%d samples became %d", before, fr.Samples())
		}
		if _, err := new(Milepost).Encode(nil, &fr); err != nil {
			t.Fatalf("a clean frame cannot be written: %v", err)
		}
	})
}

func FuzzTeslaProtobuf(f *testing.F) {
	f.Add(teslaBytes(f, teslaRecord()))
	p := teslaRecord()
	p.CreatedAt = &tesla.Instant{Seconds: -1 << 63, Nanos: -1 << 31}
	f.Add(teslaBytes(f, p))
	f.Add([]byte{0x1a, 1, 'v', 0x12, 2, 0x08, 1, 0x0a, 0})
	fuzzDecoder(f, TeslaVProtobuf)
}

func FuzzTeslaJSON(f *testing.F) {
	f.Add([]byte(teslaText))
	f.Add([]byte(`{"data":[null,{"key":4,"value":null},{"value":{"stringValue":"1"}}],"createdAt":"2026-03-02T08:00:00Z","vin":"x"}`))
	f.Add([]byte(`{"data":[{"key":"Location","value":{"stringValue":"(1 N, 1e308 W)"}}],"createdAt":"2026-03-02T08:00:00Z","vin":"x"}`))
	fuzzDecoder(f, TeslaVJSON)
}

const dimoText = `{"specversion":"1.0","type":"dimo.signals","subject":"did:erc721:137:0xbA57:42","id":"x","data":{"signals":[
{"timestamp":"2026-03-02T08:00:00Z","name":"speed","valueNumber":42.5,"valueString":"","valueLocation":{"latitude":0,"longitude":0,"hdop":0,"heading":0},"cloudEventId":"a"},
{"timestamp":"2026-03-02T08:00:00Z","name":"currentLocationCoordinates","valueNumber":0,"valueString":"","valueLocation":{"latitude":48.1,"longitude":11.5,"hdop":1,"heading":0},"cloudEventId":"a"},
{"timestamp":"2026-03-02T08:00:00Z","name":"powertrainTransmissionTravelledDistance","valueNumber":48123.4,"valueString":"","valueLocation":{"latitude":0,"longitude":0,"hdop":0,"heading":0},"cloudEventId":"a"},
{"timestamp":"2026-03-02T08:00:01Z","name":"isIgnitionOn","valueNumber":1,"valueString":"","valueLocation":{"latitude":0,"longitude":0,"hdop":0,"heading":0},"cloudEventId":"a"}]}}`

func FuzzDIMOSignals(f *testing.F) {
	f.Add([]byte(dimoText))
	f.Add([]byte(`{"type":"dimo.signals","subject":"v","data":{"signals":[null,[],{"name":"currentLocationIsRedacted","timestamp":"2026-03-02T08:00:00Z","valueNumber":1}]}}`))
	f.Add([]byte(`{"type":"dimo.signals","subject":"v","data":{"signals":[{"name":"speed","timestamp":"2026-03-02T07:00:00Z","valueNumber":1},{"name":"speed","timestamp":"2026-03-02T08:00:00Z","valueNumber":1}]}}`))
	fuzzDecoder(f, DIMOSignalsJSON)
}

func BenchmarkDecoder(b *testing.B) {
	own, _ := new(Milepost).Encode(nil, second(1))
	for _, c := range []struct {
		format Format
		key    string
		value  []byte
	}{
		{MilepostProtobuf, "vehicle-1", own},
		{TeslaVProtobuf, testVIN, teslaBytes(b, teslaRecord())},
		{TeslaVJSON, testVIN, []byte(teslaText)},
		{DIMOSignalsJSON, "did:erc721:137:0xbA57:42", []byte(dimoText)},
	} {
		b.Run(c.format.String(), func(b *testing.B) {
			d := testDecoder(b)
			r := &Record{Key: []byte(c.key), Value: c.value, Headers: headers{"txid": "7b4a1d0e-0000-4000-8000-000000000001"}, Arrived: arrived}
			var f telemetry.Frame
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Decode(c.format, r, &f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
