package maxspeed

import (
	"math"
	"strconv"
	"strings"
)

const (
	kmhPerMile = 1.609344
	kmhPerKnot = 1.852
	walkKmh    = 7 // German courts read "walking speed" as 4 to 7 km/h (OLG Karlsruhe; wiki Key:maxspeed)
	maximumKmh = 300
)

// parseValue reads one value of maxspeed: a number in km/h or with a unit, none, walk.
func parseValue(text string) (kmh float64, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "none", "unlimited":
		return Unlimited(), true
	case "walk":
		return walkKmh, true
	}
	scale := 1.0
	for _, unit := range []struct {
		name  string
		scale float64
	}{{"mph", kmhPerMile}, {"knots", kmhPerKnot}, {"km/h", 1}, {"kmh", 1}, {"kph", 1}} {
		if rest, found := strings.CutSuffix(text, unit.name); found {
			text, scale = strings.TrimSpace(rest), unit.scale
			break
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || v <= 0 || v*scale > maximumKmh {
		return 0, false
	}
	return v * scale, true
}
