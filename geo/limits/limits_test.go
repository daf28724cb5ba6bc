package limits_test

import (
	"math"
	"testing"
	"time"

	"milepost/geo/limits"
	"milepost/geo/maxspeed"
	"milepost/outcome"
)

func TestInForce(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 7, 1, 12, 0, 0, 0, madrid)
	night := time.Date(2026, 7, 1, 23, 30, 0, 0, madrid)
	of := func(tags ...string) maxspeed.Limits {
		m := map[string]string{"highway": "primary"}
		for i := 0; i < len(tags); i += 2 {
			m[tags[i]] = tags[i+1]
		}
		forward, _ := maxspeed.National().FromTags(m, maxspeed.Road{Country: "ES"})
		return forward
	}
	street, _ := maxspeed.National().FromTags(map[string]string{"highway": "residential"}, maxspeed.Road{})
	quiet := of("maxspeed", "80", "maxspeed:conditional", "50 @ (22:00-06:00)")
	for _, c := range []struct {
		name   string
		sign   int64
		place  limits.Place
		at     time.Time
		kmh    float64
		source outcome.LimitSource
		ok     bool
	}{
		{"neither", 0, limits.Place{}, day, 0, "", false},
		{"a sign off the map", 70, limits.Place{}, day, 70, outcome.LimitSign, true},
		{"a sign before the map", 70, limits.Place{On: true, Limits: of("maxspeed", "80"), Match: 1}, day, 70, outcome.LimitSign, true},
		{"the map", 0, limits.Place{On: true, Limits: of("maxspeed", "80"), Match: 1}, day, 80, outcome.LimitPosted, true},
		{"a weak match", 0, limits.Place{On: true, Limits: of("maxspeed", "80"), Match: 0.4}, day, 0, "", false},
		{"a sign on a weak match", 50, limits.Place{On: true, Limits: of("maxspeed", "80"), Match: 0.4}, day, 50, outcome.LimitSign, true},
		{"a guess", 0, limits.Place{On: true, Limits: street, Match: 1}, day, 0, "", false},
		{"no limit to exceed", 0, limits.Place{On: true, Limits: of("maxspeed", "none"), Match: 1}, day, math.Inf(1), outcome.LimitPosted, true},
		{"by day", 0, limits.Place{On: true, Limits: quiet, Match: 1}, day, 80, outcome.LimitPosted, true},
		{"by night, local", 0, limits.Place{On: true, Limits: quiet, Match: 1}, night, 50, outcome.LimitConditional, true},
		{"the same instant elsewhere", 0, limits.Place{On: true, Limits: quiet, Match: 1}, night.In(time.UTC), 80, outcome.LimitPosted, true},
	} {
		l, ok := limits.InForce(c.sign, c.place, c.at)
		if ok != c.ok || ok && (math.Abs(l.Speed*3.6-c.kmh) > 1e-9 || l.Source != c.source || l.Confidence <= 0 || l.Confidence > 1) {
			t.Errorf("%s: %.1f km/h by %q, %t; want %.1f by %q", c.name, l.Speed*3.6, l.Source, ok, c.kmh, c.source)
		}
	}
}
