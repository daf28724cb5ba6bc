package roads

// road is what tags make of a way.
type road struct {
	class Class
	flags flags
}

// roadOf judges a way's tags. why says why it is no road for cars.
func roadOf(tags map[string]string) (r road, why string) {
	highway, ok := tags["highway"]
	if !ok {
		return r, "no road"
	}
	if r.class, ok = classOf(highway); !ok {
		return r, "not for cars"
	}
	r.flags = flagForward | flagBackward
	switch oneway(r.class, tags) {
	case 1:
		r.flags &^= flagBackward
	case -1:
		r.flags &^= flagForward
	}
	if v := tags["tunnel"]; v != "" && v != "no" {
		r.flags |= flagTunnel
	}
	if v := tags["bridge"]; v != "" && v != "no" {
		r.flags |= flagBridge
	}
	if v := tags["junction"]; v == "roundabout" || v == "circular" {
		r.flags |= flagRoundabout
	}
	return r, ""
}

// oneway is 1 where cars may only drive as the way was drawn, -1 where only against it.
// A road whose direction changes with the hour is open both ways: whoever was driven
// there went the right one.
func oneway(c Class, tags map[string]string) int {
	switch tags["oneway"] {
	case "yes", "true", "1":
		return 1
	case "-1", "reverse":
		return -1
	case "no", "false", "0", "reversible", "alternating":
		return 0
	}
	if v := tags["junction"]; v == "roundabout" || v == "circular" || c == Motorway {
		return 1
	}
	return 0
}
