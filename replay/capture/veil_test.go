package capture_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/replay/capture"
	"milepost/telemetry"
)

// told names what a frame that is to be recorded tells of an unshared sample.
func told(f *telemetry.Frame, unshared func(at int64) bool) string {
	hidden := func(off int32) bool { return unshared(f.Start + int64(off)) }
	for _, at := range f.Position.At {
		if hidden(at) {
			return "a position"
		}
	}
	for _, at := range f.Energy.At {
		if hidden(at) {
			return "a sample of the energy track"
		}
	}
	for i, at := range f.Body.At {
		if hidden(at) && f.Body.Signal[i].Revealing() {
			return "a sign or an indicator"
		}
	}
	for i, at := range f.Speed.At {
		if v := f.Speed.Speed[i]; hidden(at) && (!detectors.IsGait(v) || f.Speed.Brake[i] == f.Speed.Brake[i]) {
			return "a speed or a pedal"
		}
	}
	for i, at := range f.Motion.At {
		if hidden(at) && (f.Motion.Longitudinal[i] == f.Motion.Longitudinal[i] || f.Motion.YawRate[i] == f.Motion.YawRate[i]) {
			return "an acceleration or a rate"
		}
	}
	return ""
}

// Whatever is switched and set: nothing that gives places away is recorded of unshared
// time, and all that is shared is, from the very sample on.
func TestNothingUnsharedIsRecorded(t *testing.T) {
	const start = int64(1_700_000_000_000_000)
	rapid.Check(t, func(t *rapid.T) {
		var switches []bool // per second of the drive
		shared := rapid.Bool().Draw(t, "shared at first")
		for range 120 {
			if rapid.IntRange(0, 15).Draw(t, "switch") == 0 {
				shared = !shared
			}
			switches = append(switches, shared)
		}
		off := start + int64(rapid.IntRange(0, 150).Draw(t, "setting off"))*1_000_000
		profiles := []fleet.Profile{{VehicleID: "car"}, {VehicleID: "car", From: fleet.Instant(off), LocationSharing: fleet.Off}}
		veil := capture.NewVeil(profiles)
		unshared := func(at int64) bool { return at >= off || !switches[(at-start)/1_000_000] }
		for from := 0; from < 120; {
			n := rapid.IntRange(1, 40).Draw(t, "seconds")
			f := &telemetry.Frame{VehicleID: "car", Start: start + int64(from)*1_000_000}
			f.Arrived = f.Start
			want := 0
			for k := from; k < min(from+n, 120); k++ {
				at := int32(k-from) * 1_000_000
				if k == 0 || switches[k] != switches[k-1] {
					f.Body.At, f.Body.Signal = append(f.Body.At, at), append(f.Body.Signal, telemetry.LocationShared)
					f.Body.Value = append(f.Body.Value, map[bool]int64{true: 1}[switches[k]])
				}
				f.Body.At, f.Body.Signal = append(f.Body.At, at), append(f.Body.Signal, telemetry.SpeedLimitSign)
				f.Body.Value = append(f.Body.Value, int64(k%20)*10)
				f.Body.At, f.Body.Signal = append(f.Body.At, at), append(f.Body.Signal, telemetry.HybridIndicator)
				f.Body.Value = append(f.Body.Value, int64(k%3))
				f.Position.At = append(f.Position.At, at)
				f.Position.Latitude, f.Position.Longitude = append(f.Position.Latitude, 40), append(f.Position.Longitude, -3)
				f.Energy.At, f.Energy.Odometer = append(f.Energy.At, at+1), append(f.Energy.Odometer, float64(k)*13)
				f.Speed.At, f.Speed.Speed, f.Speed.Brake = append(f.Speed.At, at+2), append(f.Speed.Speed, 13.25), append(f.Speed.Brake, 7)
				f.Motion.At, f.Motion.Longitudinal, f.Motion.YawRate = append(f.Motion.At, at+3), append(f.Motion.Longitudinal, 1.5), append(f.Motion.YawRate, 4)
				if !unshared(f.Start + int64(at)) {
					want++
				}
			}
			veil.Cover(f)
			if leak := told(f, unshared); leak != "" {
				t.Fatalf("%s of an unshared second from %d s on", leak, from)
			}
			got := 0
			for _, v := range f.Speed.Speed {
				if math.Abs(float64(v)-13.25) < 1e-9 {
					got++
				}
			}
			if len(f.Position.At) != want || got != want || len(f.Energy.At) != want {
				t.Fatalf("%d positions, %d speeds, %d readings; want %d of each", len(f.Position.At), got, len(f.Energy.At), want)
			}
			from += n
		}
	})
}
