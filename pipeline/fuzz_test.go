package pipeline_test

import (
	"math"
	"testing"

	"milepost/fleet"
	"milepost/ingest/decode"
	"milepost/outcome/schema"
	"milepost/pipeline"
	"milepost/telemetry"
)

// Any bytes that decode, as the frames of one vehicle, neither panic nor give an
// outcome that its schema refuses (which also refuses NaN).
func FuzzVehicle(f *testing.F) {
	records := lap(f, 10)
	f.Add(records[0], records[1], records[2], int64(1_788_220_800_000_000), int64(1_000_000))
	f.Add(records[0], records[40], records[80], int64(1_788_220_800_000_000), int64(700_000_000))
	f.Add(records[0], records[1], records[2], int64(1_788_220_800_000_003), int64(1_000_000))
	f.Add(records[0], records[1], records[2], int64(1_788_220_800_000_001), int64(1_500_003))
	f.Add(records[0], records[9], records[0], int64(4_102_444_799_000_000), int64(-5))
	// The seconds around a crash.
	var around [3][]byte
	var d decode.Milepost
	for i, fr := range seconds(plainCrash().points())[29:32] {
		b, err := d.Encode(nil, fr)
		if err != nil {
			f.Fatal(err)
		}
		around[i] = b
	}
	f.Add(around[0], around[1], around[2], t0, int64(1_000_000))
	f.Add(around[1], around[1], around[2], t0+1, int64(999_999))
	valid, err := schema.NewValidator()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b, c []byte, start, step int64) {
		v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
		if err != nil {
			t.Fatal(err)
		}
		var d decode.Milepost
		var s pipeline.Scratch
		for i, record := range [][]byte{a, b, c, a, c} {
			var fr telemetry.Frame
			if d.Decode(record, &fr) != nil {
				continue
			}
			fr.Start = start + int64(i)*step
			fr.Arrived = fr.Start + step
			v.Advance(fr.Arrived, &s)
			if late := uint64(fr.Arrived)%7 == 0; late {
				v.Missed()
				v.Late(&fr, &s)
				continue
			}
			v.Apply(&fr, &s)
			if fr.Arrived%5 == 0 {
				cutAll(t, v, &s)
			}
		}
		v.Advance(math.MaxInt64, &s)
		if s.Err != nil {
			t.Fatal(s.Err)
		}
		for _, o := range s.Out {
			if err := valid.Validate(o); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// cutAll makes a checkpoint.
func cutAll(t *testing.T, v *pipeline.Vehicle, s *pipeline.Scratch) {
	if s.Chunks == nil {
		s.Chunks = &shelf{}
	}
	if err := v.Cut(s.Chunks.(*shelf), s); err != nil {
		t.Fatal(err)
	}
}
