package detectors

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"milepost/outcome"
)

// leg is some seconds at one speed in one limit, km/h; limit NaN is unknown.
type leg struct {
	s          int
	kmh, limit float64
	unseen     bool
}

func pace(legs ...leg) (out []Step) {
	at := int64(0)
	for _, l := range legs {
		for range l.s {
			at += second
			out = append(out, Step{At: at, Span: second, Metres: l.kmh / 3.6, Speed: l.kmh / 3.6, Limit: l.limit / 3.6, Source: outcome.LimitPosted, Unseen: l.unseen})
		}
	}
	return out
}

func measure(ps []Step) *Speeding {
	var s Speeding
	for _, p := range ps {
		s.Add(p)
	}
	s.End()
	return &s
}

func TestSpeedingEvents(t *testing.T) {
	unknown, none := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name   string
		legs   []leg
		levels []int
		s      float64 // of the first
	}{
		{"as fast as allowed", []leg{{60, 50, 50, false}}, nil, 0},
		{"within 5 km/h", []leg{{60, 54.9, 50, false}}, nil, 0},
		{"5 km/h over", []leg{{60, 56, 50, false}}, []int{2}, 60},
		{"within 7 %", []leg{{60, 128, 120, false}}, nil, 0},
		{"8 % over", []leg{{60, 129.6, 120, false}}, []int{1}, 60},
		{"for 9 s", []leg{{9, 60, 50, false}, {20, 50, 50, false}}, nil, 0},
		{"for 10 s", []leg{{10, 60, 50, false}, {20, 50, 50, false}}, []int{2}, 10},
		{"grossly for 2 s", []leg{{2, 70, 50, false}, {20, 50, 50, false}}, nil, 0},
		{"grossly for 3 s", []leg{{3, 70, 50, false}, {20, 50, 50, false}}, []int{3}, 3},
		{"down to the release level", []leg{{5, 60, 50, false}, {5, 52, 50, false}}, []int{2}, 10},
		{"below it and again", []leg{{6, 60, 50, false}, {4, 45, 50, false}, {6, 60, 50, false}}, []int{2}, 16},
		{"below it for too long", []leg{{9, 60, 50, false}, {6, 45, 50, false}, {9, 60, 50, false}}, nil, 0},
		{"two", []leg{{12, 60, 50, false}, {6, 45, 50, false}, {12, 65, 50, false}}, []int{2, 3}, 12},
		{"over a short unknown limit", []leg{{6, 60, 50, false}, {5, 60, unknown, false}, {6, 60, 50, false}}, []int{2}, 17},
		{"over a long one", []leg{{9, 60, 50, false}, {6, 60, unknown, false}, {9, 60, 50, false}}, nil, 0},
		{"over what was not observed", []leg{{9, 60, 50, false}, {1, 60, 50, true}, {9, 60, 50, false}}, nil, 0},
		{"where there is no limit", []leg{{60, 250, none, false}}, nil, 0},
		{"into a lower limit", []leg{{8, 60, 50, false}, {8, 60, 30, false}}, []int{3}, 16},
		{"into a higher one", []leg{{8, 60, 50, false}, {8, 60, 70, false}}, nil, 0},
	} {
		s := measure(pace(c.legs...))
		var levels []int
		for _, o := range s.Found {
			levels = append(levels, o.Level)
		}
		if len(levels) != len(c.levels) {
			t.Errorf("%s: levels %v, want %v", c.name, levels, c.levels)
			continue
		}
		for i := range levels {
			if levels[i] != c.levels[i] {
				t.Errorf("%s: levels %v, want %v", c.name, levels, c.levels)
			}
		}
		if len(levels) > 0 {
			if o := s.Found[0]; float64(o.End-o.Start)/second != c.s {
				t.Errorf("%s: %v s, want %v", c.name, float64(o.End-o.Start)/second, c.s)
			}
		}
	}
}

func TestSpeedingBands(t *testing.T) {
	s := measure(pace(leg{36, 50, 50, false}, leg{36, 55, 50, false}, leg{36, 58, 50, false}, leg{36, 61, 50, false},
		leg{36, 99, math.NaN(), false}, leg{36, 0, 50, false}))
	for i, want := range []float64{550, 580, 610} {
		if math.Abs(s.Bands[i]-want) > 1e-6 {
			t.Errorf("band %d: %.3f m, want %.0f", i, s.Bands[i], want)
		}
	}
	if math.Abs(s.KnownM-2240) > 1e-6 || s.KnownUs != 4*36*second || s.OverUs != 3*36*second {
		t.Errorf("known %.3f m and %.0f s, over for %.0f s", s.KnownM, s.KnownUs/second, s.OverUs/second)
	}
	if s.Found[0].Limit*3.6 != 50 || math.Abs(s.Found[0].Peak*3.6-61) > 1e-9 {
		t.Errorf("peak of %v", s.Found[0])
	}
}

// Whatever is driven: bands lie within what is known, events are long enough, in order and
// apart, and none goes on over what was not observed.
func TestSpeedingOfAnyDrive(t *testing.T) {
	limits := []float64{30, 50, 100, 120, math.NaN(), math.Inf(1)}
	rapid.Check(t, func(t *rapid.T) {
		var legs []leg
		for range rapid.IntRange(1, 30).Draw(t, "legs") {
			legs = append(legs, leg{rapid.IntRange(1, 20).Draw(t, "s"), rapid.Float64Range(0, 180).Draw(t, "km/h"),
				rapid.SampledFrom(limits).Draw(t, "limit"), rapid.IntRange(0, 9).Draw(t, "unseen") == 0})
		}
		ps := pace(legs...)
		s := measure(ps)
		over := s.Bands[0] + s.Bands[1] + s.Bands[2]
		if over > s.KnownM+1e-6 || s.OverUs > s.KnownUs {
			t.Fatalf("%.1f m over of %.1f m known", over, s.KnownM)
		}
		by := 0.0
		for _, m := range s.BySource {
			by += m
		}
		if math.Abs(by-s.KnownM) > 1e-6 {
			t.Fatalf("%.1f m by source, %.1f m known", by, s.KnownM)
		}
		before := int64(math.MinInt64)
		for _, o := range s.Found {
			if o.Start <= before || o.End-o.Start < grossFor || o.Metres <= 0 || o.Level < 1 || o.Level > 3 || !(o.Peak > o.Limit) {
				t.Fatalf("%+v after %d", o, before)
			}
			before = o.End
			for _, p := range ps {
				if p.Unseen && p.At > o.Start && p.At <= o.End {
					t.Fatalf("%+v goes over %d, which was not observed", o, p.At)
				}
			}
		}
	})
}
