package roads

import (
	"slices"
	"strings"

	"github.com/paulmach/osm"
)

// road is what tags make of a way.
type road struct {
	class     Class
	flags     flags
	name, ref string
}

// Why a way is no road for cars.
const (
	outNoRoad  = "no road"
	outNotCars = "not for cars"
	outClosed  = "closed to cars"
	outTrack   = "track without leave for cars"
	outArea    = "area"
)

// roadOf judges a way's tags. why says why it is no road for cars.
func roadOf(tags map[string]string) (r road, why string) {
	highway, ok := tags["highway"]
	switch {
	case !ok && tags["route"] == "ferry":
		r.class = Ferry
	case !ok:
		return r, outNoRoad
	default:
		if r.class, ok = classOf(highway); !ok {
			return r, outNotCars
		}
	}
	if why := closed(r.class, tags); why != "" {
		return r, why
	}
	r.flags = flagForward | flagBackward
	switch oneway(r.class, tags) {
	case 1:
		r.flags &^= flagBackward
	case -1:
		r.flags &^= flagForward
	}
	for suffix, direction := range map[string]flags{":forward": flagForward, ":backward": flagBackward} {
		if v, _ := access(tags, suffix); shut(v) {
			r.flags &^= direction
		}
	}
	if r.flags&(flagForward|flagBackward) == 0 {
		return r, outClosed
	}
	r.flags |= marks(tags)
	r.name, r.ref = tags["name"], tags["ref"]
	return r, ""
}

// marks are the flags that tags set on their own.
func marks(tags map[string]string) (f flags) {
	set := func(v string) bool { return v != "" && v != "no" }
	for key, flag := range map[string]flags{"tunnel": flagTunnel, "bridge": flagBridge, "toll": flagToll, "motorroad": flagMotorroad} {
		if set(tags[key]) {
			f |= flag
		}
	}
	if tags["toll:motorcar"] == "no" {
		f &^= flagToll
	}
	if roundabout(tags) {
		f |= flagRoundabout
	}
	if v, _ := access(tags, ""); v != "" && slices.Contains(forSome, v) {
		f |= flagDestination
	}
	return f
}

func roundabout(tags map[string]string) bool {
	return tags["junction"] == "roundabout" || tags["junction"] == "circular"
}

// accessKeys say who may use a road, what is nearest to a car first.
var accessKeys = []string{"motorcar", "motor_vehicle", "vehicle", "access"}

// access is what the tags say of cars; own reports whether they name motor vehicles.
func access(tags map[string]string, suffix string) (value string, own bool) {
	for _, key := range accessKeys {
		if v := tags[key+suffix]; v != "" {
			return v, key != "access" && key != "vehicle"
		}
	}
	return "", false
}

// forSome are the values that let those in who have business there.
var forSome = []string{"private", "destination", "customers", "permit", "residents", "delivery"}

// shut reports whether a value keeps all cars out.
func shut(access string) bool {
	switch first, _, _ := strings.Cut(access, ";"); strings.TrimSpace(first) {
	case "no", "agricultural", "forestry", "emergency", "military", "psv", "bus", "foot", "bicycle", "use_sidepath":
		return true
	}
	return false
}

// closed says why cars may not use a way of the class, or "".
func closed(c Class, tags map[string]string) string {
	value, own := access(tags, "")
	switch {
	case tags["area"] == "yes":
		return outArea
	case shut(value):
		return outClosed
	case tags["service"] == "emergency_access" && !own:
		return outClosed
	case c == Track && (value == "" || value == "unknown"):
		return outTrack
	case c == Ferry && !own:
		return outNotCars
	}
	return ""
}

// oneway is 1 where cars may only drive as the way was drawn, -1 where only against it.
// A road whose direction changes with the hour is open both ways: whoever was driven
// there went the right one.
func oneway(c Class, tags map[string]string) int {
	for _, key := range []string{"oneway:motorcar", "oneway:motor_vehicle", "oneway"} {
		switch tags[key] {
		case "yes", "true", "1":
			return 1
		case "-1", "reverse":
			return -1
		case "no", "false", "0", "reversible", "alternating":
			return 0
		}
	}
	if roundabout(tags) || c == Motorway {
		return 1
	}
	return 0
}

// barred reports whether a thing at a node keeps cars from passing.
func barred(tags osm.Tags) bool {
	switch tags.Find("barrier") {
	case "bollard", "block", "jersey_barrier", "log", "debris", "cycle_barrier", "motorcycle_barrier", "stile", "turnstile",
		"kissing_gate", "full-height_turnstile", "planter", "rising_bollard", "bus_trap", "sump_buster":
	default:
		return false
	}
	for _, key := range accessKeys {
		if v := tags.Find(key); v != "" {
			return shut(v)
		}
	}
	return true
}

// kept are the tags that a road's are made of: most others are many and long.
func kept(tags osm.Tags) map[string]string {
	some := make(map[string]string, len(tags))
	for _, t := range tags {
		key, _, _ := strings.Cut(t.Key, ":")
		if slices.Contains(keptKeys, key) {
			some[t.Key] = t.Value
		}
	}
	return some
}

var keptKeys = append(slices.Clone(accessKeys), "highway", "maxspeed", "zone", "source", "traffic_zone", "name", "ref",
	"oneway", "junction", "tunnel", "bridge", "toll", "motorroad", "area", "service", "route", "bicycle_road", "dual_carriageway")
