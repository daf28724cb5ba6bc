package advice

import (
	"testing"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/coaching"
)

// BenchmarkTrip compares a trip with a full history, advises and remembers it.
func BenchmarkTrip(b *testing.B) {
	h := &History{}
	v := Values{1000, 500, 20, 560, 1400, 380, 600}
	for i := range int64(400) {
		x := v
		for m := range x {
			x[m] += int32(i * 37 % 200)
		}
		h.Add(Kind{Way: uint32(1 + i%9), Distance: uint8(i % 5)}, i*hour, x)
	}
	costs := []coaching.Cost{{Cause: outcome.CauseAcceleration, EnergyJ: 3e6}, {Cause: outcome.CauseBraking, EnergyJ: 2.5e6}}
	at := int64(400)
	b.ReportAllocs()
	for b.Loop() {
		at++
		o := driven(fleet.Hybrid, 0.9, 1, 7000)
		k, _ := KindOf(o, 0, 12, WayOf("car", Place{48.1, 11.5}, Place{48.2, 11.6}))
		with, _ := h.Compare(k, at*hour)
		Advise(o, with, costs, fleet.Hybrid)
		h.Add(k, at*hour, ValuesOf(o, costs, fleet.Hybrid))
	}
}
