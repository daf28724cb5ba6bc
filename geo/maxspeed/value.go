package maxspeed

import (
	"math"
	"strconv"
	"strings"
)

const (
	kmhPerMile = 1.609344
	kmhPerKnot = 1.852
	walkKmh    = 7   // German courts read walking speed as 4 to 7 km/h, some as up to 10
	maximumKmh = 300 // no sign says more
)

var units = []struct {
	name string
	kmh  float64
}{{"mph", kmhPerMile}, {"knots", kmhPerKnot}, {"km/h", 1}, {"kmh", 1}, {"kph", 1}}

// parseNumber reads a number in km/h or with a unit, none, or walk. The result is a
// whole number of 0.01 km/h.
func parseNumber(text string) (kmh float64, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "none", "unlimited", "no":
		return Unlimited(), true
	case "walk":
		return walkKmh, true
	}
	scale := 1.0
	for _, unit := range units {
		if rest, found := strings.CutSuffix(text, unit.name); found {
			text, scale = strings.TrimSpace(rest), unit.kmh
			break
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, false
	}
	v = math.Round(v*scale*100) / 100
	return v, v > 0 && v <= maximumKmh // not NaN either
}

// value is what a tag of maxspeed says.
type value struct {
	kmh    float64
	reason reason
}

type reason uint8

const (
	unread   reason = iota // nothing that can be read
	number                 // one limit
	several                // more than one, the highest is taken
	variable               // signs that change
	zone                   // a country and what kind of road it is
)

// parseValue reads a value of maxspeed in all its forms but for conditions.
func parseValue(text, country string, table *Table) value {
	text = strings.TrimSpace(text)
	if kmh, ok := parseNumber(text); ok {
		return value{kmh, number}
	}
	switch strings.ToLower(text) {
	case "":
		return value{}
	case "signals", "variable":
		return value{0, variable}
	}
	if kmh, ok := table.zone(text, country); ok {
		return value{kmh, zone}
	}
	return highest(text)
}

// highest is the highest of several numbers: whoever keeps to it may be too fast in
// his lane, but nobody is called too fast who was not.
func highest(text string) value {
	most := value{}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '|' || r == ',' || r == '/' }) {
		if kmh, ok := parseNumber(part); ok {
			most = value{max(most.kmh, kmh), several}
		}
	}
	return most
}
