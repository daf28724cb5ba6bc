package roads

import (
	"maps"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

func TestRoadOf(t *testing.T) {
	const both = flagForward | flagBackward
	type tags = map[string]string
	for name, c := range map[string]struct {
		tags  tags
		class Class
		flags flags
		why   string
	}{
		"street":                  {tags{"highway": "residential"}, Residential, both, ""},
		"no road":                 {tags{"building": "yes"}, 0, 0, outNoRoad},
		"footway":                 {tags{"highway": "footway"}, 0, 0, outNotCars},
		"bus lane":                {tags{"highway": "busway"}, 0, 0, outNotCars},
		"being built":             {tags{"highway": "construction"}, 0, 0, outNotCars},
		"square":                  {tags{"highway": "service", "area": "yes"}, 0, 0, outArea},
		"of no known class":       {tags{"highway": "road"}, ClassUnknown, both, ""},
		"motorway":                {tags{"highway": "motorway"}, Motorway, flagForward, ""},
		"motorway, both ways":     {tags{"highway": "motorway", "oneway": "no"}, Motorway, both, ""},
		"ramp":                    {tags{"highway": "motorway_link", "oneway": "yes"}, MotorwayLink, flagForward, ""},
		"against its drawing":     {tags{"highway": "primary", "oneway": "-1"}, Primary, flagBackward, ""},
		"by the hour":             {tags{"highway": "primary", "oneway": "reversible"}, Primary, both, ""},
		"one-way, not for cars":   {tags{"highway": "primary", "oneway": "yes", "oneway:motor_vehicle": "no"}, Primary, both, ""},
		"roundabout":              {tags{"highway": "tertiary", "junction": "roundabout"}, Tertiary, flagForward | flagRoundabout, ""},
		"circle, both ways":       {tags{"highway": "tertiary", "junction": "circular", "oneway": "no"}, Tertiary, both | flagRoundabout, ""},
		"closed":                  {tags{"highway": "tertiary", "access": "no"}, 0, 0, outClosed},
		"closed but for cars":     {tags{"highway": "tertiary", "access": "no", "motor_vehicle": "yes"}, Tertiary, both, ""},
		"cars alone kept out":     {tags{"highway": "tertiary", "motor_vehicle": "yes", "motorcar": "no"}, 0, 0, outClosed},
		"for fields":              {tags{"highway": "unclassified", "motor_vehicle": "agricultural;forestry"}, 0, 0, outClosed},
		"private":                 {tags{"highway": "service", "access": "private"}, Service, both | flagDestination, ""},
		"residents":               {tags{"highway": "residential", "motor_vehicle": "destination"}, Residential, both | flagDestination, ""},
		"closed one way":          {tags{"highway": "residential", "vehicle:backward": "no"}, Residential, flagForward, ""},
		"closed each way":         {tags{"highway": "residential", "vehicle:backward": "no", "vehicle:forward": "no"}, 0, 0, outClosed},
		"track":                   {tags{"highway": "track"}, 0, 0, outTrack},
		"track that is open":      {tags{"highway": "track", "motor_vehicle": "yes"}, Track, both, ""},
		"track for fields":        {tags{"highway": "track", "motor_vehicle": "agricultural"}, 0, 0, outClosed},
		"for fire engines":        {tags{"highway": "service", "service": "emergency_access"}, 0, 0, outClosed},
		"tunnel, bridge and toll": {tags{"highway": "trunk", "tunnel": "yes", "bridge": "no", "toll": "yes", "motorroad": "yes"}, Trunk, both | flagTunnel | flagToll | flagMotorroad, ""},
		"toll of lorries":         {tags{"highway": "trunk", "toll": "yes", "toll:motorcar": "no"}, Trunk, both, ""},
		"ferry of cars":           {tags{"route": "ferry", "motor_vehicle": "yes"}, Ferry, both, ""},
		"ferry of people":         {tags{"route": "ferry"}, 0, 0, outNotCars},
	} {
		t.Run(name, func(t *testing.T) {
			r, why := roadOf(c.tags)
			if why != c.why || why == "" && (r.class != c.class || r.flags != c.flags) {
				t.Errorf("%v, flags %b, left out %q; want %v, %b, %q", r.class, r.flags, why, c.class, c.flags, c.why)
			}
		})
	}
}

func TestBarred(t *testing.T) {
	for _, c := range []struct {
		tags osm.Tags
		want bool
	}{
		{osm.Tags{{Key: "barrier", Value: "bollard"}}, true},
		{osm.Tags{{Key: "barrier", Value: "gate"}}, false},
		{osm.Tags{{Key: "barrier", Value: "bollard"}, {Key: "motor_vehicle", Value: "yes"}}, false},
		{osm.Tags{{Key: "barrier", Value: "bollard"}, {Key: "access", Value: "no"}}, true},
		{osm.Tags{{Key: "highway", Value: "crossing"}}, false},
	} {
		if got := barred(c.tags); got != c.want {
			t.Errorf("%v: %v", c.tags, got)
		}
	}
}

// suburb is a main road through a grid of streets, and on into the open.
func suburb(t *testing.T, tags map[string]string) *Map {
	t.Helper()
	var b Builder
	b.SetCountry("DE")
	main := map[string]string{"highway": "secondary", "name": "Main"}
	maps.Copy(main, tags)
	var nodes []NodeID
	var line []orb.Point
	for i := range 11 {
		x := 11.5 + float64(i)*0.002
		nodes, line = append(nodes, NodeID(i)), append(line, orb.Point{x, 48.1})
		if i < 4 {
			b.AddWay(int64(100+i), []NodeID{NodeID(i), NodeID(1000 + i)}, []orb.Point{{x, 48.1}, {x, 48.104}}, map[string]string{"highway": "residential"})
		}
	}
	for i := range 10 {
		b.AddWay(int64(i), nodes[i:i+2], line[i:i+2], main)
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestDefaultLimitsByWhatLiesAround(t *testing.T) {
	m := suburb(t, nil)
	for place, want := range map[orb.Point]float64{{11.501, 48.1}: 50, {11.519, 48.1}: 100} {
		for _, n := range m.Near(place, 5, nil) {
			if kmh, _, _, _ := m.Limit(n.Edge).At(noon); kmh != want || m.Name(n.Edge) != "Main" {
				t.Errorf("%v: %s at %v km/h, want %v", place, m.Name(n.Edge), kmh, want)
			}
		}
	}
}

func TestFreeFlow(t *testing.T) {
	for _, c := range []struct {
		class    Class
		maxspeed string
		low      float64 // km/h
		high     float64
	}{
		{Secondary, "50", 40, 50}, {Secondary, "none", 55, 90}, {Motorway, "none", 100, 130}, {Motorway, "120", 95, 120},
		{Residential, "50", 25, 45}, {Service, "50", 10, 20.1}, {LivingStreet, "walk", 4, 7}, {Secondary, "100", 70, 90},
	} {
		var b Builder
		b.AddWay(1, []NodeID{1, 2}, []orb.Point{{11, 48}, {11.01, 48}}, map[string]string{"highway": c.class.String(), "maxspeed": c.maxspeed})
		m, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		if kmh := m.FreeFlow(0) * 3.6; kmh < c.low || kmh > c.high {
			t.Errorf("%v at maxspeed=%s: %.1f km/h, want %v to %v", c.class, c.maxspeed, kmh, c.low, c.high)
		}
	}
}
